import type { ComputeJobName } from '@scapis/contracts';
import { JobLostError, type Lab, type Supervisor } from '@scapis/lab';
import {
  attemptSpanIdOf,
  forwardingMeter,
  openLog,
  openTracing,
  withRequestId,
} from '@scapis/platform';
import type { FromCompute, ToCompute } from './compute-process.ts';
import { openLab, readSettings } from './settings.ts';

// The process that computes: one job at a time, as the worker that started it says. While it
// computes it may answer nothing for seconds; the worker keeps time, and ends it when need be.

const config = readSettings();
const log = openLog(config, 'compute');
const tracing = await openTracing(config, 'compute');
const { lab } = await openLab(config, log, {
  maxConnections: 4,
  meter: forwardingMeter((measurement) => tell({ kind: 'measured', measurement })),
});

// Whoever ends the worker ends this one through it: a signal to both must not cut a job short.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
// The worker is gone, by whatever death. Nothing is lost by going at once; other ends of a process
// wait for its threads.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

type Run = Extract<ToCompute, { kind: 'run' }>;

let shouldStop = false;
process.on('message', (message: ToCompute) => {
  if (message.kind === 'stop') shouldStop = true;
  else {
    shouldStop = false;
    void withRequestId(message.context.requestId, () => traced(message)).then(tell);
  }
});

/** Below the attempt's span, which the worker tells when it has heard how this ends. */
async function traced(message: Run): Promise<FromCompute> {
  const { name, context } = message;
  const beganAt = Date.now();
  const outcome = await run(lab, message);
  tracing.step(
    context.requestId,
    {
      name: `compute ${name}`,
      beganAt,
      endedAt: Date.now(),
      hasFailed: outcome.kind !== 'done',
    },
    { parentId: attemptSpanIdOf(context.jobId, context.attempt) },
  );
  return outcome;
}

async function run(
  { jobs }: Lab,
  { name, payload, context: { isLastAttempt } }: Run,
): Promise<FromCompute> {
  const supervisor: Supervisor = {
    begun: (number) => tell({ kind: 'begun', number }),
    report: (progress) => tell({ kind: 'progress', progress }),
    shouldStop: () => shouldStop,
  };
  try {
    // The table has the job's own payload type in each row; the message was made from one row.
    const job = jobs[name] as { run: (typeof jobs)[ComputeJobName]['run'] };
    await job.run(payload as never, { isLastAttempt, supervisor });
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof JobLostError) return { kind: 'lost' };
    log.warn({ job: name, err: error }, 'attempt failed');
    const { name: type, message } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'failed', type, message };
  }
}

function tell(message: FromCompute): void {
  process.send?.(message);
}
