import {
  gateThresholds,
  canaryTransformationNames,
  testedChecks,
  type GateCheck,
  type CanaryTransformation,
} from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { joinImages, rowsByPerson, selectImages, type GateSets } from '../images/images.ts';
import { judgeVariant, type Variant } from '../attacks/attack-panel.ts';
import { toAttackSpaces, trainAttackEyes, type Seen } from '../attacks/attack-space.ts';
import { restrictToVulnerable, runAttacks, scorePanel, type Panel } from '../attacks/attacks.ts';
import { drawSources, plantCanaries } from '../images/augment.ts';
import {
  createCopyRule,
  judgeCopies,
  measureNullSample,
  searchCopies,
  type SearchResult,
  type NullSample,
} from '../copies/copy-search.ts';
import { contrastiveSpace, type CopySpace } from '../copies/copy-space.ts';
import { encoderSteps, encoderStepsFor, trainEncoder } from '../features/encoder.ts';
import { takeRows, type Features } from '../statistics/linear-algebra.ts';
import { checkDistances } from '../attacks/linkage.ts';
import { TaskContext } from '../task-context.ts';
import { pixelSpace } from '../copies/pixel-space.ts';
import { significanceOfTest } from '../checks/significance.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import { spectrumSpace } from '../copies/spectrum-space.ts';
import { clopperPearson } from '../statistics/statistics.ts';

/**
 * How good the privacy checks are, measured on people whose leaks are known because they were
 * planted.
 */

const searches = ['copy-contrastive', 'copy-pixel', 'copy-spectrum'] as const;
type Search = (typeof searches)[number];

/** Every check whose power is measured: the searches, then the tests of P2 to P4. */
export const poweredChecks = [...searches, ...testedChecks] satisfies GateCheck[];

/** What happened to cohorts with planted copies: the same share and form, drawn anew each time. */
export interface PowerRow {
  form: CanaryTransformation;
  share: number;
  planted: number;
  /**
   * Cohorts judged by the copy search; share of their copies that it names one by one, in any
   * space.
   */
  searched: number;
  found: number;
  /** Cohorts that any space refuses. */
  refused: number;
  /** Cohorts that each check refuses. */
  refusedBy: Partial<Record<GateCheck, number>>;
  /** Cohorts judged by the attacks and distance tests, and by the surrogate among them. */
  attacked: number;
  surrogates: number;
}

export interface FalseAlarms {
  check: string;
  alarms: number;
  cohorts: number;
  interval: [number, number];
}

export interface PowerOptions {
  seed: number;
  /** Shares of the cohort to plant. */
  shares: readonly number[];
  /**
   * Cohorts for each form and share: with the copy search, with the attacks. The surrogate is
   * trained once, from `surrogateFrom` on.
   */
  draws: { search: number; attacks: number };
  surrogateFrom: number;
  /**
   * Clean cohorts made by dividing people anew; a fifth of them for the tests whose distances must
   * be measured anew.
   */
  cleanCohorts: number;
  steps: { encoder: number; identity: number; surrogate: number };
  onDone?: (what: string) => void;
}

export const powerSteps: PowerOptions['steps'] = {
  encoder: encoderSteps,
  identity: 200,
  surrogate: 150,
};

interface Searched extends Omit<SearchResult, 'space'> {
  space: CopySpace;
}

