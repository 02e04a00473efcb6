import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ageBands,
  calciumGrades,
  gateThresholds,
  sexes,
  splits,
  type ImageLabels,
} from '@scapis/contracts';
import {
  createTraining,
  estimate,
  measureTraining,
  RandomStream,
  runtimeVersion,
  toGanConfig,
  type GanConfig,
  type GanConfigInput,
  type ImageSet,
} from '@scapis/gan';
import {
  contrastiveSpace,
  TaskContext,
  mostSearchedExactly,
  pixelSpace,
  runGate,
  searchNear,
  selectImages,
  spectrumSpace,
  trainEncoder,
  type CopySpace,
} from '@scapis/gate';
import {
  createDecoderPool,
  createPseudonymizer,
  deidentifyToFile,
  examineFile,
} from '@scapis/imaging';
import { createLab } from '@scapis/lab';
import { phantomCohort, phantomImageSet, phantomVolumeSet } from '@scapis/phantom';
import {
  type Actor,
  findRepositoryRoot,
  loadEnvOf,
  openMemoryDriver,
  openStorage,
} from '@scapis/platform';
import { openTestDatabase } from '@scapis/testing';

// npm run bench: how fast the lab is on this machine, as ratios within this one run where a peer
// can be had (python3 with torch). We and the peer take turns, and the ratio is the median over the
// turns: a machine that drifts, or that others use, moves both alike. Images per second of CPU say
// what a step costs however busy the machine is.
//   --quick          a short look, for trying the bench itself
//   --only a,b       these parts alone, of the table at the end

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

function record(
  name: string,
  value: number,
  unit: string,
  peer: { name: string; value: number; ratio: number } | null = null,
): void {
  figures.push({
    name,
    value,
    unit,
    peer: peer?.name ?? null,
    peerValue: peer?.value ?? null,
    ratio: peer?.ratio ?? null,
  });
  process.stdout.write(
    `  ${name.padEnd(52)} ${format(value).padStart(9)} ${unit.padEnd(16)} ${peer === null ? '' : `${peer.name} ${format(peer.value)}, ratio ${peer.ratio.toFixed(2)}`}\n`,
  );
}

const format = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/**
 * Takes turns with the peer, if there is one, and records both. @returns our median images per
 * second.
 */
async function race(
  name: string,
  ours: () => Promise<Speed>,
  torch: () => TorchSpeed | null,
  { unit = 'images', turns: count = turns }: { unit?: string; turns?: number } = {},
): Promise<number> {
  const measured: { ours: Speed; theirs: TorchSpeed | null }[] = [];
  for (let turn = 0; turn < count; turn++) measured.push({ ours: await ours(), theirs: torch() });
  for (const [rate, label] of [
    ['imagesPerSecond', '/s'],
    ['imagesPerCpuSecond', '/s of CPU'],
  ] as const) {
    const pairs = measured.flatMap(({ ours: own, theirs }) =>
      theirs === null
        ? []
        : [{ name: theirs.name, value: theirs[rate], ratio: own[rate] / theirs[rate] }],
    );
    const [first] = pairs;
    const peer =
      first === undefined
        ? null
        : {
            name: first.name,
            value: median(pairs.map(({ value }) => value)),
            ratio: median(pairs.map(({ ratio }) => ratio)),
          };
    record(name, median(measured.map(({ ours: own }) => own[rate])), `${unit}${label}`, peer);
  }
  return median(measured.map(({ ours: own }) => own.imagesPerSecond));
}

async function benchTraining(images: ImageSet): Promise<void> {
  await benchThreads('64 x 64 demo network', toGanConfig(), images);
}

/** By one thread, and by as many as there are cores, each with a shard of the batch. */
async function benchThreads(name: string, config: GanConfig, images: ImageSet): Promise<void> {
  for (const threads of new Set([1, mostThreads])) {
    const sharded = { ...config, shards: threads };
    const ours = await race(
      `training, ${name}, ${threads} thread${threads === 1 ? '' : 's'}`,
      () => measureTraining(sharded, images, seconds, { threads }),
      () => measureTorch(config, 'train', threads),
    );
    record(
      'training, effective arithmetic',
      (ours * estimate(sharded).trainingMacsPerImage * 2) / 1e9,
      'GFLOP/s',
    );
  }
}

/**
 * The networks for larger images and for volumes, each as its defaults are, by one thread: a ratio
 * that other work hardly moves. torch-step.py has no volumes.
 */
