import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { computeProviderNames, type ComputeProvider } from '@scapis/contracts';
import {
  createTraining,
  mixGenerators,
  openGenerator,
  toGanConfig,
  type GanConfigInput,
  type ImageSet,
  type Training,
} from '@scapis/gan';
import {
  chooseMembers,
  TaskContext,
  openQualityProbe,
  selectImages,
  type QualityProbe,
  type QualityMeasures,
} from '@scapis/gate';
import { evenedGradeMix, phantomImageSet } from '@scapis/phantom';
import { findRepositoryRoot } from '@scapis/platform';
import { peopleOf } from './phantom-splits.ts';

// Which losses, widths and schedules draw the better pictures in equal time, and what an ensemble
// adds: writes docs/measured/gan-table.md. By hand, under the pinned Node: node
// tools/bootstrap.mjs tools/gan-table.ts STEP, where STEP is
//   speeds   how many images each row sees in the time of the first row's, by CPU time of one
//            thread, in turns: alone, on the CPU
//   train    trains all that is not trained yet; as many processes as there are cores share the
//            work
//   judge    judges what is trained, likewise, and writes the page once all of it is judged
//   --folder DIR     keeps what each step made (default: .lab/gan-table)
//   --provider cpu   where trainings are computed; rows see as many images on a GPU, which only
//                    does it sooner
//   --images 51200   that the first row sees: the demo's;  --people 1200;  --rows exact,lecam;
//                    --quick: a few steps, to see that it runs

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: '.lab/gan-table' },
    provider: { type: 'string', default: 'cpu' },
    images: { type: 'string', default: '51200' },
    people: { type: 'string', default: '1200' },
    rows: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const root = findRepositoryRoot();
const folder = resolve(root, values.folder);
const provider = computeProviderNames.find((name) => name === values.provider);
if (provider === undefined)
  throw new Error(`--provider is one of ${computeProviderNames.join(', ')}`);
const images = values.quick ? 320 : Number(values.images);
const drawn = values.quick ? 300 : 2000;

/**
 * What differs from the defaults: one thing in each row. The most asked for come first, since a
 * table may be broken off.
 */
const rows = {
  default: {
    says: 'RpGAN, exact penalty (second derivatives), DiffAugment, guidance 0.02, batch 16, late decay',
    config: {},
  },
  differences: {
    says: 'penalty by finite differences',
    config: { penalty: { kind: 'finite-difference' } },
  },
  hinge: {
    says: 'hinge with spectral normalisation',
    config: { adversarial: 'hinge', spectralNorm: true },
  },
  lecam: { says: 'LeCam, weight 0.1', config: { leCam: 0.1 } },
  unaugmented: {
    says: 'no DiffAugment',
    config: { augmentation: { translation: 0, brightness: 0, contrast: 0 } },
  },
  wide: {
    says: 'twice the channels',
    config: {
      generatorChannels: [256, 128, 64, 32, 16],
      discriminatorChannels: [32, 64, 128, 256],
    },
  },
  narrow: {
    says: 'half the channels',
    config: { generatorChannels: [64, 32, 16, 8, 4], discriminatorChannels: [8, 16, 32, 64] },
  },
  cosine: {
    says: 'learning rate falls by a cosine from the start',
    config: { learningRateDecay: 'cosine' },
  },
  batch8: { says: 'batch 8', config: { batch: 8 } },
  guidance005: { says: 'guidance 0.005', config: { guidance: { weight: 0.005 } } },
  unguided: { says: 'no guidance', config: { guidance: null } },
  weak: { says: 'penalty 0.3, falling to 0.1', config: { penalty: { gamma: [0.3, 0.1] } } },
  fast: { says: 'learning rate 1e-3', config: { learningRate: 1e-3 } },
  batch32: { says: 'batch 32, learning rate 7e-4', config: { batch: 32, learningRate: 7e-4 } },
  wideGenerator: {
    says: "twice the generator's channels",
    config: { generatorChannels: [256, 128, 64, 32, 16] },
  },
  flat: { says: 'learning rate does not fall', config: { learningRateDecay: 'none' } },
} as const satisfies Record<string, { says: string; config: GanConfigInput }>;
type RowName = keyof typeof rows;
/** Rows whose steps do the same work as the first row's: they see as many images. */
const alikeInWork: ReadonlySet<RowName> = new Set([
  'cosine',
  'guidance005',
  'weak',
  'fast',
  'flat',
]);
const rowNames = (Object.keys(rows) as RowName[]).filter(
  (name) =>
    name === 'default' || values.rows === undefined || values.rows.split(',').includes(name),
);
const seeds = [1, 2, 3];
/** Two of the default's seeds are an ensemble. */
const pairs = [
  [1, 2],
  [1, 3],
  [2, 3],
];
/** Generators set aside along the way, as the lab's ensembles do (share of the steps done). */
const snapshots = [0.6, 0.8, 1];

