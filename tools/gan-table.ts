import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createTraining, measureTraining, mixGenerators, openGenerator, toGanConfig, type GanConfigInput, type ImageSet } from '@scapis/gan';
import { openPictureJudge, selectImages, type PictureQuality } from '@scapis/gate';
import { phantomImageSet } from '@scapis/phantom';
import { findRepositoryRoot } from '@scapis/platform';
import { peopleOf } from './phantom-splits.ts';

// Which losses, widths and schedules draw the better pictures in equal time: writes docs/generated/gan-table.md.
// By hand, under the pinned Node: node tools/bootstrap.mjs tools/gan-table.ts
//   --folder DIR      keeps each generator: a table that was broken off goes on, and two processes share the work (default: .lab/gan-table)
//   --seconds 200     CPU seconds that each training has; --seeds 1,2,3
//   --train           trains only; without it also judges and writes the page
//   --people 1200, --quick (a few steps, to see that it runs; writes no page)

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '.lab/gan-table' },
    seconds: { type: 'string', default: '200' },
    seeds: { type: 'string', default: '1,2,3' },
    people: { type: 'string', default: '1200' },
    train: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const root = findRepositoryRoot();
const folder = resolve(root, values.folder);
const seeds = values.seeds.split(',').map(Number);
const seconds = values.quick ? 3 : Number(values.seconds);
const drawn = values.quick ? 300 : 2000;

/** What differs from the defaults, of which only one thing changes in each row. */
const rows = {
  'default': { says: 'RpGAN, finite-difference penalty, DiffAugment, late decay, guidance', config: {} },
  'exact': { says: 'exact penalty (second derivatives)', config: { penalty: { kind: 'exact' } } },
  'hinge': { says: 'hinge with spectral normalisation', config: { adversarial: 'hinge', spectralNorm: true } },
  'lecam': { says: 'LeCam, weight 0.1', config: { leCam: 0.1 } },
  'wide': { says: 'twice the channels', config: { generatorChannels: [256, 128, 64, 32, 16], discriminatorChannels: [32, 64, 128, 256] } },
  'narrow': { says: 'half the channels', config: { generatorChannels: [64, 32, 16, 8, 4], discriminatorChannels: [8, 16, 32, 64] } },
  'cosine': { says: 'learning rate falls by a cosine from the start', config: { learningRateDecay: 'cosine' } },
  'noaug': { says: 'no DiffAugment', config: { augmentation: { translation: 0, brightness: 0, contrast: 0 } } },
} as const satisfies Record<string, { says: string; config: GanConfigInput }>;
type RowName = keyof typeof rows;
const rowNames = Object.keys(rows) as RowName[];

/** Far more calcium than in SCAPIS, as in the demo. */
const gradeMix = { none: 0.34, mild: 0.24, moderate: 0.22, severe: 0.2 };
const real: ImageSet = phantomImageSet({ seed: 'x', subjects: values.quick ? 150 : Number(values.people), slicesPerSubject: 3, gradeMix });
const training = peopleOf(real, 'T');

mkdirSync(folder, { recursive: true });
// Seeds outermost: a table that was broken off has whole seeds.
for (const seed of seeds) for (const name of rowNames) await train(name, seed);
if (!values.train) await judgeAll();

async function train(name: RowName, seed: number): Promise<void> {
  const files = { lock: fileOf(name, seed, 'lock'), generator: fileOf(name, seed, 'safetensors') };
  if (existsSync(files.lock)) return;
  writeFileSync(files.lock, '');
  const config: GanConfigInput = rows[name].config;
  const speedFile = join(folder, `${name}.speed`);
  const imagesPerCpuSecond = existsSync(speedFile)
    ? Number(readFileSync(speedFile, 'utf8'))
    : (await measureTraining(toGanConfig(config), training, values.quick ? 1 : 20, { threads: 1 })).imagesPerCpuSecond;
  writeFileSync(speedFile, String(imagesPerCpuSecond));
  const { batch } = toGanConfig(config);
  const totalSteps = Math.max(1, Math.round((seconds * imagesPerCpuSecond) / batch));
  const run = await createTraining({ config: toGanConfig({ ...config, totalSteps }), images: training, seed, compile: { threads: 1 } });
  await run.run();
  writeFileSync(files.generator, run.generatorFile());
  await run.dispose();
  say(`trained ${name}, seed ${seed}: ${totalSteps * batch} images`);
}

