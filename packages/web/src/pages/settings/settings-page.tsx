// web/settings: who may do what, what may join, which devices go by which name, and how the monitors judge. One section at a time.
import { Tabs } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { PageHead } from '../../parts/page.tsx';
import { Channels } from './channels.tsx';
import { Groups } from './groups.tsx';
import { JoinTokens } from './join-tokens.tsx';
import { Monitors } from './monitors.tsx';
import { Tokens } from './tokens.tsx';
import { Users } from './users.tsx';

const sections = [
  ['users', 'Users', Users],
  ['tokens', 'API tokens', Tokens],
  ['join-tokens', 'Join tokens', JoinTokens],
  ['groups', 'Device groups', Groups],
  ['monitors', 'Monitors', Monitors],
  ['channels', 'Channels', Channels],
] as const;

export function SettingsPage() {
  const [filters, set] = useFilters();
  const chosen = sections.find(([name]) => name === filters['section'])?.[0] ?? 'users';
  return (
    <>
      <PageHead title="Settings" />
      <Tabs value={chosen} onChange={(value) => set({ section: value === 'users' ? '' : (value ?? '') })} keepMounted={false}>
        <Tabs.List mb="md">
          {sections.map(([name, title]) => (
            <Tabs.Tab key={name} value={name}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {sections.map(([name, , Section]) => (
          <Tabs.Panel key={name} value={name}>
            <Section />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
