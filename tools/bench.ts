import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { ageBands, calciumGrades, gateThresholds, sexes, splits, type ImageLabels } from '@scapis/contracts';
import { createTraining, estimate, measureTraining, runtimeVersion, toGanConfig, type GanConfig, type GanConfigInput, type ImageSet } from '@scapis/gan';
import { runGate } from '@scapis/gate';
import { createDecoderPool, createPseudonymizer, deidentify, examineFile, writeDicom } from '@scapis/imaging';
import { phantomCohort, phantomImageSet, phantomVolumeSet } from '@scapis/phantom';
import { findRepositoryRoot, loadSettings } from '@scapis/platform';

// npm run bench: how fast the lab is on this machine, as ratios within this one run where a peer can be had (python3 with torch).
//   --quick   a short look, for trying the bench itself

/** One figure; a ratio above 1 is better than the peer. */
interface Figure {
  name: string;
  value: number;
  unit: string;
  peer: string | null;
  peerValue: number | null;
  ratio: number | null;
}

const root = findRepositoryRoot();
const isQuick = process.argv.includes('--quick');
const seconds = isQuick ? 4 : 20;
const threads = Math.min(2, availableParallelism());
const figures: Figure[] = [];

function record(name: string, value: number, unit: string, peer: { name: string; value: number } | null = null): void {
  figures.push({ name, value, unit, peer: peer?.name ?? null, peerValue: peer?.value ?? null, ratio: peer === null ? null : value / peer.value });
  process.stdout.write(`  ${name.padEnd(44)} ${format(value).padStart(9)} ${unit.padEnd(10)} ${peer === null ? '' : `${peer.name} ${format(peer.value)}, ratio ${(value / peer.value).toFixed(2)}`}\n`);
}

const format = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

async function benchTraining(images: ImageSet): Promise<void> {
  const config = toGanConfig();
  // Ours, the peer, ours again: a machine that drifts shows in the spread of our two runs.
  const first = await measureTraining(config, images, seconds, { threads });
  const torch = measureTorch(config);
  const second = await measureTraining(config, images, seconds, { threads });
  const ours = (first.imagesPerSecond + second.imagesPerSecond) / 2;
  record('training, 64 x 64 demo network', ours, 'images/s', torch);
  record('training, spread of two runs', Math.abs(first.imagesPerSecond - second.imagesPerSecond) / ours, 'share');
  record('training, effective arithmetic', (ours * estimate(config).trainingMacsPerImage * 2) / 1e9, 'GFLOP/s');
}

/** The networks for larger images and for volumes, each as its defaults are. Only the plain one has a peer: torch-step.py is that network. */
async function benchLargerTraining(): Promise<void> {
  const architecture = { name: 'residual' as const };
  const larger: [string, GanConfigInput][] = [
    ['training, 128 x 128 plain', { size: 128, batch: 16 }],
    ['training, 128 x 128 residual', { size: 128, batch: 8, architecture }],
    ['training, 256 x 256 residual', { size: 256, batch: 4, architecture }],
    ['training, 64 x 64 x 64 residual', { size: 64, dimensions: 3, batch: 2, architecture }],
  ];
  for (const [name, input] of larger) {
    const config = toGanConfig(input);
    const { size, dimensions } = config;
    const images = dimensions === 3 ? phantomVolumeSet({ seed: 1, subjects: 8, size }) : phantomImageSet({ seed: 1, subjects: 32, size });
    const { imagesPerSecond } = await measureTraining(config, images, seconds, { threads });
    record(name, imagesPerSecond, dimensions === 3 ? 'volumes/s' : 'images/s', config.architecture.name === 'plain' ? measureTorch(config) : null);
  }
}

