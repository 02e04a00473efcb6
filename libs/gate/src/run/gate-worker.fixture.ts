import { gateThresholds } from '@scapis/contracts';
import { GateWorker } from './gate-worker.ts';
import { blobImages } from '../images/blobs.fixture.ts';
import { TaskContext } from '../task-context.ts';

// A program that exits with code 7 while the gate's second thread is training.
const images = blobImages({ seed: 1, people: 120 });
const sets = { synthetic: images, training: images, holdout: images, reference: images };
const onProgress = (stage: string, fraction: number): void => {
  if (stage === 'attack-spaces' && fraction > 0.1) process.exit(7);
};
const worker = new GateWorker(
  {
    sets,
    out: sets,
    thresholds: gateThresholds.parse({}),
    seed: 1,
    identitySteps: 100,
    classifierSteps: 100,
  },
  new TaskContext({ onProgress }),
);
await worker.stage('attack-spaces');
