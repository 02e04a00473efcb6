import type { ComputeJobName, JobName, JobPayload } from '@scapis/contracts';
import type { Lab } from '@scapis/lab';
import type { JobContext, JobHandlers } from '@scapis/platform';
import type { ComputeProcess } from './compute-process.ts';

/**
 * What the worker does for each job. The compiler refuses a job without a row, and the queue
 * refuses it again at boot.
 */
export function createHandlers(lab: Lab, compute: Pick<ComputeProcess, 'run'>): JobHandlers {
  const computed =
    <Name extends ComputeJobName>(name: Name) =>
    (payload: JobPayload<Name>, job: JobContext) =>
      compute.run(name, payload, job);
  return {
    'dataset.ingest': computed('dataset.ingest'),
    'training.slice': computed('training.slice'),
    'ensemble.choose': computed('ensemble.choose'),
    'generator.check': computed('generator.check'),
    'synthesis.run': computed('synthesis.run'),
    'gate.run': computed('gate.run'),
    'release.pack': computed('release.pack'),
    'notification.deliver': (payload) => lab.notifications.deliver(payload),
  };
}

type ExhaustedHandlers = {
  readonly [Name in JobName]: (payload: JobPayload<Name>) => Promise<void>;
};

/**
 * What happens to a row whose job has failed for good: it says so, and nobody waits for it in vain.
 */
export function createExhaustedHandlers(lab: Lab): ExhaustedHandlers {
  return {
    'dataset.ingest': lab.jobs['dataset.ingest'].onExhausted,
    'training.slice': lab.jobs['training.slice'].onExhausted,
    'ensemble.choose': lab.jobs['ensemble.choose'].onExhausted,
    'generator.check': lab.jobs['generator.check'].onExhausted,
    'synthesis.run': lab.jobs['synthesis.run'].onExhausted,
    'gate.run': lab.jobs['gate.run'].onExhausted,
    'release.pack': lab.jobs['release.pack'].onExhausted,
    // The message stays listed as not delivered; its queue has tried for a day.
    'notification.deliver': () => Promise.resolve(),
  };
}
