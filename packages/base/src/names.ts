// What a name may look like, wherever a user gives one.
import { failure } from './errors/catalogue.ts';

const pattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Returns the name, or fails with HF-REG-002. */
export function checkName(name: string): string {
  if (!pattern.test(name)) throw failure('HF-REG-002', { saw: JSON.stringify(name.slice(0, 120)) });
  return name;
}
