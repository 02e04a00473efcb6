import { gateThresholds, plantedForms, type GateCheck, type PlantedForm } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { judgeVariant, type Variant } from './attack-panel.ts';
import { toAttackSpaces, trainAttackEyes, type Seen } from './attack-space.ts';
import { restrictToVulnerable, runAttacks, scorePanel, type Panel } from './attacks.ts';
import { drawSources, plantCopies } from './augment.ts';
import { createCopyRule, judgeCopies } from './copy-search.ts';
import { contrastiveSpace, type CopySpace, type Matches } from './copy-space.ts';
import { checkDataCopying, checkNeighbours } from './data-copying.ts';
import { encoderSteps, trainEncoder } from './encoder.ts';
import { joinImages, rowsByPerson, selectImages } from './images.ts';
import type { GateSets } from './input.ts';
import { takeRows, type Features } from './linear-algebra.ts';
import { checkInference, checkLinkability, checkSinglingOut } from './linkage.ts';
import { Pace } from './pace.ts';
import { pixelSpace } from './pixel-space.ts';
import { significanceOfTest } from './privacy-tests.ts';
import { gateStream, permutation } from './random.ts';
import { clopperPearson } from './statistics.ts';

/** How good the privacy checks are, measured on people whose leaks are known because they were planted. */

export interface PowerRow {
  form: PlantedForm;
  share: number;
  planted: number;
  /** Copies that the search names one by one, in either space. */
  found: { contrastive: number; pixel: number; either: number };
  isRefusedBySearch: boolean;
  /** Attacks and distance tests that refuse; null where they were not run at this share. */
  refusedBy: GateCheck[] | null;
}

export interface FalseAlarms {
  check: string;
  alarms: number;
  cohorts: number;
  interval: [number, number];
}

export interface PowerOptions {
  seed: number;
  /** Shares of the cohort to plant; the attacks are run from `attackFrom` on. */
  shares: readonly number[];
  attackFrom: number;
  cleanCohorts: number;
  steps: { encoder: number; identity: number; surrogate: number };
  onDone?: (what: string) => void;
}

export const powerSteps: PowerOptions['steps'] = { encoder: encoderSteps, identity: 200, surrogate: 150 };

/** @param sets a cohort of people who are in no other set, and real people by split */
export async function measurePower(sets: GateSets, options: PowerOptions, pace = new Pace()): Promise<{ power: PowerRow[]; falseAlarms: FalseAlarms[] }> {
  const { seed, steps, onDone = () => undefined } = options;
  const { synthetic, training, control, reference } = sets;
  const thresholds = gateThresholds.parse({});
  const encoder = await trainEncoder(joinImages(training, reference), pace, { seed, steps: steps.encoder });
  const embed = (images: ImageSet): Promise<Features> => encoder.embed(images, pace);
  const embedded = { synthetic: await embed(synthetic), training: await embed(training), control: await embed(control) };
  const spaces = { contrastive: contrastiveSpace(encoder, training, embedded.training), pixel: await pixelSpace(training, pace) };
  const searched = { contrastive: await searchBoth(spaces.contrastive, sets, pace), pixel: await searchBoth(spaces.pixel, sets, pace) };
  onDone('copy search');
  const see = await trainAttackEyes(reference, seed, steps.identity, pace);
  const seen = { synthetic: await see(synthetic), training: await see(training), control: await see(control), reference: await see(reference) };
  onDone('attack spaces');

  const power: PowerRow[] = [];
  const most = Math.round(Math.max(...options.shares) * synthetic.count);
  for (const [at, form] of plantedForms.entries()) {
    const random = gateStream(seed, 'planted', at);
    const sources = drawSources(form, training.count, most, random);
    const copies = plantCopies(training, sources, form, random);
    const matches = { contrastive: await spaces.contrastive.search(copies, pace), pixel: await spaces.pixel.search(copies, pace) };
    const seenCopies = await see(copies);
    const embeddedCopies = await embed(copies);
    for (const share of options.shares) {
      const planted = Math.max(1, Math.round(share * synthetic.count));
      const judged = (['contrastive', 'pixel'] as const).map((name) => {
        const distances = searched[name].synthetic.distance.slice();
        distances.set(matches[name].distance.subarray(0, planted));
        return judgeCopies(createCopyRule(searched[name].control, control.subjects, thresholds), distances);
      });
      const [inContrastive, inPixel] = judged.map(({ copies: found }) => new Set(found.filter((row) => row < planted)));
      const row: PowerRow = {
        form,
        share,
        planted,
        found: {
          contrastive: inContrastive?.size ?? 0,
          pixel: inPixel?.size ?? 0,
          either: new Set([...(inContrastive ?? []), ...(inPixel ?? [])]).size,
        },
        isRefusedBySearch: judged.some(({ isRefused }) => isRefused),
        refusedBy: null,
      };
      if (share >= options.attackFrom) {
        const few = <T extends Features>(own: T, with_: T): Features => replaceFirst(own, with_, planted);
        const planting = {
          sets: { ...sets, synthetic: replaceImages(synthetic, copies, planted) },
          seen: { ...seen, synthetic: mapSeen((name) => few(seen.synthetic[name], seenCopies[name])) },
          embedded: { ...embedded, synthetic: few(embedded.synthetic, embeddedCopies) },
        };
        row.refusedBy = await refusals(planting, options, pace);
      }
      power.push(row);
      onDone(`${form} ${share}`);
    }
  }
  const falseAlarms = [
    ...countSearchAlarms(searched, control, options),
    ...(await countAttackAlarms(sets, seen, options, pace)),
    ...(await countDistanceAlarms(sets, seen, options, pace)),
  ];
  return { power, falseAlarms };
}

