import { openQueue, type QueueConfig } from './bull-queue.ts';
import type { JobHandlers } from './queue.ts';

const unexpected = (name: string) => (): Promise<void> =>
  Promise.reject(new Error(`${name} was not expected in this test`));

/** A handler out of something that takes no time. */
export const doing =
  <Payload>(work: (payload: Payload) => void) =>
  (payload: Payload): Promise<void> => {
    work(payload);
    return Promise.resolve();
  };

/** A whole handler table in which a job that the test does not name fails. */
export function handlersWith(some: Partial<JobHandlers>): JobHandlers {
  return {
    'dataset.ingest': unexpected('dataset.ingest'),
    'training.slice': unexpected('training.slice'),
    'ensemble.choose': unexpected('ensemble.choose'),
    'generator.check': unexpected('generator.check'),
    'synthesis.run': unexpected('synthesis.run'),
    'gate.run': unexpected('gate.run'),
    'release.pack': unexpected('release.pack'),
    'notification.deliver': unexpected('notification.deliver'),
    ...some,
  };
}

// As a program: a worker that takes a training slice, says so, and never ends it. The test kills
// it.
if (process.argv[1] === import.meta.filename) {
  const queue = openQueue(JSON.parse(process.argv[2] ?? '{}') as QueueConfig);
  await queue.work(
    handlersWith({
      'training.slice': ({ trainingRunId }) => {
        process.stdout.write(`${trainingRunId}\n`);
        return new Promise(() => undefined);
      },
    }),
  );
}
