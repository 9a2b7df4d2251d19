// web/app: the nouns, in the order of the loop.
import { useLocation } from '@tanstack/react-router';
import markUrl from './mark.svg';
import { useSession } from './session.ts';
import { Icon, type IconName } from '../parts/glyph.tsx';
import { To } from '../parts/to.tsx';

const groups: readonly (readonly [string, readonly (readonly [string, IconName, string])[]])[] = [
  [
    'Watch',
    [
      ['Overview', 'overview', '/'],
      ['Devices', 'devices', '/devices'],
      ['Drift', 'drift', '/drift'],
      ['Alerts', 'alerts', '/alerts'],
      ['Reports', 'reports', '/reports'],
    ],
  ],
  [
    'Learn',
    [
      ['Workflows', 'workflows', '/workflows'],
      ['Samples', 'samples', '/samples'],
      ['Datasets', 'datasets', '/datasets'],
      ['Runs', 'runs', '/runs'],
      ['Traces', 'traces', '/traces'],
    ],
  ],
  [
    'Ship',
    [
      ['Models', 'models', '/models'],
      ['Rollouts', 'rollouts', '/rollouts'],
    ],
  ],
  [
    'Keep',
    [
      ['Projects', 'projects', '/projects'],
      ['Settings', 'settings', '/settings'],
      ['Audit', 'audit', '/audit'],
    ],
  ],
];

const isHere = (href: string, path: string): boolean =>
  href === '/'
    ? path === '/'
    : path === href ||
      path.startsWith(`${href}/`) ||
      (href === '/workflows' && path.startsWith('/executions/')) ||
      (href === '/runs' && path === '/run-compare');

/** What is of grants; the rest goes by roles, which a guest has not. */
const guest_pages: ReadonlySet<string> = new Set(['/runs', '/traces', '/models', '/projects']);

export function Rail({ open }: { open: boolean }) {
  const { pathname } = useLocation();
  const isGuest = useSession().data?.role === 'guest';
  const shown = groups.map(([title, links]) => [title, links.filter(([, , href]) => !isGuest || guest_pages.has(href))] as const);
  return (
    <nav className={open ? 'rail open' : 'rail'} id="rail" aria-label="Pages">
      <To href="/" className="brand">
        <img src={markUrl} alt="" />
        Holdfast
      </To>
      {shown.map(([title, links]) =>
        links.length === 0 ? null : (
          <div key={title}>
            <h2>{title}</h2>
            <ul>
              {links.map(([name, icon, href]) => (
                <li key={href}>
                  <To href={href} aria-current={isHere(href, pathname) ? 'page' : undefined}>
                    <Icon name={icon} />
                    {name}
                  </To>
                </li>
              ))}
            </ul>
          </div>
        ),
      )}
    </nav>
  );
}
