// web/settings: makes or changes a channel.
import { Checkbox, PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useModelNames } from '../models/queries.ts';
import type { Channel } from './queries.ts';

type Kind = Channel['kind'];
type Event = Channel['events'][number];

export const kind_words: Readonly<Record<Kind, string>> = { email: 'e-mail', slack: 'Slack', webhook: 'signed call' };
export const event_words: Readonly<Record<Event, string>> = {
  'alert.opened': 'opened',
  'alert.device_joined': 'grown by a device',
  'alert.resolved': 'resolved',
};
const kinds = Object.keys(kind_words) as Kind[];
const events = Object.keys(event_words) as Event[];
const to_words: Readonly<Record<Kind, { label: string; description: string }>> = {
  email: { label: 'To', description: 'mailboxes, with commas between' },
  slack: { label: 'Address', description: 'an incoming webhook of Slack, Mattermost or Rocket.Chat' },
  webhook: { label: 'Address', description: 'it is called by POST, as the Standard Webhooks have it' },
};

interface Draft {
  readonly name: string;
  readonly kind: Kind;
  readonly to: string;
  readonly model: string | null;
  readonly events: readonly Event[];
  readonly secret: string;
  readonly enabled: boolean;
}
/** The address of a Slack channel is a secret: it is asked for anew. */
const draftOf = (of: Channel | null): Draft => ({
  name: of?.name ?? '',
  kind: of?.kind ?? 'email',
  to: of === null || of.kind === 'slack' ? '' : of.to,
  model: of?.model ?? null,
  events: of?.events ?? ['alert.opened', 'alert.resolved'],
  secret: '',
  enabled: of?.enabled ?? true,
});

export function EditChannel({ label, short, of }: { label: string; short?: string; of: Channel | null }) {
  const put = useChange('channelPut');
  const may = useMay('admin');
  const [draft, setDraft] = useState(() => draftOf(of));
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const save = () => {
    const { name, kind, to, model, enabled, secret } = draft;
    const optional = { ...(model === null ? {} : { model }), ...(secret === '' ? {} : { secret }) };
    return put.mutateAsync({ params: { name }, body: { kind, to, enabled, events: [...draft.events], ...optional } });
  };
  return (
    <Confirm label={label} {...(short ? { short } : {})} title={label} disabled={!may} onOpen={() => setDraft(draftOf(of))} act={save}>
      <div className="form">
        {of === null ? (
          <TextInput label="Name" value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} maxLength={63} required />
        ) : null}
        <Where draft={draft} set={set} has_secret={of?.has_secret ?? false} />
        <What draft={draft} set={set} />
        <Switch label="Enabled" checked={draft.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
      </div>
    </Confirm>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
}

const Where = ({ draft, set, has_secret }: PartProps & { has_secret: boolean }) => (
  <>
    <Select
      label="By"
      data={kinds.map((value) => ({ value, label: kind_words[value] }))}
      value={draft.kind}
      onChange={(kind) => kind && set({ kind: kind as Kind })}
      allowDeselect={false}
    />
    <TextInput {...to_words[draft.kind]} value={draft.to} onChange={(event) => set({ to: event.currentTarget.value })} required />
    {draft.kind === 'webhook' ? (
      <PasswordInput
        label="Secret"
        description={has_secret ? 'signs every call; empty: it stays as it is' : 'signs every call'}
        value={draft.secret}
        onChange={(event) => set({ secret: event.currentTarget.value })}
      />
    ) : null}
  </>
);

function What({ draft, set }: PartProps) {
  const models = useModelNames();
  return (
    <>
      <Checkbox.Group
        label="Hears of alerts that are"
        value={[...draft.events]}
        onChange={(chosen) => set({ events: events.filter((one) => chosen.includes(one)) })}
      >
        {events.map((event) => (
          <Checkbox key={event} value={event} label={event_words[event]} />
        ))}
      </Checkbox.Group>
      <Select
        label="Of the model"
        description="empty: of every model"
        data={models.data ?? []}
        value={draft.model}
        onChange={(model) => set({ model })}
        clearable
      />
    </>
  );
}
