import type { Message } from '@scapis/contracts';
import { OutOfMemoryError, TrainingDivergedError } from '@scapis/gan';
import { toFailure } from '../jobs/failure.ts';

/**
 * @param checkpoint the step of the run's last one; 0: it has none
 * @returns why a run failed and what to do, for the person who asked for it
 */
export function whyTrainingFailed(error: unknown, checkpoint: number): Message {
  if (error instanceof TrainingDivergedError) {
    const began = { step: error.step, loss: error.loss };
    return checkpoint === 0
      ? { code: 'training_diverged_early', params: began }
      : { code: 'training_diverged', params: { ...began, checkpoint } };
  }
  if (error instanceof OutOfMemoryError)
    return checkpoint === 0
      ? { code: 'training_out_of_memory_early', params: {} }
      : { code: 'training_out_of_memory', params: { checkpoint } };
  return toFailure(error, { code: 'training_failed', params: {} });
}
