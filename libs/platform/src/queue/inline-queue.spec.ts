import { randomUUID } from 'node:crypto';
import type { JobName } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { openInlineQueue } from './inline-queue.ts';
import { doing, handlersWith } from './queue.fixture.ts';
import type { JobHandlers } from './queue.ts';

describe('the inline queue', () => {
  it('runs jobs in order, and what they enqueue after them', async () => {
    const seen: string[] = [];
    const id = randomUUID();
    const queue = openInlineQueue(
      handlersWith({
        'training.slice': async ({ fromStep }) => {
          seen.push(`slice ${fromStep}`);
          if (fromStep < 2)
            await queue.enqueue('training.slice', { trainingRunId: id, fromStep: fromStep + 1 });
        },
        'gate.run': doing(() => void seen.push('gate')),
      }),
    );
    await queue.enqueue('training.slice', { trainingRunId: id, fromStep: 0 });
    await queue.enqueue('gate.run', { gateRunId: id });
    expect(await queue.countPending()).toBe(2);
    await queue.drain();
    expect(seen).toEqual(['slice 0', 'gate', 'slice 1', 'slice 2']);
  });

  it('drops a doubled dedupe key, retries a throw, and throws what the last attempt threw', async () => {
    let runs = 0;
    const queue = openInlineQueue(
      handlersWith({
        'gate.run': (_payload, { isLastAttempt }) => {
          runs++;
          return Promise.reject(new Error(isLastAttempt ? 'for good' : 'once more'));
        },
      }),
    );
    await queue.enqueue('gate.run', { gateRunId: randomUUID() }, { dedupeKey: 'a' });
    await queue.enqueue('gate.run', { gateRunId: randomUUID() }, { dedupeKey: 'a' });
    await expect(queue.drain()).rejects.toThrow('for good');
    expect(runs).toBe(2);
  });

  it('refuses a bad payload and a table with a hole, as the real one does', async () => {
    const queue = openInlineQueue(handlersWith({}));
    await expect(queue.enqueue('gate.run', { gateRunId: 'x' })).rejects.toThrow(
      'Payload of gate.run',
    );
    const holed: Partial<Record<JobName, unknown>> = { ...handlersWith({}) };
    delete holed['release.pack'];
    expect(() => openInlineQueue(holed as JobHandlers)).toThrow(
      expect.objectContaining({ code: 'configuration_invalid' }),
    );
  });
});