/** PyTorch eager on the same plain network, batch, losses and threads; null where python3 has no torch. */
function measureTorch({ size, batch, generatorChannels, discriminatorChannels }: GanConfig): { name: string; value: number } | null {
  const options = { seconds, threads, size, batch, generator: generatorChannels.join(), discriminator: discriminatorChannels.join() };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { status, stdout, stderr } = spawnSync('python3', [join(root, 'tools', 'torch-step.py'), ...flags], { encoding: 'utf8' });
  if (status !== 0) {
    const reason = stderr?.includes("No module named 'torch'") ? 'python3 has no torch here' : (stderr?.trim().split('\n').at(-1) ?? 'there is no python3');
    process.stdout.write(`  (${reason}: training stands without its peer)\n`);
    return null;
  }
  const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { imagesPerSecond: number; torch: string };
  return { name: `PyTorch ${answer.torch} eager`, value: answer.imagesPerSecond };
}

async function benchSynthesis(images: ImageSet): Promise<void> {
  const training = await createTraining({ config: toGanConfig(), images, seed: 1, compile: { threads } });
  await training.run({ steps: 4 });
  const generator = await training.generator();
  const count = isQuick ? 500 : 4_000;
  const labels: ImageLabels[] = Array.from({ length: count }, (_, index) => ({
    calciumGrade: calciumGrades[index % 4] ?? 'none', sex: sexes[index % 2] ?? 'female', ageBand: ageBands[index % 3] ?? '50-54',
  }));
  await generator.sample({ labels: labels.slice(0, 64), seed: 0 });
  const began = performance.now();
  await generator.sample({ labels, seed: 1 });
  record('synthesis, 64 x 64', count / ((performance.now() - began) / 1000), 'images/s');
  await generator.dispose();
  await training.dispose();
}

async function benchIngest(): Promise<void> {
  const decoder = createDecoderPool({ size: 1 });
  const pseudonymizer = createPseudonymizer(new Uint8Array(32).fill(7));
  const files = [...phantomCohort({ seed: 3, subjects: isQuick ? 10 : 100 })].flatMap((phantomCase) => phantomCase.files.map((file) => file.bytes));
  const seenInstances = new Set<string>();
  const began = performance.now();
  for (const bytes of files) {
    const { object } = await examineFile(bytes, { decoder, seenInstances });
    if (object !== null && object !== undefined) writeDicom(deidentify(object, pseudonymizer).object);
  }
  record('intake: examine, de-identify, write', files.length / ((performance.now() - began) / 1000), 'files/s');
  await decoder.close();
}

async function benchGate(): Promise<void> {
  const [real, synthetic] = [phantomImageSet({ seed: 11, subjects: isQuick ? 200 : 1_334, slicesPerSubject: 3 }), phantomImageSet({ seed: 12, subjects: isQuick ? 200 : 2_000 })];
  const splitOfSubject = new Map([...new Set(real.subjects)].map((subject, index) => [subject, splits[index % 5 < 3 ? 0 : index % 5 === 3 ? 1 : 2] ?? 'T']));
  const began = performance.now();
  const { evidence } = await runGate({
    synthetic, real: { ...real, splits: real.subjects.map((subject) => splitOfSubject.get(subject) ?? 'T') }, thresholds: gateThresholds.parse({}), seed: 1,
    ids: { cohortVersionId: 'bench', datasetVersionId: 'bench' }, code: { version: 'bench', onnxRuntime: runtimeVersion, node: process.version },
  });
  record(`gate, ${synthetic.count} synthetic against ${real.count} real`, (performance.now() - began) / 1000, 's');
  process.stdout.write(`  (verdict on fresh phantoms: ${evidence.verdict})\n`);
}

process.stdout.write(`\n  ${threads} threads, Node ${process.version}, ONNX Runtime ${runtimeVersion}\n\n`);
const images = phantomImageSet({ seed: 1, subjects: 200, slicesPerSubject: 1 });
await benchTraining(images);
await benchLargerTraining();
await benchSynthesis(images);
await benchIngest();
await benchGate();
const file = join(resolve(root, loadSettings(['LAB_DATA']).LAB_DATA), 'bench.json');
mkdirSync(join(file, '..'), { recursive: true });
writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
process.stdout.write(`\n  Written to ${file}\n`);
