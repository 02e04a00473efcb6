import type { GanConfig } from '../config.ts';
import type { CompileOptions } from '../runtime/runtime.ts';
import type { ImageSet } from '../base/image-set.ts';
import { createTraining } from './training.ts';

export interface TrainingSpeed {
  imagesPerSecond: number;
  /** Per second of CPU time of all threads. Other load on the machine hardly changes it. */
  imagesPerCpuSecond: number;
  /** Resident memory of the whole process at the end of the run. */
  residentBytes: number;
  steps: number;
  /** Time to compile and take the first steps, which the rates leave out. */
  warmUpSeconds: number;
}

/** Measures the speed of training for about `seconds`. The trained networks are discarded. */
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
