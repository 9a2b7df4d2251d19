// web/app: which path shows which page. Pages are loaded when they are first opened; filters are the query string, as text.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseFilters, printFilters } from './filters.ts';
import { patiently } from './load.ts';
import { NotThere } from './not-there.tsx';
import { Waiting } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Shell } from './shell.tsx';
import { OverviewPage } from '../pages/overview/overview-page.tsx';
import { LoginPage } from '../pages/login/login-page.tsx';

const root = createRootRoute({ notFoundComponent: NotThere });
const framed = createRoute({ getParentRoute: () => root, id: 'framed', component: Shell });

const login = createRoute({ getParentRoute: () => root, path: '/login', component: LoginPage });
const overview = createRoute({ getParentRoute: () => framed, path: '/', component: OverviewPage });

const page = <const P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => framed, path, component: lazyRouteComponent((() => patiently(load)) as never, name as never) });

const pages = [
  page('/devices', () => import('../pages/devices/devices-page.tsx'), 'DevicesPage'),
  page('/devices/$id', () => import('../pages/devices/device-page.tsx'), 'DevicePage'),
  page('/drift', () => import('../pages/drift/drift-page.tsx'), 'DriftPage'),
  page('/reports', () => import('../pages/reports/reports-page.tsx'), 'ReportsPage'),
  page('/alerts', () => import('../pages/alerts/alerts-page.tsx'), 'AlertsPage'),
  page('/alerts/$id', () => import('../pages/alerts/alert-page.tsx'), 'AlertPage'),
  page('/models', () => import('../pages/models/models-page.tsx'), 'ModelsPage'),
  page('/models/$name', () => import('../pages/models/model-page.tsx'), 'ModelPage'),
  page('/models/$name/$version', () => import('../pages/models/version-page.tsx'), 'VersionPage'),
  page('/rollouts', () => import('../pages/rollouts/rollouts-page.tsx'), 'RolloutsPage'),
  page('/rollouts/$id', () => import('../pages/rollouts/rollout-page.tsx'), 'RolloutPage'),
  page('/workflows', () => import('../pages/workflows/workflows-page.tsx'), 'WorkflowsPage'),
  page('/workflows/$name', () => import('../pages/workflows/workflow-page.tsx'), 'WorkflowPage'),
  page('/executions/$id', () => import('../pages/executions/execution-page.tsx'), 'ExecutionPage'),
  page('/samples', () => import('../pages/samples/samples-page.tsx'), 'SamplesPage'),
  page('/datasets', () => import('../pages/datasets/datasets-page.tsx'), 'DatasetsPage'),
  page('/datasets/$name', () => import('../pages/datasets/dataset-page.tsx'), 'DatasetPage'),
  page('/projects', () => import('../pages/projects/projects-page.tsx'), 'ProjectsPage'),
  page('/runs', () => import('../pages/runs/runs-page.tsx'), 'RunsPage'),
  page('/runs/$id', () => import('../pages/runs/run-page.tsx'), 'RunPage'),
  page('/run-compare', () => import('../pages/runs/compare-page.tsx'), 'ComparePage'),
  page('/traces', () => import('../pages/traces/traces-page.tsx'), 'TracesPage'),
  page('/traces/$id', () => import('../pages/traces/trace-page.tsx'), 'TracePage'),
  page('/settings', () => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
  page('/audit', () => import('../pages/audit/audit-page.tsx'), 'AuditPage'),
];

export const router = createRouter({
  routeTree: root.addChildren([login, framed.addChildren([overview, ...pages])]),
  parseSearch: parseFilters,
  stringifySearch: printFilters,
  scrollRestoration: true,
  defaultErrorComponent: ({ error }) => <ProblemNote error={error instanceof Error ? error : new Error(String(error))} />,
  defaultPendingComponent: Waiting,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
