import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plantedForms } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { measurePower, powerSteps, type FalseAlarms, type PowerRow } from '@scapis/gate';
import { phantomImageSet } from '@scapis/phantom';
import { findRepositoryRoot } from '@scapis/platform';

// What the gate's privacy checks catch, and how often they cry wolf, measured on phantoms: writes docs/generated/gate-power.md.
// By hand, under the pinned Node (half an hour on two cores): node tools/bootstrap.mjs tools/gate-power.ts
//   --people 900 --images 1000 --cohorts 1000 --quick

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '900' },
    images: { type: 'string', default: '1000' },
    cohorts: { type: 'string', default: '1000' },
    quick: { type: 'boolean', default: false },
  },
});
const shares = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1];
const attackFrom = 0.02;
const seed = 1;

const synthetic = phantomImageSet({ seed: 'power-cohort', subjects: Number(values.images) });
const real = phantomImageSet({ seed: 'power-real', subjects: Number(values.people), slicesPerSubject: 2 });
const sets = { synthetic, training: peopleOf(['T']), control: peopleOf(['H']), reference: peopleOf(['R']) };
const began = performance.now();
const say = (what: string): boolean => process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(6)} s  ${what}\n`);
const steps = values.quick ? { encoder: 60, identity: 30, surrogate: 20 } : powerSteps;
const { power, falseAlarms } = await measurePower(sets, { seed, shares, attackFrom, cleanCohorts: Number(values.cohorts), steps, onDone: say });
writeFileSync(join(findRepositoryRoot(), 'docs', 'generated', 'gate-power.md'), page(power, falseAlarms));
say('docs/generated/gate-power.md is written.');

/** Six of ten people train, two are control, two reference, as in a dataset. */
function peopleOf(wanted: readonly string[]): ImageSet {
  const splitOf = (subject: string): string => ['T', 'T', 'T', 'H', 'R'][Number(subject.split('-').at(-1)) % 5] ?? 'T';
  const rows = [...real.subjects.keys()].filter((row) => wanted.includes(splitOf(real.subjects[row] ?? '')));
  const area = real.size ** 2;
  const pixels = new Float32Array(rows.length * area);
  rows.forEach((row, at) => pixels.set(real.pixels.subarray(row * area, (row + 1) * area), at * area));
  return {
    size: real.size,
    count: rows.length,
    pixels,
    labels: rows.flatMap((row) => real.labels[row] ?? []),
    subjects: rows.map((row) => real.subjects[row] ?? ''),
  };
}

function page(rows: readonly PowerRow[], alarms: readonly FalseAlarms[]): string {
  const people = (set: ImageSet): number => new Set(set.subjects).size;
  const percent = (share: number): string => `${+(100 * share).toFixed(2)} %`;
  const table = (head: string[], body: string[][]): string =>
    [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const of = (form: string, share: number): PowerRow | undefined => rows.find((row) => row.form === form && row.share === share);
  const atHalf = rows.filter((row) => row.share === 0.005);
  const missed = atHalf.filter((row) => !row.isRefusedBySearch).map(({ form }) => form);
  const partly = atHalf.filter((row) => row.isRefusedBySearch && row.found.either < row.planted).map(({ form, found, planted }) => `${form} (${found.either} of ${planted})`);
  return `<!-- Measured by tools/gate-power.ts, by hand. Do not edit. -->
# What the release gate's privacy checks can see

Phantoms of 64 x 64 pixels: ${sets.training.count} training images of ${people(sets.training)} people, ${sets.control.count} of ${people(sets.control)} control people,
${sets.reference.count} of ${people(sets.reference)} reference people; a cohort of ${synthetic.count} images of ${people(synthetic)} people who are in no split, so without any leak, in part of which
copies of training images are then hidden. One seed. Phantoms rank tests; they do not promise the same numbers for CT of patients.

## Copy search (P1): copies found one by one

Planted images are searched as images, nothing is simulated. Each cell: found in the contrastive space, by pixels, in either, of those planted. **Bold**: the cohort is refused.

${table(
  ['Form', ...shares.map(percent)],
  plantedForms.map((form) => [
    form,
    ...shares.map((share) => {
      const row = of(form, share);
      if (row === undefined) return '';
      const { contrastive, pixel, either } = row.found;
      const text = `${contrastive}, ${pixel}, ${either} of ${row.planted}`;
      return row.isRefusedBySearch ? `**${text}**` : text;
    }),
  ]),
)}

At 0.5 % the search refuses ${missed.length === 0 ? 'the cohort in every form' : `the cohort in every form but: ${missed.join(', ')}`}. ${partly.length === 0 ? 'No copy was missed there.' : `Copies missed there: ${partly.join('; ')}.`}

## Attacks and distance tests (P2 to P4)

Which of them refuse. They see what the cohort does to people on the whole; few copies among many images are the copy search's to find. The features of planted images
replace those of as many images of the cohort; the surrogate discriminator is trained on the images themselves.

${table(
  ['Form', ...shares.filter((share) => share >= attackFrom).map(percent)],
  plantedForms.map((form) => [form, ...shares.filter((share) => share >= attackFrom).map((share) => of(form, share)?.refusedBy?.join(', ') || 'none')]),
)}

## False alarms over clean cohorts

Simulated on features, since training everything anew for thousands of cohorts would take days. Copy search: people outside T are divided anew into control and cohort.
Attacks: scores know nothing of who is a member, so T and H are divided anew by person. Distance tests: T and H are divided anew and every distance measured again, in fewer draws.
The bound promised over all is 0.5 % for the copy search and 0.5 % for the rest. In brackets the 95 % interval (Clopper-Pearson).

${table(
  ['Check', 'Refused', 'Clean cohorts', 'Share'],
  alarms.map(({ check, alarms: count, cohorts, interval: [low, high] }) => [check, String(count), String(cohorts), `${percent(count / cohorts)} [${percent(low)}, ${percent(high)}]`]),
)}
`;
}