/** @param sets a cohort of people who are in no other set, and real people by split */
export async function measurePower(
  sets: GateSets,
  options: PowerOptions,
  context = new TaskContext(),
): Promise<{ power: PowerRow[]; falseAlarms: FalseAlarms[] }> {
  const { seed, steps, onDone = () => undefined } = options;
  const { synthetic, training, holdout, reference } = sets;
  const learnable = joinImages(training, reference);
  const encoder = await trainEncoder(learnable, context, {
    seed,
    steps: encoderStepsFor(learnable.count, steps.encoder),
  });
  const embed = (images: ImageSet): Promise<Features> => encoder.embed(images, context);
  const embedded = {
    synthetic: await embed(synthetic),
    training: await embed(training),
    holdout: await embed(holdout),
  };
  const search = async (space: CopySpace, nullSample: NullSample): Promise<Searched> => ({
    ...(await searchCopies(space, nullSample, synthetic, gateThresholds.parse({}), context)),
    space,
  });
  const contrastive = await contrastiveSpace(encoder, training, embedded.training, context, {
    seed,
  });
  const pixel = await pixelSpace(training, context);
  const spectrum = await spectrumSpace(training, context, { seed });
  const searched: Record<Search, Searched> = {
    'copy-contrastive': await search(contrastive, {
      ...(await contrastive.search(holdout, context)),
      people: holdout.subjects,
    }),
    'copy-pixel': await search(pixel, await measureNullSample(pixel, sets, context)),
    'copy-spectrum': await search(spectrum, await measureNullSample(spectrum, sets, context)),
  };
  onDone('copy search');
  const see = await trainAttackEyes(reference, seed, steps.identity, context);
  const seen = {
    synthetic: await see(synthetic),
    training: await see(training),
    holdout: await see(holdout),
    reference: await see(reference),
  };
  onDone('attack spaces');

  const power: PowerRow[] = [];
  const most = Math.max(...options.shares.map((share) => plantedOf(share, synthetic)));
  for (const [at, form] of canaryTransformationNames.entries()) {
    const rows = options.shares.map((share): PowerRow => ({
      form,
      share,
      planted: plantedOf(share, synthetic),
      searched: 0,
      found: 0,
      refused: 0,
      refusedBy: {},
      attacked: 0,
      surrogates: 0,
    }));
    for (let draw = 0; draw < options.draws.search; draw += 1) {
      const random = gateStream(seed + draw, 'planted', at);
      const copies = plantCanaries(
        training,
        drawSources(form, training.count, most, random),
        form,
        random,
      );
      await searchCanaries(rows, copies, searched, context);
      if (draw >= options.draws.attacks) continue;
      const seenCopies = await see(copies);
      const embeddedCopies = await embed(copies);
      for (const row of rows) {
        const few = (own: Features, with_: Features): Features =>
          replaceFirst(own, with_, row.planted);
        const planting = {
          sets: { ...sets, synthetic: replaceImages(synthetic, copies, row.planted) },
          seen: {
            ...seen,
            synthetic: mapSeen((name) => few(seen.synthetic[name], seenCopies[name])),
          },
          embedded: { ...embedded, synthetic: few(embedded.synthetic, embeddedCopies) },
        };
        const isTrained = draw === 0 && row.share >= options.surrogateFrom;
        row.attacked += 1;
        row.surrogates += Number(isTrained);
        for (const check of await refusals(
          planting,
          seed,
          isTrained ? steps.surrogate : 0,
          context,
        ))
          count(row, check);
      }
    }
    power.push(...rows);
    onDone(form);
  }
  const falseAlarms = [
    ...countSearchAlarms(searched, sets, options),
    ...(await countAttackAlarms(sets, seen, options, context)),
    ...(await countDistanceAlarms(sets, seen, options, context)),
  ];
  return { power, falseAlarms };
}

function plantedOf(share: number, { count: images }: ImageSet): number {
  return Math.max(1, Math.round(share * images));
}

function count(row: PowerRow, check: GateCheck): void {
  row.refusedBy[check] = (row.refusedBy[check] ?? 0) + 1;
}

/** Adds to each row a cohort whose first images are the first of `copies`. */
async function searchCanaries(
  rows: readonly PowerRow[],
  copies: ImageSet,
  searched: Record<Search, Searched>,
  context: TaskContext,
): Promise<void> {
  const matches = {
    'copy-contrastive': await searched['copy-contrastive'].space.search(copies, context),
    'copy-pixel': await searched['copy-pixel'].space.search(copies, context),
    'copy-spectrum': await searched['copy-spectrum'].space.search(copies, context),
  };
  for (const row of rows) {
    const found = new Set<number>();
    let isRefused = false;
    for (const name of searches) {
      const distances = searched[name].synthetic.distance.slice();
      distances.set(matches[name].distance.subarray(0, row.planted));
      const judgement = judgeCopies(searched[name].rule, distances);
      for (const place of judgement.copies) if (place < row.planted) found.add(place);
      isRefused ||= judgement.isRefused;
      if (judgement.isRefused) count(row, name);
    }
    row.found = (row.found * row.searched + found.size / row.planted) / (row.searched + 1);
    row.searched += 1;
    row.refused += Number(isRefused);
  }
}

interface Planting {
  sets: GateSets;
  seen: Record<keyof GateSets, Seen>;
  embedded: { synthetic: Features; training: Features; holdout: Features };
}

