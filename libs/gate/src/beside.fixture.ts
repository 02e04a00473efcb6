import { gateThresholds } from '@scapis/contracts';
import { Beside } from './beside.ts';
import { blobImages } from './blobs.ts';
import { Pace } from './pace.ts';

// A program that exits with code 7 while the gate's second thread is training.
const images = blobImages({ seed: 1, people: 260 });
const sets = { synthetic: images, training: images, control: images, reference: images };
const beside = new Beside({ sets, out: sets, thresholds: gateThresholds.parse({}), seed: 1, identitySteps: 100, classifierSteps: 100 });
await beside.stage('copy-pixel', new Pace());
const onProgress = (_part: string, fraction: number): void => {
  if (fraction > 0.1) process.exit(7);
};
await beside.stage('attack-spaces', new Pace({ onProgress }));
