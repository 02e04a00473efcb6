import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  gateChecks,
  gateThresholds,
  canaryTransformationNames,
  type GateCheck,
} from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import {
  measurePower,
  poweredChecks,
  powerSteps,
  type FalseAlarms,
  type PowerOptions,
  type PowerRow,
} from '@scapis/gate';
import { phantomImageSet } from '@scapis/phantom';
import { findRepositoryRoot } from '@scapis/platform';
import { peopleOf } from './phantom-splits.ts';

// What the gate's privacy checks catch, and how often they cry wolf, measured on phantoms: writes
// docs/measured/gate-power.md. By hand, under the pinned Node: node tools/bootstrap.mjs
// tools/gate-power.ts
//   --people 500 --images 600 --cohorts 500 --quick (a few steps and draws, to see that it runs)

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '500' },
    images: { type: 'string', default: '600' },
    cohorts: { type: 'string', default: '500' },
    quick: { type: 'boolean', default: false },
  },
});
const seed = 1;
const options: Omit<PowerOptions, 'onDone'> = {
  seed,
  shares: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
  draws: values.quick ? { search: 2, attacks: 1 } : { search: 10, attacks: 1 },
  surrogateFrom: 0.1,
  cleanCohorts: Number(values.cohorts),
  steps: values.quick ? { encoder: 60, identity: 30, surrogate: 20 } : powerSteps,
};
interface Measured {
  title: string;
  sets: { synthetic: ImageSet; training: ImageSet; holdout: ImageSet; reference: ImageSet };
  power: PowerRow[];
  falseAlarms: FalseAlarms[];
}

const began = process.cpuUsage();
const secondsSoFar = (): number => {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
};
const measured: Measured[] = [];
for (const [title, people, slices, images] of [
  [`${values.people} people`, Number(values.people), 2, Number(values.images)],
  ['250 people, as in the end-to-end tests', 250, 3, 440],
] as const) {
  measured.push(await measure(title, people, slices, images));
  writeFileSync(
    join(findRepositoryRoot(), 'docs', 'measured', 'gate-power.md'),
    page(measured, secondsSoFar()),
  );
}

async function measure(
  title: string,
  people: number,
  slices: number,
  images: number,
): Promise<Measured> {
  const say = (what: string): boolean =>
    process.stderr.write(`${secondsSoFar().toFixed(0).padStart(6)} CPU-s  ${title}: ${what}\n`);
  const real = phantomImageSet({
    seed: `power-real-${people}`,
    subjects: people,
    slicesPerSubject: slices,
  });
  const synthetic = phantomImageSet({ seed: `power-cohort-${people}`, subjects: images });
  say('phantoms');
  const sets = {
    synthetic,
    training: peopleOf(real, 'T'),
    holdout: peopleOf(real, 'H'),
    reference: peopleOf(real, 'R'),
  };
  return { title, sets, ...(await measurePower(sets, { ...options, onDone: say })) };
}

function page(parts: readonly Measured[], seconds: number): string {
  const { copySignificance, privacySignificance } = gateThresholds.parse({});
  return `<!-- Measured by tools/gate-power.ts, not made by \`npm run generate\`. Do not edit. -->
# What the release gate's privacy checks can see

Made by \`node tools/bootstrap.mjs tools/gate-power.ts\`.

Copies of training images are hidden in a cohort that is otherwise without any leak, and the checks that an ordinary run makes judge it, at the default thresholds. Phantoms of
64 x 64 pixels; they rank tests and do not promise the same numbers for CT of people. One dataset of each size, seed ${seed}; the run took ${Math.round(seconds / 60)} minutes of one core.

What is real and what is simulated:

- Every planted image is an image: made from a training image, searched, embedded and attacked as such. Each form and share is drawn ${options.draws.search} times for the copy search (P1), of which
  ${options.draws.attacks} for the attacks and distance tests (P2 to P4). The surrogate discriminator (P2d) is trained anew once for each form from ${percent(options.surrogateFrom)} on.
- The rest of the cohort is people who are in no split, not a generator's output, and the encoders are trained once. So the draws tell how the choice of copies matters, not how another dataset would.
- Clean cohorts are simulated on features, since training everything anew for each would take days. P1: people outside T are divided anew into control and
  cohort. P2 and P3d: T and H are divided anew by person. The other P3 and P4: the same, with every distance measured again, in the space of an encoder that saw R alone;
  the gate measures P3a to P3c in that of the copy search, whose encoder knows who was in T. P2f is divided without its group of rare people, who are too few here.
- ${percent(copySignificance)} of clean cohorts may be refused by P1 and ${percent(privacySignificance)} by P2 to P4 together: that is what the thresholds promise. P5 and P6 have no false alarms of this kind.

Check names: ${poweredChecks.map((name) => `${gateChecks[name].id} \`${name}\``).join(', ')}.