async function benchLargerTraining(): Promise<void> {
  await benchThreads(
    '128 x 128 plain',
    toGanConfig({ size: 128 }),
    phantomImageSet({ seed: 1, subjects: 32, size: 128 }),
  );
  const architecture = { name: 'residual' as const };
  const larger: [string, GanConfigInput][] = [
    ['training, 128 x 128 residual', { size: 128, batch: 8, architecture }],
    ['training, 256 x 256 residual', { size: 256, batch: 4, architecture }],
    ['training, 64 x 64 x 64 residual', { size: 64, dimensions: 3, batch: 2, architecture }],
  ];
  for (const [name, input] of larger) {
    const config = toGanConfig(input);
    const { size, dimensions } = config;
    const images =
      dimensions === 3
        ? phantomVolumeSet({ seed: 1, subjects: 8, size })
        : phantomImageSet({ seed: 1, subjects: 32, size });
    let residentBytes = 0;
    const ours = async (): Promise<Speed> => {
      const speed = await measureTraining(config, images, seconds, { threads: 1 });
      ({ residentBytes } = speed);
      return speed;
    };
    // One turn: their first steps, which don't count, last longer than all turns of the demo
    // network.
    const [unit, torch] =
      dimensions === 3
        ? (['volumes', () => null] as const)
        : (['images', () => measureTorch(config, 'train', 1)] as const);
    await race(`${name}, 1 thread`, ours, torch, { unit, turns: 1 });
    record(`${name}, memory`, residentBytes / 2 ** 20, 'MiB resident');
  }
}

/** Resident memory early and late in one run. */
async function benchMemory(images: ImageSet): Promise<void> {
  const training = await createTraining({
    config: toGanConfig(),
    images,
    seed: 1,
    compile: { threads: mostThreads },
  });
  for (const steps of isQuick ? [10, 40] : [50, 300]) {
    await training.run({ steps: steps - training.step });
    record(
      `memory after ${steps} steps of the demo network`,
      process.memoryUsage.rss() / 2 ** 20,
      'MiB resident',
    );
  }
  await training.dispose();
}

type TorchSpeed = Speed & { name: string };

/**
 * PyTorch eager on the same network, batch, losses and threads; null where python3 has no torch.
 */
function measureTorch(
  { size, batch, architecture, generatorChannels, discriminatorChannels }: GanConfig,
  task: 'train' | 'draw',
  threads: number,
): TorchSpeed | null {
  const options = {
    task,
    seconds,
    threads,
    architecture: architecture.name,
    size,
    batch,
    generator: generatorChannels.join(),
    discriminator: discriminatorChannels.join(),
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { status, stdout, stderr } = spawnSync(
    'python3',
    [join(root, 'tools', 'torch-step.py'), ...flags],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    const reason = stderr?.includes("No module named 'torch'")
      ? 'python3 has no torch here'
      : (stderr?.trim().split('\n').at(-1) ?? 'there is no python3');
    process.stdout.write(`  (${reason}: the next figure stands without its peer)\n`);
    return null;
  }
  const { torch, ...speed } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Speed & {
    torch: string;
  };
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
      calciumGrade: calciumGrades[index % 4] ?? 'none',
      sex: sexes[index % 2] ?? 'female',
      ageBand: ageBands[index % 3] ?? '50-54',
    }));
    await generator.sample({ labels: labels.slice(0, 64), seed: 0 });
    const draw = async (): Promise<Speed> => {
      const [began, beganCpu] = [performance.now(), process.cpuUsage()];
      await generator.sample({ labels, seed: 1 });
      const { user, system } = process.cpuUsage(beganCpu);
      return {
        imagesPerSecond: labels.length / ((performance.now() - began) / 1000),
        imagesPerCpuSecond: labels.length / ((user + system) / 1e6),
      };
    };
    await race(`synthesis, 64 x 64, ${threads} thread${threads === 1 ? '' : 's'}`, draw, () =>
      measureTorch(config, 'draw', threads),
    );
    await generator.dispose();
  }
}

async function benchIngest(): Promise<void> {
  const decoder = createDecoderPool({ size: 1 });
  const pseudonymizer = createPseudonymizer(new Uint8Array(32).fill(7));
  const files = [...phantomCohort({ seed: 3, subjects: isQuick ? 10 : 100 })].flatMap(
    (phantomCase) => phantomCase.files.map((file) => file.bytes),
  );
  const seenImages = new Set<string>();
  const began = performance.now();
  for (const bytes of files) {
    const { object } = await examineFile(bytes, { decoder, seenImages });
    if (object !== null && object !== undefined) deidentifyToFile(object, pseudonymizer);
  }
  record(
    'intake: examine, de-identify, write',
    files.length / ((performance.now() - began) / 1000),
    'files/s',
  );
  await decoder.close();
}