async function judgeAll(): Promise<void> {
  const judge = await openPictureJudge({ training, control: peopleOf(real, 'H') }, { seed: 1, runs: values.quick ? 1 : 3, images: drawn });
  say(`accuracy of classifiers trained on real images: ${judge.realAccuracy.toFixed(3)}`);
  const labels = selectImages(training, [...Array(drawn).keys()].map((at) => (7919 * at) % training.count)).labels;
  const judgeOf = async (members: [RowName, number][]): Promise<PictureQuality> => {
    const generators = await Promise.all(members.map(([name, seed]) => openGenerator(readFileSync(fileOf(name, seed, 'safetensors')), { threads: 1 })));
    const ensemble = mixGenerators(generators);
    const pixels = await ensemble.sample({ labels, seed: 99 });
    await ensemble.dispose();
    return judge.judge({ size: training.size, count: drawn, pixels, labels, subjects: labels.map((_, at) => String(at)) });
  };
  const judged = new Map<string, PictureQuality[]>();
  const record = async (title: string, members: [RowName, number][]): Promise<void> => {
    const quality = await judgeOf(members);
    judged.set(title, [...(judged.get(title) ?? []), quality]);
    say(`${title} ${members.map(([, seed]) => seed).join('+')}: ${JSON.stringify(quality)}`);
    appendFileSync(join(folder, 'judged.jsonl'), `${JSON.stringify({ title, members, ...quality })}\n`);
  };
  for (const name of rowNames) for (const seed of seeds) await record(name, [[name, seed]]);
  for (const left of seeds) await record('two', seeds.filter((seed) => seed !== left || seeds.length === 1).map((seed) => ['default', seed]));
  await record('all', seeds.map((seed) => ['default', seed]));
  if (!values.quick) writeFileSync(join(root, 'docs', 'generated', 'gan-table.md'), page(judged, judge.realAccuracy));
}

function page(judged: ReadonlyMap<string, readonly PictureQuality[]>, realAccuracy: number): string {
  const cell = (found: readonly PictureQuality[], name: keyof PictureQuality): string => {
    const all = found.map((each) => each[name]);
    return `**${(all.reduce((sum, x) => sum + x, 0) / all.length).toFixed(2)}** (${all.map((x) => x.toFixed(2)).join(', ')})`;
  };
  const line = (title: string, says: string, images: string): string => {
    const found = judged.get(title) ?? [];
    return `| ${says} | ${images} | ${cell(found, 'utility')} | ${cell(found, 'coverage')} | ${cell(found, 'labelConsistency')} |`;
  };
  const imagesOf = (name: RowName): string => String(Math.round(seconds * Number(readFileSync(join(folder, `${name}.speed`), 'utf8'))));
  const head = (first: string): string => `| ${first} | Images seen | TSTR / TRTR | Coverage | Label consistency |\n|---|---|---|---|---|`;
  return `<!-- Measured by tools/gan-table.ts, by hand. Do not edit. -->
# Trainings of equal time compared

Each training had ${seconds} CPU seconds of one thread on one machine: the images that its own speed made of them, with schedules that end there. Phantoms of ${values.people} people in the
demo's mix of grades, three images of each; ${training.count} images to learn from. ${drawn} drawn images of each generator are judged on people whom no network saw. Mean over seeds ${seeds.join(', ')}, each seed in brackets.

- **TSTR / TRTR**: balanced accuracy on real images of the calcium grade by classifiers trained on drawn images, over that by classifiers trained on real ones (${realAccuracy.toFixed(3)}), three of each.
- **Coverage**: of held-out images, in a contrastive space, over that of as many training images.
- **Label consistency**: share of drawn images that the real-trained classifiers read as asked.

${head('What differs from the first row')}
${rowNames.map((name) => line(name, rows[name].says, imagesOf(name))).join('\n')}

Ensembles of the first row's generators, members alike (the lab chooses members and shares by coverage of other people; this table doesn't):

${head('Members')}
${line('two', 'two of the seeds, each pair', `${2 * Number(imagesOf('default'))} together`)}
${line('all', `all ${seeds.length}`, `${seeds.length * Number(imagesOf('default'))} together`)}
`;
}

function fileOf(name: RowName, seed: number, end: string): string {
  return join(folder, `${name}-${seed}.${end}`);
}

function say(what: string): void {
  process.stderr.write(`${what}\n`);
}
