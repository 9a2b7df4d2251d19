// The page docs/reference/mlflow.md, from the description that also parses the requests.
import { type MlflowField, type MlflowRoute, mlflowRoutes, mlflowRuleText } from '@holdfast/faces';

const head = `# MLflow's protocol

Set \`mlflow.set_tracking_uri("http://HOST:PORT")\`, and MLflow's clients, 2.x and 3.x, work unchanged. Every path below is there under \`/api\` and under
\`/ajax-api\`, unless it says otherwise. Fields come as JSON in the body, or in the query of a GET; a number may be text, and unknown fields are left alone.
A request that does not fit stores nothing. An error is \`{"error_code", "message", "code", "hint"}\`: the first two are MLflow's, the others ours
([errors](errors.md)). Sign in by HTTP Basic (a user and the passphrase, or any name and a token) or by \`Authorization: Bearer TOKEN\`.

What is not here answers 501 with a sentence: assessments and metrics of traces, gateway, evaluation datasets, workspaces. Different from MLflow, on purpose: a batch is kept whole
or not at all; a body that is no JSON is refused; NaN fits no comparator of a filter but \`!=\`; no client mistake answers with a status that makes the client try again.
This page is written by \`tools/docs.ts\`.
`;

export function mlflowPage(): string {
  const routes = Object.values(mlflowRoutes) as MlflowRoute[];
  const groups = Map.groupBy(routes, groupOf);
  return `${head}\n${[...groups].map(([name, of]) => `## ${name}\n\n${of.map(routeText).join('\n\n')}`).join('\n\n')}\n`;
}

function groupOf({ path }: MlflowRoute): string {
  const [, , , , area = ''] = path.split('/').length > 4 ? path.split('/') : ['', '', '', '', 'server'];
  const area_of: Readonly<Record<string, string>> = {
    experiments: 'Experiments',
    runs: 'Runs',
    metrics: 'Metrics',
    'logged-models': 'Logged models',
    'registered-models': 'Registered models',
    'model-versions': 'Model versions',
    traces: 'Traces',
    webhooks: 'Webhooks',
  };
  return area_of[path.split('/')[3] ?? ''] ?? area_of[area] ?? 'Artifacts and the server';
}

/** The level that grants need in the place of the role. */
const levelText = ({ on, deed, access }: MlflowRoute): string =>
  on === undefined ? '' : `, or the level ${deed === 'remove' ? 'manage' : access === 'editor' ? 'edit' : 'read'}`;

function routeText(route: MlflowRoute): string {
  const { methods, path, access, summary, fields, root } = route;
  const rows = Object.entries(fields).map(([name, field]) => `| \`${name}\` | ${typeText(field)} | ${field.required ? 'yes' : ''} | ${ruleText(field)} |`);
  const table = rows.length === 0 ? '' : `\n\n${['| field | type | required | rule |', '|---|---|---|---|', ...rows].join('\n')}`;
  return `### ${methods.join(', ')} \`${path}\`\n\n${summary}. Least role: ${access}${levelText(route)}.${root ? ' Not under `/api`.' : ''}${table}`;
}

function typeText(field: MlflowField): string {
  if (field.kind === 'list') return `list of ${typeText(field.of)}`;
  return field.kind === 'message' ? `{ ${Object.keys(field.fields).join(', ')} }` : field.kind;
}

function ruleText(field: MlflowField): string {
  const rules: string[] = [];
  if (field.alias !== undefined) rules.push(`also as \`${field.alias}\``);
  if (field.kind === 'string') rules.push(...textRules(field));
  if (field.kind === 'int64' || field.kind === 'double') {
    if (field.min !== undefined) rules.push(`${field.min} at least`);
    if (field.max !== undefined) rules.push(`${field.max} at most`);
  }
  if (field.kind === 'enum') rules.push(`one of ${field.names.join(', ')}`);
  if (field.kind === 'list')
    rules.push(...(field.items_max === undefined ? [] : [`${field.items_max} items at most`]), ...[ruleText(field.of)].filter(Boolean));
  if (field.kind === 'map') rules.push(`${field.keys_max} keys at most, of ${field.key_chars_max} characters; values cut after ${field.cut_chars} characters`);
  if (field.kind === 'message') rules.push(...Object.entries(field.fields).flatMap(([name, inner]) => innerRule(name, inner)));
  if ('default' in field && field.default !== undefined && field.default !== '') rules.push(`default ${String(field.default)}`);
  if (field.note !== undefined) rules.push(field.note);
  return rules.join('; ').replaceAll('|', '\\|');
}
const innerRule = (name: string, field: MlflowField): string[] => (ruleText(field) === '' ? [] : [`\`${name}\`: ${ruleText(field)}`]);

function textRules(field: MlflowField & { kind: 'string' }): string[] {
  const rules: string[] = [];
  if (field.cut_chars !== undefined) rules.push(`cut after ${field.cut_chars} characters`);
  if (field.chars_max !== undefined) rules.push(`${field.chars_max} characters at most`);
  if (field.rule !== undefined) rules.push(mlflowRuleText(field.rule));
  return rules;
}