/**
 * How much time a training has, as a share of the demo's: rows are compared in a part of it, which
 * three seeds of all of them can be given.
 */
const times = { part: 0.35, demo: 1, twice: 2 } as const;

interface TrainingJob {
  row: RowName;
  seed: number;
  time: keyof typeof times;
}
const ofDefault = (time: TrainingJob['time']): TrainingJob[] =>
  seeds.map((seed) => ({ row: 'default', seed, time }));
const ofRows = (names: readonly RowName[]): TrainingJob[] =>
  seeds.flatMap((seed) => names.map((row): TrainingJob => ({ row, seed, time: 'part' })));
const jobs: TrainingJob[] = [
  ...ofDefault('demo'),
  ...ofRows(rowNames.slice(0, 8)),
  ...ofDefault('twice'),
  ...ofRows(rowNames.slice(8)),
];

/** What is kept of a training beside its generators, once it is through. */
interface Trained {
  images: number;
  provider: ComputeProvider;
  seconds: number;
}

mkdirSync(folder, { recursive: true });
const real = drawPhantoms();
const training = peopleOf(real, 'T');
const speedsFile = join(folder, 'speeds.json');

const steps: Record<string, () => Promise<void>> = {
  speeds: measureSpeeds,
  train: trainAll,
  judge: judgeAll,
};
const step = steps[positionals[0] ?? ''];
if (step === undefined) throw new Error(`Say which step: ${Object.keys(steps).join(', ')}.`);
await step();

/** Kept in the folder: they take most of a minute, and many processes need them. */
function drawPhantoms(): ImageSet {
  const [pixelsFile, restFile] = [join(folder, 'phantoms.f32'), join(folder, 'phantoms.json')];
  if (existsSync(restFile))
    return {
      ...(JSON.parse(readFileSync(restFile, 'utf8')) as Omit<ImageSet, 'pixels'>),
      pixels: new Float32Array(Uint8Array.from(readFileSync(pixelsFile)).buffer),
    };
  const { pixels, ...rest } = phantomImageSet({
    seed: 'x',
    subjects: values.quick ? 200 : Number(values.people),
    slicesPerSubject: 3,
    gradeMix: evenedGradeMix,
  });
  writeWhole(pixelsFile, new Uint8Array(pixels.buffer));
  writeWhole(restFile, JSON.stringify(rest));
  return { ...rest, pixels };
}

async function measureSpeeds(): Promise<void> {
  const [rounds, penalties] = values.quick ? [1, 1] : [5, 4];
  const runs: { name: RowName; run: Training; costs: number[] }[] = [];
  for (const name of rowNames.filter((each) => !alikeInWork.has(each)))
    runs.push({
      name,
      run: await createTraining({
        config: toGanConfig(rows[name].config),
        images: training,
        seed: 1,
        compile: { threads: 1 },
      }),
      costs: [],
    });
  for (let round = -1; round < rounds; round += 1)
    for (const { run, costs } of runs) {
      const before = process.cpuUsage();
      const taken = penalties * run.config.penalty.every;
      await run.run({ steps: taken });
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) costs.push((user + system) / (taken * run.config.batch));
    }
  const first = runs[0]!.costs;
  const measured = runs.map(({ name, costs }): [RowName, number] => [
    name,
    median(costs.map((cost, round) => first[round]! / cost)),
  ]);
  const speeds = Object.fromEntries([
    ...measured,
    ...[...alikeInWork].map((name) => [name, 1] as const),
  ]);
  await Promise.all(runs.map(({ run }) => run.dispose()));
  writeFileSync(
    speedsFile,
    `${JSON.stringify({ microsecondsOfTheFirst: median(first), speeds }, null, 2)}\n`,
  );
}

