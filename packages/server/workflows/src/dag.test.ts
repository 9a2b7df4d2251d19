// workflows: the shape of a workflow.
import type { StepDefinition } from '@holdfast/protocol/rest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOfSteps, fillParams, orderSteps } from './dag.ts';

const step = (name: string, ...needs: string[]): StepDefinition => ({ name, kind: 'command', argv: ['true'], needs });
const order = (...steps: StepDefinition[]) => orderSteps(steps).map((s) => s.name);
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

describe('orderSteps', () => {
  it('puts each step after what it needs, and else keeps the order given', () => {
    expect(order(step('c', 'b', 'a'), step('a'), step('b', 'a'))).toEqual(['a', 'b', 'c']);
    expect(order(step('a'), step('b'), step('c'))).toEqual(['a', 'b', 'c']);
  });

  it('names the circle', () => {
    expect(() => order(step('x'), step('a', 'c'), step('b', 'a'), step('c', 'b'))).toThrow('a -> c -> b -> a');
    expect(() => order(step('a', 'a'))).toThrow('a -> a');
  });

  it('refuses a need that is no step, a name given twice, a command without argv, and names that are none', () => {
    expect(() => order(step('a', 'b'))).toThrow(code('HF-FLOW-002'));
    expect(() => order(step('a'), step('a'))).toThrow(code('HF-REQ-005'));
    expect(() => order({ name: 'a', kind: 'command' })).toThrow(code('HF-REQ-001'));
    expect(() => order(step('a/b'))).toThrow(code('HF-REG-002'));
    expect(() => order({ ...step('a'), inputs: { '../../etc': 'x' } })).toThrow(code('HF-REG-002'));
  });

  it('orders a chain of ten thousand steps', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => step(`s${i}`, ...(i < 9_999 ? [`s${i + 1}`] : [])));
    const ordered = orderSteps(chain).map((s) => s.name);
    expect(ordered[0]).toBe('s9999');
    expect(ordered).toHaveLength(10_000);
  });

  it('orders any DAG so that needs come first, each step once', () => {
    const dag = fc.integer({ min: 1, max: 30 }).chain((n) =>
      fc.array(fc.array(fc.nat(1_000), { maxLength: 4 }), { minLength: n, maxLength: n }).chain((needs) => {
        const steps = needs.map((list, i) => step(`s${i}`, ...(i === 0 ? [] : list.map((x) => `s${x % i}`))));
        return fc.shuffledSubarray(steps, { minLength: n, maxLength: n });
      }),
    );
    fc.assert(
      fc.property(dag, (steps) => {
        const ordered = orderSteps(steps);
        expect(new Set(ordered).size).toBe(steps.length);
        const at = new Map(ordered.map((s, i) => [s.name, i]));
        for (const s of ordered) for (const need of s.needs ?? []) expect(at.get(need)).toBeLessThan(at.get(s.name)!);
      }),
    );
  });
});

describe('digestOfSteps', () => {
  it('is the same for the same steps, however their keys are ordered, and another for others', () => {
    const digest = digestOfSteps([{ name: 'a', kind: 'command', argv: ['x', 'y'] }]);
    expect(digestOfSteps([{ argv: ['x', 'y'], kind: 'command', name: 'a' }])).toBe(digest);
    expect(digestOfSteps([{ name: 'a', kind: 'command', argv: ['y', 'x'] }])).not.toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('fillParams', () => {
  it('fills what is known and leaves the rest', () => {
    expect(fillParams('--lr=${lr} ${seed} ${none} ${constructor}', { lr: '0.1', seed: '1' })).toBe('--lr=0.1 1 ${none} ${constructor}');
  });
});
