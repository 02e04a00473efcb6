import { computeProviderNames } from '@scapis/contracts';
import { openGenerator } from '../generators/generator.ts';
import { toyConfig, toySet } from '../training/toy.fixture.ts';
import { createTraining } from '../training/training.ts';

// A process of its own for webgpu.medium.spec.ts, since a Vulkan driver is found through the
// environment that a process is started with: trains a small network for some steps on the given
// provider, samples images, and prints the results as one line of JSON.

export interface Computed {
  provider: string;
  /** Losses of each step, in the order of the steps. */
  losses: Record<string, number>[];
  /** Images [6, 1, 16, 16] of the generator after training. */
  images: number[];
  /** Images of the generator before training: sampling alone. */
  firstImages: number[];
}

const provider = computeProviderNames.find((name) => name === process.argv[2]) ?? 'cpu';
const config = { ...toyConfig, penalty: { ...toyConfig.penalty, every: 2 } };
const images = {
  ...toySet(6),
  pixels: Float32Array.from({ length: 6 * 256 }, (_, i) => Math.sin(i / 7)),
};
const { labels } = images;

const compile = { providers: [provider] };
const training = await createTraining({ config, images, seed: 3, compile });
const sample = async (): Promise<number[]> => {
  const generator = await openGenerator(training.generatorFile(), compile);
  const sampled = await generator.sample({ labels, seed: 5 });
  await generator.dispose();
  return [...sampled];
};
const firstImages = await sample();
const losses: Computed['losses'] = [];
for (let step = 0; step < 3; step++)
  losses.push(...(await training.run({ steps: 1 })).map((point) => point.losses));
const computed: Computed = {
  provider: training.provider,
  losses,
  firstImages,
  images: await sample(),
};
await training.dispose();
process.stdout.write(`${JSON.stringify(computed)}\n`);