async function trainAll(): Promise<void> {
  const { speeds } = JSON.parse(readFileSync(speedsFile, 'utf8')) as {
    speeds: Record<string, number>;
  };
  for (const job of jobs) {
    if (!claim(`train-${idOf(job)}`)) continue;
    const { batch } = toGanConfig(rows[job.row].config);
    const totalSteps = Math.max(
      10,
      Math.round((times[job.time] * images * (speeds[job.row] ?? 0)) / batch),
    );
    const config = toGanConfig({ ...rows[job.row].config, totalSteps });
    const began = performance.now();
    const run = await createTraining({
      config,
      images: training,
      seed: job.seed,
      compile: { threads: 1, providers: [provider!] },
    });
    for (const part of snapshots) {
      await run.run({ steps: Math.round(part * totalSteps) - run.step });
      // Ensembles alone choose among earlier ones.
      if (part === 1 || job.time === 'demo')
        writeWhole(generatorFile(job, part), run.generatorFile());
    }
    await run.dispose();
    const trained: Trained = {
      images: totalSteps * batch,
      provider: run.provider,
      seconds: Math.round((performance.now() - began) / 1000),
    };
    writeFileSync(trainedFile(job), JSON.stringify(trained));
    say(`${idOf(job)}: ${JSON.stringify(trained)}`);
  }
}

/** Generators with their parts in the images of a label; all alike where no parts are named. */
interface Mixture {
  files: string[];
  sharesOf?: Parameters<typeof mixGenerators>[1];
}

/** What is judged: each under a name of its own, from which the page takes it. */
async function judgeAll(): Promise<void> {
  const trained = jobs.filter((job) => existsSync(trainedFile(job)));
  const judge = await openQualityProbe(
    { training, holdout: peopleOf(real, 'H') },
    { seed: 1, runs: values.quick ? 1 : 3, images: drawn },
  );
  for (const job of trained)
    await judgeOnce(judge, idOf(job), () => ({ files: [generatorFile(job, 1)] }));
  for (const pair of pairs) {
    const members = pair.map((seed): TrainingJob => ({ row: 'default', seed, time: 'demo' }));
    if (!members.every((job) => trained.some((each) => idOf(each) === idOf(job)))) continue;
    await judgeOnce(judge, `alike-${pair.join('-')}`, () => ({
      files: members.map((job) => generatorFile(job, 1)),
    }));
    await judgeOnce(judge, `chosen-${pair.join('-')}`, () => choose(members));
  }
  const qualities = new Map(
    globSync(join(folder, '*.judged')).map((file) => {
      const found = JSON.parse(readFileSync(file, 'utf8')) as {
        name: string;
        quality: QualityMeasures;
      };
      return [found.name, found.quality] as const;
    }),
  );
  if (trained.every((job) => qualities.has(idOf(job))) && !values.quick)
    writeFileSync(
      join(root, 'docs', 'measured', 'gan-table.md'),
      page(qualities, trained, judge.realAccuracy),
    );
}

async function judgeOnce(
  judge: QualityProbe,
  name: string,
  mixtureOf: () => Mixture | Promise<Mixture>,
): Promise<void> {
  if (!claim(`judge-${name}`)) return;
  const { files, sharesOf } = await mixtureOf();
  const mixture = mixGenerators(
    await Promise.all(files.map((file) => openGenerator(readFileSync(file), { threads: 1 }))),
    sharesOf,
  );
  const labels = selectImages(
    training,
    [...Array(drawn).keys()].map((at) => (7919 * at) % training.count),
  ).labels;
  const pixels = await mixture.sample({ labels, seed: 99 });
  await mixture.dispose();
  const quality = await judge.judge({
    size: training.size,
    count: drawn,
    pixels,
    labels,
    subjects: labels.map((_, at) => String(at)),
  });
  writeWhole(join(folder, `${name}.judged`), JSON.stringify({ name, quality }));
  say(`${name}: ${JSON.stringify(quality)}`);
}

/**
 * As the lab chooses: members and shares by coverage of the reference people, whom the judge
 * doesn't see.
 */
async function choose(members: readonly TrainingJob[]): Promise<Mixture> {
  const files = members.flatMap((job) => snapshots.map((part) => generatorFile(job, part)));
  const generators = await Promise.all(
    files.map((file) => openGenerator(readFileSync(file), { threads: 1 })),
  );
  const candidates = generators.map((generator, at) => ({
    id: String(at),
    generator,
    isLast: at % snapshots.length === snapshots.length - 1,
  }));
  const choice = await chooseMembers(
    { training, reference: peopleOf(real, 'R'), candidates, seed: 1 },
    new TaskContext(),
  );
  await Promise.all(generators.map((generator) => generator.dispose()));
  say(`chosen of ${members.map(idOf).join(', ')}: ${JSON.stringify(choice.coverage)}`);
  return {
    files,
    sharesOf: ({ calciumGrade }) => {
      const own = choice.shares.find((share) => share.calciumGrade === calciumGrade)?.members ?? [];
      return files.map((_, at) => own.find(({ id }) => id === String(at))?.share ?? 0);
    },
  };
}

