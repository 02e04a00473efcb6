import { LabError } from '@scapis/contracts';
import { OutOfMemoryError, TrainingDivergedError } from '@scapis/gan';

/** Why a run failed and what to do, for the person who asked for it. An unforeseen fault says nothing of itself here. `checkpointStep` 0: it has none. */
export function toSentence(error: unknown, checkpointStep: number): string {
  const next = checkpointStep === 0 ? 'It had no checkpoint yet: start a new run' : `Start again from its checkpoint of step ${checkpointStep}`;
  if (error instanceof TrainingDivergedError) {
    const where = `It began at step ${error.step} with the ${words[error.loss]}.`;
    return `${new LabError('training_diverged').message} ${where} ${next}, with a lower learning rate or a higher penalty.`;
  }
  if (error instanceof OutOfMemoryError)
    return `The worker had not enough memory for this run. ${next}, with a smaller batch or a narrower network, or give the worker more memory.`;
  if (error instanceof LabError) return error.message;
  return 'Training failed several times for a reason that lies in the lab. The last checkpoint is kept. Tell the lab.';
}

const words: Record<TrainingDivergedError['loss'], string> = {
  discriminatorLoss: "discriminator's loss",
  generatorLoss: "generator's loss",
  penalty: 'gradient penalty',
  realLogit: 'logit of real images',
  fakeLogit: 'logit of generated images',
  discriminatorGradient: "discriminator's gradient",
  generatorGradient: "generator's gradient",
  classifierLoss: "classifier's loss",
  guidanceLoss: 'loss by guidance',
};
