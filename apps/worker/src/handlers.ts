import type { JobName, JobPayload } from '@scapis/contracts';
import type { Lab } from '@scapis/lab';
import type { JobHandlers } from '@scapis/platform';

/**
 * What the worker does for each job: one use case each. The compiler refuses a job without a row,
 * and the queue refuses it again at boot.
 */
export function createHandlers(lab: Lab): JobHandlers {
  return {
    'dataset.ingest': (payload, job) => lab.datasets.ingest(payload, job),
    'training.slice': (payload, job) => lab.trainingSegments.slice(payload, job),
    'ensemble.choose': (payload, job) => lab.ensembles.choose(payload, job),
    'generator.check': (payload, job) => lab.generatorImports.check(payload, job),
    'synthesis.run': (payload, job) => lab.cohorts.sample(payload, job),
    'gate.run': (payload, job) => lab.gate.run(payload, job),
    'release.pack': (payload) => lab.packing.pack(payload),
    'notification.deliver': (payload) => lab.notifications.deliver(payload),
  };
}

type ExhaustedHandlers = {
  readonly [Name in JobName]: (payload: JobPayload<Name>, error: Error) => Promise<void>;
};

/**
 * What happens to a row whose job has failed for good: it says so, and nobody waits for it in vain.
 */
export function createExhaustedHandlers(lab: Lab): ExhaustedHandlers {
  return {
    'dataset.ingest': (payload) => lab.datasets.onExhausted(payload),
    'training.slice': (payload) => lab.trainingSegments.onExhausted(payload),
    'ensemble.choose': (payload) => lab.ensembles.onExhausted(payload),
    'generator.check': (payload) => lab.generatorImports.onExhausted(payload),
    'synthesis.run': (payload) => lab.cohorts.onExhausted(payload),
    'gate.run': (payload) => lab.gate.onExhausted(payload),
    'release.pack': (payload, error) => lab.packing.onExhausted(payload, error),
    // The message stays listed as not delivered; its queue has tried for a day.
    'notification.deliver': () => Promise.resolve(),
  };
}