${parts.map(section).join('\n')}`;
}

function section({ title, sets, power, falseAlarms }: Measured): string {
  const { synthetic, training, holdout, reference } = sets;
  const size = (set: ImageSet): string => `${set.count} images of ${new Set(set.subjects).size}`;
  const of = (form: string, share: number): PowerRow => {
    const row = power.find((each) => each.form === form && each.share === share);
    if (row === undefined) throw new Error(`Nothing was measured for ${form} at ${share}.`);
    return row;
  };
  const cells = (cell: (row: PowerRow) => string): string =>
    table(
      [
        'Form',
        ...options.shares.map(
          (share) => `${percent(share)} = ${of(canaryTransformationNames[0], share).planted}`,
        ),
      ],
      canaryTransformationNames.map((form) => [
        form,
        ...options.shares.map((share) => cell(of(form, share))),
      ]),
    );
  const tested = poweredChecks.filter((name) => !name.startsWith('copy-'));
  const times = (row: PowerRow, name: GateCheck): string =>
    `${gateChecks[name].id} ${row.refusedBy[name]}/${name === 'attack-surrogate' ? row.surrogates : row.attacked}`;
  const half = canaryTransformationNames.map((form) => of(form, 0.005));
  const missed = half
    .filter(({ refused, searched }) => refused < searched)
    .map(({ form, refused, searched }) => `${form} (${refused} of ${searched})`);
  return `## ${title}

T: ${size(training)} people. H: ${size(holdout)}. R: ${size(reference)}. Cohort: ${synthetic.count} images.

### Copy search (P1): how often it refuses

Refused in any space, of ${options.draws.search} cohorts; in brackets by P1a, P1b and P1c; then the share of copies named one by one. Head of the columns: share planted = copies.

${cells((row) => `${row.refused} (${row.refusedBy['copy-contrastive'] ?? 0}, ${row.refusedBy['copy-pixel'] ?? 0}, ${row.refusedBy['copy-spectrum'] ?? 0}), ${Math.round(100 * row.found)} %`)}

At 0.5 % the search refuses ${missed.length === 0 ? 'every cohort in every form.' : `every cohort but for these forms: ${missed.join(', ')}.`}

### Attacks and distance tests (P2 to P4): which refuse

Refusals of cohorts judged. They see what a cohort does to people on the whole. Few copies among many images are the copy search's to find.

${cells(
  (row) =>
    tested
      .filter((name) => row.refusedBy[name] !== undefined)
      .map((name) => times(row, name))
      .join(', ') || 'none',
)}

### False alarms

${table(
  ['Check', 'Refused', 'Clean cohorts', 'Share [95 % interval, Clopper-Pearson]'],
  falseAlarms.map(({ check, alarms, cohorts, interval: [low, high] }) => [
    `${gateChecks[check as GateCheck].id} \`${check}\``,
    String(alarms),
    String(cohorts),
    `${percent(alarms / cohorts)} [${percent(low)}, ${percent(high)}]`,
  ]),
)}
`;
}

function percent(share: number): string {
  return `${+(100 * share).toFixed(2)} %`;
}

function table(head: string[], body: string[][]): string {
  return [head, head.map(() => '---'), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
