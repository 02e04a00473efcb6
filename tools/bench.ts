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
// We and the peer take turns, and the ratio is the median over the turns: a machine that drifts, or that others use, moves both alike. Images per
// second of CPU say what a step costs however busy the machine is.
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

/** How fast a turn was. */
interface Speed {
  imagesPerSecond: number;
  imagesPerCpuSecond: number;
}

const root = findRepositoryRoot();
const isQuick = process.argv.includes('--quick');
const seconds = isQuick ? 3 : 8;
const turns = isQuick ? 1 : 3;
const mostThreads = Math.min(2, availableParallelism());
const figures: Figure[] = [];

function record(name: string, value: number, unit: string, peer: { name: string; value: number; ratio: number } | null = null): void {
  figures.push({ name, value, unit, peer: peer?.name ?? null, peerValue: peer?.value ?? null, ratio: peer?.ratio ?? null });
  process.stdout.write(`  ${name.padEnd(52)} ${format(value).padStart(9)} ${unit.padEnd(16)} ${peer === null ? '' : `${peer.name} ${format(peer.value)}, ratio ${peer.ratio.toFixed(2)}`}\n`);
}

const format = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Takes turns with the peer, if there is one, and records both. @returns our median images per second. */
async function race(
  name: string,
  ours: () => Promise<Speed>,
  torch: () => TorchSpeed | null,
  { unit = 'images', turns: count = turns }: { unit?: string; turns?: number } = {},
): Promise<number> {
  const measured: { ours: Speed; theirs: TorchSpeed | null }[] = [];
  for (let turn = 0; turn < count; turn++) measured.push({ ours: await ours(), theirs: torch() });
  for (const [rate, label] of [['imagesPerSecond', '/s'], ['imagesPerCpuSecond', '/s of CPU']] as const) {
    const pairs = measured.flatMap(({ ours: own, theirs }) => (theirs === null ? [] : [{ name: theirs.name, value: theirs[rate], ratio: own[rate] / theirs[rate] }]));
    const [first] = pairs;
    const peer = first === undefined ? null : { name: first.name, value: median(pairs.map(({ value }) => value)), ratio: median(pairs.map(({ ratio }) => ratio)) };
    record(name, median(measured.map(({ ours: own }) => own[rate])), `${unit}${label}`, peer);
  }
  return median(measured.map(({ ours: own }) => own.imagesPerSecond));
}

async function benchTraining(images: ImageSet): Promise<void> {
  const config = toGanConfig();
  for (const threads of new Set([1, mostThreads])) {
    const name = `training, 64 x 64 demo network, ${threads} thread${threads === 1 ? '' : 's'}`;
    const ours = await race(name, () => measureTraining(config, images, seconds, { threads }), () => measureTorch(config, 'train', threads));
    record('training, effective arithmetic', (ours * estimate(config).trainingMacsPerImage * 2) / 1e9, 'GFLOP/s');
  }
}

/** The networks for larger images and for volumes, each as its defaults are, by one thread: a ratio that other work hardly moves. torch-step.py has no volumes. */
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
    let residentBytes = 0;
    const ours = async (): Promise<Speed> => {
      const speed = await measureTraining(config, images, seconds, { threads: 1 });
      ({ residentBytes } = speed);
      return speed;
    };
    // One turn: their first steps, which don't count, last longer than all turns of the demo network.
    const [unit, torch] = dimensions === 3 ? ['volumes', () => null] as const : ['images', () => measureTorch(config, 'train', 1)] as const;
    await race(`${name}, 1 thread`, ours, torch, { unit, turns: 1 });
    record(`${name}, memory`, residentBytes / 2 ** 20, 'MiB resident');
  }
}

/** Resident memory early and late in one run. */
async function benchMemory(images: ImageSet): Promise<void> {
  const training = await createTraining({ config: toGanConfig(), images, seed: 1, compile: { threads: mostThreads } });
  for (const steps of isQuick ? [10, 40] : [50, 300]) {
    await training.run({ steps: steps - training.step });
    record(`memory after ${steps} steps of the demo network`, process.memoryUsage.rss() / 2 ** 20, 'MiB resident');
  }
  await training.dispose();
}

type TorchSpeed = Speed & { name: string };

/** PyTorch eager on the same network, batch, losses and threads; null where python3 has no torch. */
function measureTorch({ size, batch, architecture, generatorChannels, discriminatorChannels }: GanConfig, task: 'train' | 'draw', threads: number): TorchSpeed | null {
  const options = { task, seconds, threads, architecture: architecture.name, size, batch, generator: generatorChannels.join(), discriminator: discriminatorChannels.join() };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { status, stdout, stderr } = spawnSync('python3', [join(root, 'tools', 'torch-step.py'), ...flags], { encoding: 'utf8' });
  if (status !== 0) {
    const reason = stderr?.includes("No module named 'torch'") ? 'python3 has no torch here' : (stderr?.trim().split('\n').at(-1) ?? 'there is no python3');
    process.stdout.write(`  (${reason}: the next figure stands without its peer)\n`);
    return null;
  }
  const { torch, ...speed } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Speed & { torch: string };
  return { ...speed, name: `PyTorch ${torch} eager` };
}

async function benchSynthesis(images: ImageSet): Promise<void> {
  const config = toGanConfig();
  for (const threads of new Set([1, mostThreads])) {
    const training = await createTraining({ config, images, seed: 1, compile: { threads } });
    await training.run({ steps: 4 });
    const generator = await training.generator();
    await training.dispose();
    const labels: ImageLabels[] = Array.from({ length: isQuick ? 500 : 4_000 }, (_, index) => ({
      calciumGrade: calciumGrades[index % 4] ?? 'none', sex: sexes[index % 2] ?? 'female', ageBand: ageBands[index % 3] ?? '50-54',
    }));
    await generator.sample({ labels: labels.slice(0, 64), seed: 0 });
    const draw = async (): Promise<Speed> => {
      const [began, beganCpu] = [performance.now(), process.cpuUsage()];
      await generator.sample({ labels, seed: 1 });
      const { user, system } = process.cpuUsage(beganCpu);
      return { imagesPerSecond: labels.length / ((performance.now() - began) / 1000), imagesPerCpuSecond: labels.length / ((user + system) / 1e6) };
    };
    await race(`synthesis, 64 x 64, ${threads} thread${threads === 1 ? '' : 's'}`, draw, () => measureTorch(config, 'draw', threads));
    await generator.dispose();
  }
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

process.stdout.write(`\n  ${mostThreads} threads at most, Node ${process.version}, ONNX Runtime ${runtimeVersion}\n\n`);
const images = phantomImageSet({ seed: 1, subjects: 200, slicesPerSubject: 1 });
await benchMemory(images);
await benchTraining(images);
await benchLargerTraining();
await benchSynthesis(images);
await benchIngest();
await benchGate();
const file = join(resolve(root, loadSettings(['LAB_DATA']).LAB_DATA), 'bench.json');
mkdirSync(join(file, '..'), { recursive: true });
writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
process.stdout.write(`\n  Written to ${file}\n`);