/** Seconds of all threads since `since`, which other work on the machine hardly moves. */
function cpuSeconds(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

/**
 * The copy search of one cohort against more and more training images: what it costs for each n,
 * and how many times what it cost for the least.
 */
async function benchSearch(): Promise<void> {
  const context = new TaskContext();
  const base = phantomImageSet({ seed: 21, subjects: 1_000 });
  const cohort = phantomImageSet({ seed: 22, subjects: isQuick ? 64 : 256 });
  // What a search costs doesn't hang on how well its encoder was trained.
  const encoder = await trainEncoder(base, context, { seed: 1, steps: 5 });
  const spaces: Record<CopySpace['name'], (training: ImageSet) => Promise<CopySpace>> = {
    contrastive: async (training) =>
      contrastiveSpace(encoder, training, await encoder.embed(training, context), context, {
        seed: 1,
      }),
    pixel: (training) => pixelSpace(training, context),
    spectrum: (training) => spectrumSpace(training, context, { seed: 1 }),
  };
  const first = new Map<string, number>();
  for (const times of isQuick ? [1, 4] : [1, 4, 16]) {
    const rows = Array.from({ length: times * base.count }, (_, row) => row % base.count);
    const repeated = selectImages(base, rows);
    const training = {
      ...repeated,
      subjects: repeated.subjects.map(
        (subject, row) => `${subject}-${Math.floor(row / base.count)}`,
      ),
    };
    for (const [name, open] of Object.entries(spaces)) {
      const space = await open(training);
      const began = process.cpuUsage();
      await space.search(cohort, context);
      const taken = cpuSeconds(began);
      first.set(name, first.get(name) ?? taken);
      record(`copy search, ${name}, ${cohort.count} against ${training.count}`, taken, 's of CPU');
      record('  over that against the fewest', taken / (first.get(name) ?? NaN), 'times');
    }
  }
}

/**
 * The index beyond exact search, at the encoder's width, on random vectors: nothing is grouped
 * there, which is the hardest case for lists. Queries are copies that lie `farthest` of a vector's
 * length away in their worst pose.
 */
async function benchIndex(): Promise<void> {
  const [width, poses, farthest] = [64, 18, 0.7];
  const [count, queries] = isQuick ? [20_000, 32] : [2 * mostSearchedExactly, 128];
  const random = new RandomStream(1, 'gate');
  const unit = (data: Float32Array): Float32Array => {
    for (let start = 0; start < data.length; start += width) {
      let squares = 0;
      for (let i = start; i < start + width; i++) squares += (data[i] ?? 0) ** 2;
      for (let i = start; i < start + width; i++) data[i] = (data[i] ?? 0) / Math.sqrt(squares);
    }
    return data;
  };
  const templates = { count, width, data: unit(random.normals(count * width)) };
  const sources = Array.from({ length: queries }, () => random.integer(count));
  const noise = random.normals(queries * poses * width);
  const posed = unit(
    noise.map((x, at) => {
      const [row, i] = [Math.floor(at / width), at % width];
      const reach = (farthest * (1 + (row % poses))) / poses;
      return (
        (templates.data[(sources[Math.floor(row / poses)] ?? 0) * width + i] ?? 0) +
        (reach * x) / Math.sqrt(width)
      );
    }),
  );
  const write = (pose: number, query: number, to: Float32Array, at: number): void => {
    const start = (query * poses + pose) * width;
    to.set(posed.subarray(start, start + width), at);
  };
  const context = new TaskContext();
  const measure = async (name: string, exactUpTo: number): Promise<number> => {
    const built = process.cpuUsage();
    const search = await searchNear(templates, context, { seed: 1, exactUpTo });
    record(`${name}, ${count} vectors, made ready`, cpuSeconds(built), 's of CPU');
    const began = process.cpuUsage();
    let found = 0;
    await search({ queries, poses, write }, context, (query, similarity, rows) => {
      let best = 0;
      for (let i = 1; i < similarity.length; i++)
        if ((similarity[i] ?? 0) > (similarity[best] ?? 0)) best = i;
      found += Number(rows[best] === sources[query]);
    });
    const taken = cpuSeconds(began);
    record(`${name}, ${queries} queries in ${poses} poses`, taken, 's of CPU');
    record(`${name}, copies found`, (100 * found) / queries, '%');
    return taken;
  };
  const exact = await measure('exact search', Infinity);
  record('index, how many times as fast', exact / (await measure('index', 0)), 'times');
}

async function benchGate(): Promise<void> {
  const [real, synthetic] = [
    phantomImageSet({ seed: 11, subjects: isQuick ? 200 : 1_334, slicesPerSubject: 3 }),
    phantomImageSet({ seed: 12, subjects: isQuick ? 200 : 2_000 }),
  ];
  const splitOfSubject = new Map(
    [...new Set(real.subjects)].map((subject, index) => [
      subject,
      splits[index % 5 < 3 ? 0 : index % 5 === 3 ? 1 : 2] ?? 'T',
    ]),
  );
  const [began, beganCpu] = [performance.now(), process.cpuUsage()];
  const { evidence, seconds: ofStages } = await runGate({
    synthetic,
    real: { ...real, splits: real.subjects.map((subject) => splitOfSubject.get(subject) ?? 'T') },
    thresholds: gateThresholds.parse({}),
    seed: 1,
    ids: { cohortVersionId: 'bench', datasetVersionId: 'bench' },
    code: { version: 'bench', onnxRuntime: runtimeVersion, node: process.version },
  });
  record(
    `gate, ${synthetic.count} synthetic against ${real.count} real`,
    (performance.now() - began) / 1000,
    's',
  );
  record('gate, all threads', cpuSeconds(beganCpu), 's of CPU');
  for (const [stage, taken] of Object.entries(ofStages)) record(`  stage ${stage}`, taken, 's');
  const failed = evidence.checks
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ check }) => check);
  process.stdout.write(
    `  (verdict on fresh phantoms: ${evidence.verdict}; failed: ${failed.join(', ') || 'none'})\n`,
  );
}

