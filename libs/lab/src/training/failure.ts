import { LabError, lossNames, sayFailure } from '@scapis/contracts';
import { OutOfMemoryError, TrainingDivergedError } from '@scapis/gan';

/**
 * Why a run failed and what to do, for the person who asked for it. An unforeseen fault says
 * nothing of itself here. `checkpoint`: the step of its last one; 0: it has none.
 */
export function toSentence(error: unknown, checkpoint: number): string {
  if (error instanceof TrainingDivergedError) {
    const began = { step: error.step, loss: lossNames[error.loss].en };
    return checkpoint === 0
      ? sayFailure('trainingDivergedEarly', began)
      : sayFailure('trainingDiverged', { ...began, checkpoint });
  }
  if (error instanceof OutOfMemoryError)
    return checkpoint === 0
      ? sayFailure('trainingOutOfMemoryEarly', {})
      : sayFailure('trainingOutOfMemory', { checkpoint });
  return error instanceof LabError ? error.message : sayFailure('trainingFailed', {});
}
