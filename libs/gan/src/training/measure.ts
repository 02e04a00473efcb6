import type { GanConfig } from '../config.ts';
import type { CompileOptions } from '../runtime/runtime.ts';
import type { ImageSet } from '../base/image-set.ts';
import { createTraining } from './training.ts';

export interface TrainingSpeed {
  imagesPerSecond: number;
  /** Of CPU, all threads together: hardly moved by what else runs on the machine. */
  imagesPerCpuSecond: number;
  /** Of the whole process at the end, before the run is closed. */
  residentBytes: number;
  steps: number;
  /** Time to compile and take the first steps, in seconds; not part of the rate. */
  warmUpSeconds: number;
}

/**
 * Trains for about so many seconds and throws the result away: the figure that `npm run bench`
 * prints.
 */
export async function measureTraining(
  config: GanConfig,
  images: ImageSet,
  seconds: number,
  compile: CompileOptions = {},
): Promise<TrainingSpeed> {
  const training = await createTraining({
    config: { ...config, totalSteps: 10_000_000 },
    images,
    seed: 1,
    compile,
  });
  try {
    const began = performance.now();
    await training.run({ steps: 2 * config.penalty.every });
    const [warm, warmCpu] = [performance.now(), process.cpuUsage()];
    const before = training.step;
    await training.run({ seconds });
    const elapsedSeconds = (performance.now() - warm) / 1000;
    const { user, system } = process.cpuUsage(warmCpu);
    const steps = training.step - before;
    return {
      imagesPerSecond: (steps * config.batch) / elapsedSeconds,
      imagesPerCpuSecond: (steps * config.batch) / ((user + system) / 1e6),
      residentBytes: process.memoryUsage.rss(),
      steps,
      warmUpSeconds: (warm - began) / 1000,
    };
  } finally {
    await training.dispose();
  }
}
