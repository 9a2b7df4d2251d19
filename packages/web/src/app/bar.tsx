// web/app: the top bar: is what is shown live, light or dark, who is signed in.
import { Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Glyph, Icon, type Tone } from '../parts/glyph.tsx';
import { clockText } from '../parts/format.ts';
import { api } from './api.ts';
import { type Connection, useConnection } from './connection.ts';
import { ConnectionNote } from './connection-note.tsx';
import { useSession } from './session.ts';

function LiveNote() {
  const { word, tone, kind } = liveWord(useConnection());
  return (
    <span className={`live is-${kind}`} role="status">
      <Glyph tone={tone} />
      {word}
    </span>
  );
}

function liveWord(connection: Connection): { word: string; tone: Tone; kind: string } {
  if (connection.kind === 'away') return { word: `no answer since ${clockText(connection.since_ms)}`, tone: 'bad', kind: 'away' };
  if (connection.kind === 'stale') return { word: `stale since ${clockText(connection.since_ms)}`, tone: 'warn', kind: 'stale' };
  const tones = { live: 'ok', reconnecting: 'warn', connecting: 'idle' } as const;
  return { word: connection.kind, tone: tones[connection.kind], kind: connection.kind };
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
    <section className="top" aria-label="Status">
      <div className="bar">
        <button type="button" className="plain menu" onClick={onMenu} aria-expanded={menu} aria-controls="rail">
          <Icon name="menu" />
          Menu
        </button>
        <LiveNote />
        <span className="grow" />
        <SchemeSwitch />
        <Who />
      </div>
      <ConnectionNote />
    </section>
  );
}
