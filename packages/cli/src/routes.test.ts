import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type RouteName, routes } from '@holdfast/protocol/rest';
import { expect, it } from 'vitest';

/** Routes without a command, each with its reason. */
const exceptions: Partial<Record<RouteName, string>> = {
  linkLogin: 'a browser signs in with the link that login-link prints',
  login: 'a session is of a browser; a program has a token',
  logout: 'a session is of a browser; a program has a token',
  runSearch: "a program searches by MLflow's protocol, which its own command line speaks",
  runPoints: "a program reads histories by MLflow's protocol",
  runArtifacts: "a program lists artifacts by MLflow's protocol",
  runArtifact: "a program reads artifacts by MLflow's protocol",
};
const sources = globSync('**/*.ts', { cwd: import.meta.dirname })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'))
  .join('\n');
/** Called by its name, or (bytes) by its path. */
const isCalled = (name: RouteName): boolean => sources.includes(`'${name}'`) || (!('body' in routes[name]) && isPathUsed(routes[name].path));
const isPathUsed = (route: string): boolean => /\/(?:blobs|pixels)\b/.test(route) && sources.includes(`\`${route.replaceAll(/:\w+/g, '${').split('${')[0]}\${`);

it('every route that a person may call has a command, but for a few with a reason', () => {
  const names = Object.keys(routes) as RouteName[];
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !isCalled(name) && exceptions[name] === undefined)).toEqual([]);
  expect(Object.keys(exceptions).filter((name) => isCalled(name as RouteName))).toEqual([]);
});
