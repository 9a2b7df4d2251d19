import { expect, it } from 'vitest';
import { toHoldfastError } from './problem.ts';

it('tells of an error of the database its code, and neither its statement nor its values', () => {
  const error = new Error('duplicate key value violates unique constraint "secret_pkey"');
  Object.assign(error, { code: '23505', severity: 'ERROR', routine: '_bt_check_unique', detail: 'Key (id)=(secret) already exists.' }); // as the protocol names its fields
  const known = toHoldfastError(error);
  expect([known.code, known.status]).toEqual(['HF-REQ-006', 500]);
  expect(known.message).toContain('23505');
  expect(known.message).not.toMatch(/secret|constraint/);
  expect(known.cause).toBe(error);
});
