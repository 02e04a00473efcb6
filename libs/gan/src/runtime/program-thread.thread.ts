import { parentPort, workerData } from 'node:worker_threads';
import { ThreadSignals } from './compute-thread.ts';
import type { ProgramAnswer, ProgramRequest } from './program-thread.ts';
import { OutOfMemoryError } from './runtime.ts';
import { Barrier, StagedPrograms } from './staged-programs.ts';

/**
 * The worker thread of program-thread.ts. It answers one request after another until it is asked to
 * close.
 */
const port = parentPort;
if (!port)
  throw new Error('program-thread.thread.ts is a worker thread, which ProgramThread starts.');
const signals = new ThreadSignals(workerData);
const programs = new StagedPrograms(async (compute) => {
  // When the process is about to exit, nobody waits for this thread's answers.
  if (!signals.busy()) await new Promise(() => undefined);
  try {
    return await compute();
  } finally {
    signals.idle();
  }
});

async function answerTo(request: ProgramRequest): Promise<number> {
  switch (request.kind) {
    case 'compile':
      return programs.open(request.model, request.outputs, {
        threads: request.threads,
        providers: request.providers,
      });
    case 'prepare':
      return programs.prepare(request.stages);
    case 'take':
      await programs.take(request.list, new Barrier(request.parties, request.signals));
      return 0;
    case 'close':
      await programs.close();
      port?.off('message', queue);
      return 0;
  }
}

async function answer(request: ProgramRequest): Promise<void> {
  const { id } = request;
  const post = (found: ProgramAnswer): void => port?.postMessage(found);
  try {
    post({ id, answer: await answerTo(request) });
  } catch (error) {
    post({
      id,
      error: error instanceof Error ? error.message : String(error),
      isMemory: error instanceof OutOfMemoryError,
    });
  }
}

let last = Promise.resolve();
function queue(request: ProgramRequest): void {
  last = last.then(() => answer(request));
}
port.on('message', queue);
signals.idle();
