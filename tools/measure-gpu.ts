import { spawnSync } from 'node:child_process';
import {
  ageBands,
  calciumGrades,
  computeProviderNames,
  sexes,
  type ImageLabels,
} from '@scapis/contracts';
import {
  measureTraining,
  createTraining,
  RandomStream,
  runtimeVersion,
  toGanConfig,
  type GanConfig,
  type ImageSet,
} from '@scapis/gan';

// Run by hand where a GPU is: node tools/bootstrap.mjs tools/measure-gpu.ts cuda|webgpu|cpu
// [SECONDS] Trains and draws at 64, 128 and 256 pixels for so many seconds each (default 20) and
// prints one line of JSON. There is no falling back: a provider that cannot be used ends it with
// what to do.

const provider = computeProviderNames.find((name) => name === process.argv[2]);
const seconds = Number(process.argv[3] ?? 20);
if (provider === undefined || !(seconds > 0)) {
  process.stderr.write(
    `Say which provider, and for how many seconds: measure-gpu.ts ${computeProviderNames.join('|')} 20\n`,
  );
  process.exit(1);
}
const compile = { providers: [provider] };

/** The demo's network at 64 pixels, and the same with one and two stages more. */
const configs: readonly GanConfig[] = [64, 128, 256].map((size) => {
  const stages = Math.log2(size / 4);
  const generatorChannels = Array.from({ length: stages + 1 }, (_, stage) =>
    Math.max(8, 128 / 2 ** stage),
  );
  return toGanConfig({
    size,
    generatorChannels,
    discriminatorChannels: Array.from({ length: stages }, (_, stage) =>
      Math.min(128, 16 * 2 ** stage),
    ),
  });
});

/** Noise: how fast it goes does not depend on what is seen. */
function noiseSet(size: number, count = 256): ImageSet {
  const labels = Array.from({ length: count }, (_, i): ImageLabels => ({
    calciumGrade: calciumGrades[i % calciumGrades.length] ?? 'none',
    sex: sexes[i % sexes.length] ?? 'female',
    ageBand: ageBands[i % ageBands.length] ?? '50-54',
  }));
  const pixels = new RandomStream(1, 'gate').normals(count * size * size).map(Math.tanh);
  return { size, count, pixels, labels, subjects: labels.map((_, i) => `s${i}`) };
}

async function measureSynthesis(config: GanConfig, images: ImageSet): Promise<number> {
  const training = await createTraining({ config, images, seed: 1, compile });
  const generator = await training.generator();
  try {
    const labels = images.labels.slice(0, 32);
    await generator.sample({ labels, seed: 1 });
    const began = performance.now();
    let drawn = 0;
    for (; performance.now() - began < 1_000 * seconds; drawn += labels.length)
      await generator.sample({ labels, seed: 1, first: drawn });
    return (1_000 * drawn) / (performance.now() - began);
  } finally {
    await generator.dispose();
    await training.dispose();
  }
}

const results = [];
for (const config of configs) {
  const images = noiseSet(config.size);
  const { imagesPerSecond, warmUpSeconds } = await measureTraining(
    config,
    images,
    seconds,
    compile,
  );
  const synthesis = await measureSynthesis(config, images);
  results.push({
    size: config.size,
    batch: config.batch,
    trainingImagesPerSecond: imagesPerSecond,
    synthesisImagesPerSecond: synthesis,
    warmUpSeconds,
  });
}
const { stdout, status } = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
  encoding: 'utf8',
});
const device = status === 0 ? stdout.trim().replaceAll('\n', ', ') : 'not told by nvidia-smi';
process.stdout.write(
  `${JSON.stringify({ device, provider, seconds, onnxRuntime: runtimeVersion, node: process.version, results })}\n`,
);