/**
 * A page of the audit log at a million rows beside one at a thousand: the median of 20 calls each,
 * in turn. A list that is served by its index costs about the same.
 */
async function benchLists(): Promise<void> {
  const most = isQuick ? 100_000 : 1_000_000;
  const labs = await Promise.all([1_000, most].map(openLabWithAudit));
  const [few, many] = labs.map(({ list }) => list);
  if (few === undefined || many === undefined) return;
  for (const [name, filter] of [
    ['newest', {}],
    ['of a rare type', { type: 'permit.revoked' }],
    ['of one object', { objectId: 'object-77' }],
  ] as const) {
    const times: [number[], number[]] = [[], []];
    for (let turn = 0; turn < 21; turn++)
      for (const [place, list] of [few, many].entries()) {
        const began = performance.now();
        await list(filter);
        if (turn > 0) times[place]?.push(performance.now() - began);
      }
    const [ofFew, ofMany] = [median(times[0]), median(times[1])];
    record(`audit log, ${most} rows, ${name}`, ofMany, 'ms a page', {
      name: '1,000 rows',
      value: ofFew,
      ratio: ofFew / ofMany,
    });
  }
  for (const { close } of labs) await close();
}

async function openLabWithAudit(rows: number): Promise<{
  list: (filter: { type?: string; objectId?: string }) => Promise<unknown>;
  close: () => Promise<void>;
}> {
  const test = await openTestDatabase();
  const { audit } = createLab({
    database: test.db,
    storage: openStorage(openMemoryDriver()),
    masterKey: randomBytes(32),
    now: () => new Date(),
  });
  const auditor: Actor = { personId: randomUUID(), roles: ['auditor'] };
  // Without the trigger that chains the rows: this is about finding them.
  await test.query('ALTER TABLE audit_event DISABLE TRIGGER USER');
  await test.query(
    `INSERT INTO audit_event (sequence, actor_id, type, object_kind, object_id, detail, previous_hash, hash, created_at)
     SELECT 1000 + n, NULL, CASE WHEN n % 200000 = 1 THEN 'permit.revoked' ELSE 'application.edited' END, 'application', 'object-' || n % 5000, '{"fields": ["title"]}', repeat('0', 64), repeat('0', 64), now()
     FROM generate_series(1, ${rows}) n`,
  );
  await test.query('ANALYZE audit_event');
  return {
    list: (filter) => audit.list(auditor, { limit: 50, ...filter }),
    close: () => test.close(),
  };
}

process.stdout.write(
  `\n  ${mostThreads} threads at most, Node ${process.version}, ONNX Runtime ${runtimeVersion}\n\n`,
);
const images = phantomImageSet({ seed: 1, subjects: 200, slicesPerSubject: 1 });
const parts: Record<string, () => Promise<void>> = {
  memory: () => benchMemory(images),
  training: () => benchTraining(images),
  larger: benchLargerTraining,
  synthesis: () => benchSynthesis(images),
  intake: benchIngest,
  search: benchSearch,
  index: benchIndex,
  gate: benchGate,
  lists: benchLists,
};
const { only } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' } },
}).values;
for (const name of only?.split(',') ?? Object.keys(parts)) {
  const part = parts[name];
  if (part === undefined)
    throw new Error(`There is no part "${name}" of the bench: ${Object.keys(parts).join(', ')}.`);
  await part();
}
const file = join(resolve(root, loadEnvOf(['LAB_DATA']).LAB_DATA), 'bench.json');
mkdirSync(join(file, '..'), { recursive: true });
writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
process.stdout.write(`\n  Written to ${file}\n`);
