// tests/interop: gets what the stories need before the first begins, all of it at once: most of that is waiting for the network. The stories run beside
// each other, so what two of them need is there before either.
import { debianNode18, debianPostgres, debianR, javaStories, python, s3Gateway } from './engines.ts';
import { pythons } from './pythons.ts';

export default async function setup(): Promise<void> {
  const venvs = Object.entries(pythons).map(([name, packages]) => python(name, packages));
  await Promise.all([debianPostgres(), debianR(), debianNode18(), s3Gateway(), javaStories(), ...venvs]); // what cannot be had is said, and skipped by its story
}