function page(
  qualities: ReadonlyMap<string, QualityMeasures>,
  trained: readonly TrainingJob[],
  realAccuracy: number,
): string {
  const runs = new Map(
    trained.map((job) => [
      idOf(job),
      JSON.parse(readFileSync(trainedFile(job), 'utf8')) as Trained,
    ]),
  );
  const head = (first: string): string =>
    `| ${first} | Images seen | TSTR / TRTR | Coverage | Label consistency |\n|---|---|---|---|---|`;
  const line = (says: string, names: readonly string[], seen: number): string => {
    const found = names.flatMap((name) => qualities.get(name) ?? []);
    if (found.length < seeds.length) return '';
    const cells = (['utility', 'coverage', 'labelConsistency'] as const).map((key) =>
      meanAndAll(found.map((each) => each[key])),
    );
    return `| ${[says, seen.toLocaleString('en'), ...cells].join(' | ')} |\n`;
  };
  const trainings = (says: string, row: RowName, time: TrainingJob['time']): string => {
    const ids = seeds.map((seed) => idOf({ row, seed, time }));
    return line(says, ids, runs.get(ids[0]!)?.images ?? NaN);
  };
  const ensembles = (says: string, kind: 'alike' | 'chosen'): string =>
    line(
      says,
      pairs.map((pair) => `${kind}-${pair.join('-')}`),
      2 * images,
    );
  return `<!-- Measured by tools/gan-table.ts, not made by \`npm run generate\`. Do not edit. -->
# Trainings of equal time compared

Made by \`node tools/bootstrap.mjs tools/gan-table.ts STEP\`, with \`speeds\`, \`train\` and \`judge\` as STEP in turn.

Phantoms of ${values.people} people in the demo's mix of grades, three images each; ${training.count} images to learn from. ${drawn.toLocaleString('en')} drawn images of each generator are judged on people whom no network saw. Mean over seeds ${seeds.join(', ')},
each seed in brackets. Trained by: ${[...new Set([...runs.values()].map((run) => run.provider))].join(', ')}.

- **TSTR / TRTR**: balanced accuracy on real images of the calcium grade by classifiers trained on drawn images, over that by classifiers trained on real ones (${realAccuracy.toFixed(3)}), three of each.
- **Coverage**: of held-out images, in a contrastive space, over that of as many training images.
- **Label consistency**: share of drawn images that the real-trained classifiers read as asked.

## In the demo's time

${head('The default')}
${trainings('one network', 'default', 'demo')}${trainings('one network of twice the images', 'default', 'twice')}${ensembles('two networks, alike', 'alike')}${ensembles("two networks, the lab's choice by coverage of other people: shares by grade, and earlier generators (60 and 80 % of the steps) where they cover clearly more", 'chosen')}
Ensembles are of seeds ${pairs.map((pair) => pair.join(' and ')).join(', ')}.

## In ${100 * times.part} % of it

Each row sees as many images as one CPU thread trains in the time of the first row (CPU seconds, rows in turns, median of five rounds); schedules end there.

${head('What differs from the default')}
${rowNames.map((row) => trainings(rows[row].says, row, 'part')).join('')}`;
}

function meanAndAll(all: readonly number[]): string {
  return `**${(all.reduce((sum, x) => sum + x, 0) / all.length).toFixed(2)}** (${all.map((x) => x.toFixed(2)).join(', ')})`;
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
}

/** Other processes look for the file: it appears with all that is in it. */
function writeWhole(file: string, content: Uint8Array | string): void {
  const part = `${file}.${process.pid}`;
  writeFileSync(part, content);
  renameSync(part, file);
}

/**
 * @returns whether the work is this process's: it is marked by a file, so a piece that was broken
 * off is done again once its mark is removed.
 */
function claim(work: string): boolean {
  try {
    writeFileSync(join(folder, `${work}.claimed`), '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function idOf({ row, seed, time }: TrainingJob): string {
  return `${row}-${time}-${seed}`;
}

function generatorFile(job: TrainingJob, part: number): string {
  return join(folder, `${idOf(job)}-${100 * part}.safetensors`);
}

function trainedFile(job: TrainingJob): string {
  return join(folder, `${idOf(job)}.trained`);
}

function say(what: string): void {
  process.stderr.write(`${what}\n`);
}
