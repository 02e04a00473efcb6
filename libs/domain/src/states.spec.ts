import { createHash } from 'node:crypto';
import {
  applicationTransitions,
  cohortVersionTransitions,
  datasetVersionTransitions,
  ensembleTransitions,
  generatorImportTransitions,
  splits,
  trainingRunTransitions,
  type StateTable,
} from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { splitOf, splitShares } from './split.ts';
import { transition } from './states.ts';

const tables: [string, StateTable<string>, string][] = [
  ['application', applicationTransitions, 'draft'],
  ['dataset version', datasetVersionTransitions, 'empty'],
  ['training run', trainingRunTransitions, 'queued'],
  ['ensemble', ensembleTransitions, 'training'],
  ['generator import', generatorImportTransitions, 'declared'],
  ['cohort version', cohortVersionTransitions, 'synthesising'],
];

describe.each(tables)('states of a %s', (_name, table, first) => {
  const states = Object.keys(table);

  it('allows exactly the steps of the table', () => {
    for (const from of states) {
      for (const to of states) {
        const isListed = table[from]?.some((way) => way.to === to) ?? false;
        if (isListed) expect(transition(table, from, to).to).toBe(to);
        else expect(() => transition(table, from, to)).toThrow();
      }
    }
  });

  it('reaches every state from the first, and every end', () => {
    const reached = new Set([first]);
    for (const state of reached) for (const way of table[state] ?? []) reached.add(way.to);
    expect([...reached].sort()).toEqual([...states].sort());
  });
});

describe('splitOf', () => {
  it('shares people out as asked, each always to the same split', () => {
    const counts = { T: 0, H: 0, R: 0 };
    for (let index = 0; index < 20_000; index++) {
      const digest = createHash('sha256').update(`person ${index}`).digest('hex');
      counts[splitOf(digest)]++;
      expect(splitOf(digest)).toBe(splitOf(digest));
    }
    for (const split of splits) expect(counts[split] / 20_000).toBeCloseTo(splitShares[split], 1);
  });

  it('refuses what is no digest', () => {
    expect(() => splitOf('abc')).toThrow('hex digest');
  });
});