/**
 * Every check of P2 to P4 on one cohort. @returns those that refuse it; the surrogate only where it
 * was trained
 */
async function refusals(
  { sets, seen, embedded }: Planting,
  seed: number,
  surrogateSteps: number,
  context: TaskContext,
): Promise<GateCheck[]> {
  const thresholds = gateThresholds.parse({});
  const spaces = toAttackSpaces(seen, sets.training.size);
  const attacks = await runAttacks(
    { sets, spaces, thresholds, seed, surrogateSteps, copied: [] },
    context,
  );
  return [
    ...attacks,
    ...(await checkDistances({ sets, spaces, embedded }, thresholds, seed, context)),
  ]
    .filter(
      ({ check, verdict }) =>
        verdict === 'fail' && (surrogateSteps > 0 || check !== 'attack-surrogate'),
    )
    .map(({ check }) => check);
}

/**
 * Copy search: T stays, with what its people tell of chance among each other; the other people,
 * cohort and control together, are divided anew into a control and a cohort. Under "no copying"
 * they are exchangeable, and each image's distance stays what it is.
 */
function countSearchAlarms(
  searched: Record<Search, Searched>,
  { holdout, reference }: GateSets,
  { seed, cleanCohorts }: PowerOptions,
): FalseAlarms[] {
  const thresholds = gateThresholds.parse({});
  const unlearned = holdout.count + reference.count;
  const movable = {
    'copy-contrastive': holdout.count,
    'copy-pixel': unlearned,
    'copy-spectrum': unlearned,
  };
  return searches.map((name) => {
    const { nullSample: nullSample, synthetic } = searched[name];
    const people = rowsByPerson(nullSample.people.slice(0, movable[name]));
    const staying = [...nullSample.people.keys()].slice(movable[name]);
    const all = [...nullSample.distance, ...synthetic.distance];
    // Every person of the pool with all their images; those of the cohort have one.
    const pool = [
      ...people,
      ...Array.from(synthetic.distance, (_, row) => [nullSample.people.length + row]),
    ];
    let alarms = 0;
    for (let draw = 0; draw < cleanCohorts; draw += 1) {
      const order = permutation(divisionStream(seed, draw), pool.length);
      const [chosen, rest] = [order.slice(0, people.length), order.slice(people.length)];
      const pick = (rows: number[]): Float64Array =>
        Float64Array.from(rows, (row) => all[row] ?? NaN);
      const rows = [...chosen.flatMap((at) => pool[at] ?? []), ...staying];
      const names = [
        ...chosen.flatMap((at) => (pool[at] ?? []).map(() => String(at))),
        ...staying.map((row) => nullSample.people[row] ?? ''),
      ];
      const rule = createCopyRule(
        { distance: pick(rows), nearest: new Int32Array() },
        names,
        thresholds,
      );
      alarms += Number(judgeCopies(rule, pick(rest.flatMap((at) => pool[at] ?? []))).isRefused);
    }
    return toFalseAlarms(name, alarms, cleanCohorts);
  });
}

/**
 * Attacks: the scores know nothing of who is a member, so a clean cohort is the same scores with T
 * and H divided anew, by person.
 */
async function countAttackAlarms(
  sets: GateSets,
  seen: Record<keyof GateSets, Seen>,
  options: PowerOptions,
  context: TaskContext,
): Promise<FalseAlarms[]> {
  const { seed, steps, cleanCohorts, onDone = () => undefined } = options;
  const thresholds = gateThresholds.parse({});
  const significance = significanceOfTest(thresholds);
  const panel = await scorePanel(
    {
      sets,
      spaces: toAttackSpaces(seen, sets.training.size),
      seed,
      surrogateSteps: steps.surrogate,
    },
    context,
  );
  onDone('clean panel');
  const members = panel.outlying.members.length;
  const all = members + panel.outlying.nonMembers.length;
  const alarms = new Map<string, number>();
  const add = (name: string): unknown => alarms.set(name, (alarms.get(name) ?? 0) + 1);
  for (let draw = 0; draw < cleanCohorts; draw += 1) {
    const order = permutation(divisionStream(seed, draw), all);
    const divide = ({ name, members: own, nonMembers }: Variant): Variant => {
      const joined = [...own, ...nonMembers];
      const pick = (rows: number[]): Float64Array =>
        Float64Array.from(rows, (row) => joined[row] ?? NaN);
      return {
        name,
        members: pick(order.slice(0, members)),
        nonMembers: pick(order.slice(members)),
      };
    };
    const again = Object.fromEntries(
      Object.entries(panel).map(([check, variants]) => [
        check,
        Array.isArray(variants) ? variants.map(divide) : divide(variants),
      ]),
    ) as Panel;
    const { outlying, ...attacks } = again;
    const judged = {
      ...attacks,
      'attack-vulnerable': [
        restrictToVulnerable({ ...attacks, outlying }, () => false).variants[1],
      ],
    };
    for (const [check, variants] of Object.entries(judged)) {
      if (variants.some((variant) => judgeVariant(variant, thresholds, significance).isFailed))
        add(check);
    }
    await context.yieldIfDue(draw / cleanCohorts);
  }
  const names = [...Object.keys(panel).filter((name) => name !== 'outlying'), 'attack-vulnerable'];
  return names.map((name) => toFalseAlarms(name, alarms.get(name) ?? 0, cleanCohorts));
}

