import { ageBands, calciumGrades, computeProviderNames, sexes, type ImageLabels } from '@scapis/contracts';
import { toGanConfig } from './config.ts';
import { openGenerator } from './sample.ts';
import { createTraining } from './train.ts';

// A process of its own for webgpu.medium.spec.ts, since a Vulkan driver is found through the environment that a process is started with:
// trains a small network for some steps on the given provider, draws images, and prints what came out as one line of JSON.

export interface Computed {
  provider: string;
  /** Losses of each step, in the order of the steps. */
  losses: Record<string, number>[];
  /** Images [6, 1, 16, 16] of the generator after training. */
  images: number[];
  /** Images of the generator that was drawn at the start: synthesis alone. */
  firstImages: number[];
}

const provider = computeProviderNames.find((name) => name === process.argv[2]) ?? 'cpu';
const config = toGanConfig({
  size: 16,
  latentLength: 8,
  generatorChannels: [8, 8, 4],
  discriminatorChannels: [8, 8],
  featureLength: 8,
  batch: 4,
  totalSteps: 40,
  penalty: { every: 2 },
  augmentation: { translation: 1 },
});
const labels = Array.from({ length: 6 }, (_, i): ImageLabels => ({
  calciumGrade: calciumGrades[i % 4] ?? 'none',
  sex: sexes[i % 2] ?? 'female',
  ageBand: ageBands[i % 3] ?? '50-54',
}));
const images = {
  size: 16,
  count: 6,
  pixels: Float32Array.from({ length: 6 * 256 }, (_, i) => Math.sin(i / 7)),
  labels,
  subjects: labels.map((_, i) => `s${i}`),
};

const compile = { providers: [provider] };
const training = await createTraining({ config, images, seed: 3, compile });
const draw = async (): Promise<number[]> => {
  const generator = await openGenerator(training.generatorFile(), compile);
  const drawn = await generator.sample({ labels, seed: 5 });
  await generator.dispose();
  return [...drawn];
};
const firstImages = await draw();
const losses: Computed['losses'] = [];
for (let step = 0; step < 3; step++) losses.push(...(await training.run({ steps: 1 })).map((point) => point.losses));
const computed: Computed = { provider: training.provider, losses, firstImages, images: await draw() };
await training.dispose();
process.stdout.write(`${JSON.stringify(computed)}\n`);