interface Planting {
  sets: GateSets;
  seen: Record<keyof GateSets, Seen>;
  embedded: { synthetic: Features; training: Features; control: Features };
}

/** Every check of P2 to P4 on one cohort. @returns those that refuse it */
async function refusals({ sets, seen, embedded }: Planting, { seed, steps }: PowerOptions, pace: Pace): Promise<GateCheck[]> {
  const thresholds = gateThresholds.parse({});
  const spaces = toAttackSpaces(seen, sets.training.size);
  const attacks = await runAttacks({ sets, spaces, thresholds, seed, surrogateSteps: steps.surrogate, copied: [] }, pace);
  return [...attacks, ...(await distanceChecks({ sets, seen, embedded }, seed, pace))].filter(({ verdict }) => verdict === 'fail').map(({ check }) => check);
}

async function distanceChecks({ sets, seen, embedded }: Planting, seed: number, pace: Pace) {
  const thresholds = gateThresholds.parse({});
  const spaces = toAttackSpaces(seen, sets.training.size);
  const people = { training: sets.training.subjects, control: sets.control.subjects };
  const labels = { synthetic: sets.synthetic.labels, training: sets.training.labels, control: sets.control.labels };
  return [
    await checkDataCopying(embedded, people.control, thresholds, seed, pace),
    ...(await checkNeighbours(spaces.identity, people, thresholds, pace)),
    await checkSinglingOut(spaces.identity, people, thresholds, seed, pace),
    await checkLinkability(spaces.pixel, spaces.pixelSide, people, thresholds, pace),
    await checkInference(spaces.identity, labels, people, thresholds, pace),
  ];
}

/**
 * Copy search: T stays; the other people, cohort and control together, are divided anew into a control and a cohort. Under "no copying" they
 * are exchangeable, and each image's distance stays what it is.
 */
function countSearchAlarms(
  searched: Record<'contrastive' | 'pixel', { control: Matches; synthetic: Matches }>,
  control: ImageSet,
  { seed, cleanCohorts }: PowerOptions,
): FalseAlarms[] {
  const thresholds = gateThresholds.parse({});
  const controlPeople = rowsByPerson(control.subjects);
  const images = searched.pixel.synthetic.distance.length;
  // Every person of the pool with all her images; those of the cohort have one.
  const pool = [...controlPeople, ...Array.from({ length: images }, (_, row) => [control.count + row])];
  let alarms = 0;
  for (let draw = 0; draw < cleanCohorts; draw += 1) {
    const order = permutation(divisionStream(seed, draw), pool.length);
    const chosen = order.slice(0, controlPeople.length).flatMap((at) => pool[at] ?? []);
    const rest = order.slice(controlPeople.length).flatMap((at) => pool[at] ?? []);
    const isRefused = (['contrastive', 'pixel'] as const).some((name) => {
      const all = [...searched[name].control.distance, ...searched[name].synthetic.distance];
      const pick = (rows: number[]): Float64Array => Float64Array.from(rows, (row) => all[row] ?? NaN);
      const rule = createCopyRule({ distance: pick(chosen), nearest: new Int32Array() }, personsOf(pool, order, controlPeople.length), thresholds);
      return judgeCopies(rule, pick(rest)).isRefused;
    });
    alarms += Number(isRefused);
  }
  return [toFalseAlarms('copy search (both spaces)', alarms, cleanCohorts)];
}

function personsOf(pool: number[][], order: readonly number[], people: number): string[] {
  return order.slice(0, people).flatMap((at) => (pool[at] ?? []).map(() => String(at)));
}