/**
 * Distance tests, whose templates are T itself: real people are divided anew into T and H, and
 * everything is measured again. In the space of the encoder that saw R alone: the copy search's
 * encoder knows the first T, which is no longer T.
 */
async function countDistanceAlarms(
  sets: GateSets,
  seen: Record<keyof GateSets, Seen>,
  options: PowerOptions,
  context: TaskContext,
): Promise<FalseAlarms[]> {
  const { seed, onDone = () => undefined } = options;
  const cohorts = Math.max(1, Math.round(options.cleanCohorts / 5));
  const real = joinImages(sets.training, sets.holdout);
  const people = rowsByPerson(real.subjects);
  const members = rowsByPerson(sets.training.subjects).length;
  const join = (a: Features, b: Features): Features => ({
    ...a,
    count: a.count + b.count,
    data: Float32Array.from([...a.data, ...b.data]),
  });
  const joined = mapSeen((name) => join(seen.training[name], seen.holdout[name]));
  const alarms = new Map<string, number>();
  for (let draw = 0; draw < cohorts; draw += 1) {
    const order = permutation(divisionStream(seed, draw), people.length);
    const rows = {
      training: order.slice(0, members).flatMap((at) => people[at] ?? []),
      holdout: order.slice(members).flatMap((at) => people[at] ?? []),
    };
    const take = (which: 'training' | 'holdout'): Seen =>
      mapSeen((name) => takeRows(joined[name], rows[which]));
    const now = { ...seen, training: take('training'), holdout: take('holdout') };
    const divided = {
      ...sets,
      training: selectImages(real, rows.training),
      holdout: selectImages(real, rows.holdout),
    };
    const embedded = {
      synthetic: now.synthetic.identity,
      training: now.training.identity,
      holdout: now.holdout.identity,
    };
    for (const { check, verdict } of await checkDistances(
      { sets: divided, spaces: toAttackSpaces(now, real.size), embedded },
      gateThresholds.parse({}),
      seed,
      context,
    )) {
      alarms.set(check, (alarms.get(check) ?? 0) + Number(verdict === 'fail'));
    }
  }
  onDone('clean distances');
  return [...alarms].map(([name, own]) => toFalseAlarms(name, own, cohorts));
}

function divisionStream(seed: number, draw: number): ReturnType<typeof gateStream> {
  return gateStream(seed + Math.floor(draw / 900), 'attacks', 100 + (draw % 900));
}

function toFalseAlarms(check: string, alarms: number, cohorts: number): FalseAlarms {
  return { check, alarms, cohorts, interval: clopperPearson(alarms, cohorts) };
}

function mapSeen(of: (name: keyof Seen) => Features): Seen {
  return { identity: of('identity'), random: of('random'), pixel: of('pixel') };
}

function replaceFirst(features: Features, others: Features, rows: number): Features {
  const data = features.data.slice();
  data.set(others.data.subarray(0, rows * features.width));
  return { ...features, data };
}

function replaceImages(images: ImageSet, others: ImageSet, rows: number): ImageSet {
  const pixels = images.pixels.slice();
  pixels.set(others.pixels.subarray(0, rows * images.size ** 2));
  return {
    ...images,
    pixels,
    labels: [...others.labels.slice(0, rows), ...images.labels.slice(rows)],
  };
}
