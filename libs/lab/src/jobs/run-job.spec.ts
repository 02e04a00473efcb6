import { LabError } from '@scapis/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobLostError } from './job-attempt.ts';
import {
  failExhausted,
  JobStoppedError,
  runJob,
  type JobSteps,
  type Supervisor,
} from './run-job.ts';

const firstTry = { isLastAttempt: false };
const lastTry = { isLastAttempt: true };

function stepsOf(change: Partial<JobSteps<string, number, number>>) {
  return {
    load: vi.fn(() => Promise.resolve<string | null>('row')),
    numberOf: () => 3,
    heartbeat: vi.fn(() => Promise.resolve(true)),
    work: vi.fn(() => Promise.resolve(7)),
    complete: vi.fn(() => Promise.resolve()),
    fail: vi.fn(() => Promise.resolve()),
    ...change,
  };
}

describe('runJob', () => {
  it('does nothing for a row that has ended', async () => {
    const steps = stepsOf({ load: () => Promise.resolve(null) });
    await runJob(steps, firstTry);
    await failExhausted(steps);
    expect(steps.work).not.toHaveBeenCalled();
    expect(steps.fail).not.toHaveBeenCalled();
  });

  it('hands the result of the work to its completion', async () => {
    const steps = stepsOf({});
    await runJob(steps, firstTry);
    expect(steps.complete).toHaveBeenCalledWith('row', 7);
    expect(steps.fail).not.toHaveBeenCalled();
  });

  class OwnError extends Error {}
  it.each([
    { fault: new Error('machine'), isThrownFirst: true, isThrownLast: true },
    { fault: new LabError('database_unavailable'), isThrownFirst: true, isThrownLast: false },
    { fault: new LabError('conflict'), isThrownFirst: true, isThrownLast: false },
    { fault: new LabError('checkpoint_damaged'), isThrownFirst: false, isThrownLast: false },
    { fault: new OwnError('own'), isThrownFirst: false, isThrownLast: false },
  ])('tries again what another attempt can mend: $fault', async (row) => {
    const { fault, isThrownFirst, isThrownLast } = row;
    for (const step of ['work', 'complete'] as const) {
      const steps = stepsOf({
        [step]: () => Promise.reject(fault),
        isFinal: (error) => error instanceof OwnError,
      });
      const first = runJob(steps, firstTry);
      await (isThrownFirst ? expect(first).rejects.toBe(fault) : first);
      expect(steps.fail).toHaveBeenCalledTimes(isThrownFirst ? 0 : 1);
      const last = runJob(steps, lastTry);
      await (isThrownLast ? expect(last).rejects.toBe(fault) : last);
      expect(steps.fail).toHaveBeenLastCalledWith('row', fault);
    }
  });

  it.each(['heartbeat', 'work', 'complete', 'fail'] as const)(
    'touches nothing more once another worker has the job: known in %s',
    async (step) => {
      const lost = new JobLostError({ job: 'gate.run', objectId: 'row' });
      const steps = stepsOf({
        work: () => Promise.reject(new OwnError('own')),
        isFinal: () => true,
        [step]: vi.fn(() => Promise.reject(lost)),
        ...(step === 'complete' && { work: () => Promise.resolve(7) }),
      });
      await expect(runJob(steps, lastTry)).rejects.toBe(lost);
      expect(steps.fail).toHaveBeenCalledTimes(step === 'fail' ? 1 : 0);
    },
  );

  it('fails the row of a job that ended after its last attempt', async () => {
    const steps = stepsOf({});
    await failExhausted(steps);
    expect(steps.fail).toHaveBeenCalledWith('row', null);
  });
});

describe('the heartbeat', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const twoSeconds = () =>
    new Promise<number>((resolve) => {
      setTimeout(() => resolve(7), 2_500);
    });

  it('comes before, every second during and after the work; a missed one is no fault', async () => {
    const steps = stepsOf({
      heartbeat: vi
        .fn(() => Promise.resolve(true))
        .mockResolvedValueOnce(true)
        .mockRejectedValueOnce(new Error('away')),
      work: twoSeconds,
    });
    const done = runJob(steps, firstTry);
    await vi.advanceTimersByTimeAsync(2_500);
    await done;
    expect(steps.heartbeat).toHaveBeenCalledTimes(4);
    expect(steps.complete).toHaveBeenCalledTimes(1);
  });

  it.each([1, 2, 4])('stops the work that is no longer wanted at beat %i', async (beat) => {
    let beats = 0;
    const steps = stepsOf({
      heartbeat: () => Promise.resolve((beats += 1) !== beat),
      work: (_row, { shouldStop }) => twoSeconds().then(() => (shouldStop() ? -1 : 7)),
    });
    const done = runJob(steps, firstTry);
    await vi.advanceTimersByTimeAsync(2_500);
    await done;
    expect(steps.complete).not.toHaveBeenCalled();
    expect(steps.fail).toHaveBeenCalledWith('row', expect.any(JobStoppedError));
  });

  it('takes what stopped work throws for the stop', async () => {
    const steps = stepsOf({
      heartbeat: vi.fn(() => Promise.resolve(false)).mockResolvedValueOnce(true),
      work: () => twoSeconds().then(() => Promise.reject(new Error('stopped'))),
    });
    const done = runJob(steps, firstTry);
    await vi.advanceTimersByTimeAsync(2_500);
    await done;
    expect(steps.fail).toHaveBeenCalledWith('row', expect.any(JobStoppedError));
  });
});

describe('a supervised run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const supervisorOf = (shouldStop: () => boolean) =>
    ({
      begun: vi.fn(),
      report: vi.fn(),
      shouldStop,
    }) satisfies Supervisor;

  it('leaves the beats between to the supervisor, and reports no more often than it beats', async () => {
    const supervisor = supervisorOf(() => false);
    const heartbeat = vi.fn(() => Promise.resolve(true));
    const steps = stepsOf({
      heartbeat,
      async work(_row, { onProgress }) {
        for (let done = 0; done < 100; done += 1) {
          await new Promise((resolve) => setTimeout(resolve, 25));
          onProgress(done);
        }
        return 7;
      },
    });
    const done = runJob(steps, { ...firstTry, supervisor });
    await vi.advanceTimersByTimeAsync(3_000);
    await done;
    expect(supervisor.begun).toHaveBeenCalledExactlyOnceWith(3);
    expect(heartbeat.mock.calls).toEqual([
      ['row', null],
      ['row', 99],
    ]);
    expect(supervisor.report.mock.calls.map(([progress]) => progress as number)).toEqual([
      0, 10, 20, 30, 40, 50, 60, 70, 80, 90,
    ]);
    expect(steps.complete).toHaveBeenCalledWith('row', 7);
  });

  it('stops when the supervisor says so', async () => {
    let shouldStop = false;
    const steps = stepsOf({
      work: async (_row, pace) => {
        while (!pace.shouldStop()) await new Promise((resolve) => setTimeout(resolve, 25));
        return 7;
      },
    });
    const done = runJob(steps, { ...firstTry, supervisor: supervisorOf(() => shouldStop) });
    await vi.advanceTimersByTimeAsync(1_000);
    shouldStop = true;
    await vi.advanceTimersByTimeAsync(100);
    await done;
    expect(steps.complete).not.toHaveBeenCalled();
    expect(steps.fail).toHaveBeenCalledWith('row', expect.any(JobStoppedError));
  });
});