/** Attacks: the scores know nothing of who is a member, so a clean cohort is the same scores with T and H divided anew, by person. */
async function countAttackAlarms(sets: GateSets, seen: Record<keyof GateSets, Seen>, options: PowerOptions, pace: Pace): Promise<FalseAlarms[]> {
  const { seed, steps, cleanCohorts, onDone = () => undefined } = options;
  const thresholds = gateThresholds.parse({});
  const significance = significanceOfTest(thresholds);
  const panel = await scorePanel({ sets, spaces: toAttackSpaces(seen, sets.training.size), seed, surrogateSteps: steps.surrogate }, pace);
  onDone('clean panel');
  const members = panel.outlying.members.length;
  const all = members + panel.outlying.others.length;
  const alarms = new Map<string, number>();
  const add = (name: string): unknown => alarms.set(name, (alarms.get(name) ?? 0) + 1);
  for (let draw = 0; draw < cleanCohorts; draw += 1) {
    const order = permutation(divisionStream(seed, draw), all);
    const divide = ({ name, members: own, others }: Variant): Variant => {
      const joined = [...own, ...others];
      const pick = (rows: number[]): Float64Array => Float64Array.from(rows, (row) => joined[row] ?? NaN);
      return { name, members: pick(order.slice(0, members)), others: pick(order.slice(members)) };
    };
    const again = Object.fromEntries(
      Object.entries(panel).map(([check, variants]) => [check, Array.isArray(variants) ? variants.map(divide) : divide(variants)]),
    ) as Panel;
    let isRefused = false;
    const { outlying, ...attacks } = again;
    const judged = { ...attacks, 'attack-vulnerable': [restrictToVulnerable({ ...attacks, outlying }, () => false).variants[1]] };
    for (const [check, variants] of Object.entries(judged)) {
      if (!variants.some((variant) => judgeVariant(variant, thresholds, significance).isFailed)) continue;
      isRefused = true;
      add(check);
    }
    if (isRefused) add('attacks together');
    await pace.breathe(draw / cleanCohorts);
  }
  const names = [...Object.keys(panel).filter((name) => name !== 'outlying'), 'attack-vulnerable', 'attacks together'];
  return names.map((name) => toFalseAlarms(name, alarms.get(name) ?? 0, cleanCohorts));
}

/**
 * Distance tests, whose templates are T itself: real people are divided anew into T and H, and everything is measured again. In the space of
 * the encoder that saw R alone: the copy search's encoder knows the first T, which is no longer T.
 */
async function countDistanceAlarms(
  sets: GateSets,
  seen: Record<keyof GateSets, Seen>,
  options: PowerOptions,
  pace: Pace,
): Promise<FalseAlarms[]> {
  const { seed, onDone = () => undefined } = options;
  const cohorts = Math.max(1, Math.round(options.cleanCohorts / 20));
  const real = joinImages(sets.training, sets.control);
  const people = rowsByPerson(real.subjects);
  const members = rowsByPerson(sets.training.subjects).length;
  const join = (a: Features, b: Features): Features => ({ ...a, count: a.count + b.count, data: Float32Array.from([...a.data, ...b.data]) });
  const joined = mapSeen((name) => join(seen.training[name], seen.control[name]));
  const alarms = new Map<string, number>();
  const names = new Set<string>();
  for (let draw = 0; draw < cohorts; draw += 1) {
    const order = permutation(divisionStream(seed, draw), people.length);
    const rows = { training: order.slice(0, members).flatMap((at) => people[at] ?? []), control: order.slice(members).flatMap((at) => people[at] ?? []) };
    const take = (which: 'training' | 'control'): Seen => mapSeen((name) => takeRows(joined[name], rows[which]));
    const now = { ...seen, training: take('training'), control: take('control') };
    const divided = { ...sets, training: selectImages(real, rows.training), control: selectImages(real, rows.control) };
    const embedded = { synthetic: now.synthetic.identity, training: now.training.identity, control: now.control.identity };
    const checks = await distanceChecks({ sets: divided, seen: now, embedded }, seed, pace);
    for (const { check, verdict } of checks) {
      names.add(check);
      if (verdict === 'fail') alarms.set(check, (alarms.get(check) ?? 0) + 1);
    }
    onDone(`clean distances ${draw + 1}`);
  }
  return [...names].map((name) => toFalseAlarms(name, alarms.get(name) ?? 0, cohorts));
}

function divisionStream(seed: number, draw: number): ReturnType<typeof gateStream> {
  return gateStream(seed + Math.floor(draw / 900), 'attacks', 100 + (draw % 900));
}

function toFalseAlarms(check: string, alarms: number, cohorts: number): FalseAlarms {
  return { check, alarms, cohorts, interval: clopperPearson(alarms, cohorts) };
}

async function searchBoth(space: CopySpace, sets: GateSets, pace: Pace): Promise<{ control: Matches; synthetic: Matches }> {
  return { control: await space.search(sets.control, pace), synthetic: await space.search(sets.synthetic, pace) };
}

function mapSeen(of: (name: keyof Seen) => Features): Seen {
  return { identity: of('identity'), random: of('random'), pixel: of('pixel') };
}

function replaceFirst(features: Features, others: Features, count: number): Features {
  const data = features.data.slice();
  data.set(others.data.subarray(0, count * features.width));
  return { ...features, data };
}

function replaceImages(images: ImageSet, others: ImageSet, count: number): ImageSet {
  const pixels = images.pixels.slice();
  pixels.set(others.pixels.subarray(0, count * images.size ** 2));
  return { ...images, pixels, labels: [...others.labels.slice(0, count), ...images.labels.slice(count)] };
}
