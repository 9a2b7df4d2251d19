// web/app: the top bar: is what is shown live, light or dark, who is signed in.
import { Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Glyph, Icon, type Tone } from '../parts/glyph.tsx';
import { spanText } from '../parts/format.ts';
import { api } from './api.ts';
import { useLive } from './live.ts';
import { useNow } from './now.ts';
import { useSession } from './session.ts';

const stale_ms = 30_000;

function LiveNote() {
  const live = useLive();
  const now_ms = useNow();
  const age_ms = now_ms - live.since_ms;
  const stale = live.kind === 'reconnecting' && age_ms > stale_ms;
  const [word, tone]: [string, Tone] = stale
    ? [`stale for ${spanText(age_ms)}`, 'bad']
    : live.kind === 'live'
      ? ['live', 'ok']
      : [live.kind, live.kind === 'reconnecting' ? 'warn' : 'idle'];
  return (
    <span className={`live is-${stale ? 'stale' : live.kind}`} role="status">
      <Glyph tone={tone} />
      {word}
    </span>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <button type="button" className="plain" onClick={() => setColorScheme(other)} aria-label={`Show in ${other} colours`} title={`Show in ${other} colours`}>
      <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}

function Who() {
  const session = useSession().data;
  if (!session) return null;
  if (session.user === 'no-auth') return <span className="who soft">no sign-in on this server</span>;
  const leave = async () => {
    await api.call('logout', {});
    location.assign('/login');
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="plain who">
          {session.user} <span className="soft">{session.role}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void leave()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Bar({ onMenu, menu }: { onMenu: () => void; menu: boolean }) {
  return (
    <section className="bar" aria-label="Status">
      <button type="button" className="plain menu" onClick={onMenu} aria-expanded={menu} aria-controls="rail">
        <Icon name="menu" />
        Menu
      </button>
      <LiveNote />
      <span className="grow" />
      <SchemeSwitch />
      <Who />
    </section>
  );
}
