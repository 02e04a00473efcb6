import { calciumGrades, type CalciumGrade, type ImageLabels } from '@scapis/contracts';
import type { Generator, ImageSet } from '@scapis/gan';
import { batchSize } from '../statistics/batches.ts';
import { trainEncoder } from '../features/encoder.ts';
import { selectImages } from '../images/images.ts';
import { takeRows, type Features } from '../statistics/linear-algebra.ts';
import { neighbourRadii, squaredDistance } from '../features/metrics.ts';
import type { TaskContext } from '../task-context.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import { mean } from '../statistics/statistics.ts';

/**
 * Which generators an ensemble draws from, and how much each: greedy forward selection with
 * replacement (Caruana et al. 2004) by coverage (Naeem 2020) of the reference people, for each
 * calcium grade on its own, since one network may have lost what another of the same recipe learnt.
 * The reference split alone decides: the control split stays unseen until the release gate judges
 * the cohort on it.
 *
 * The best of many mixtures is partly the luckiest, and coverage doesn't see what an earlier
 * generator of a run draws worse: so earlier ones draw a grade only where they make an ensemble
 * that covers clearly more of it than the last ones can (docs/training.md).
 */

/** A generator that may become a member. */
export interface Candidate {
  id: string;
  generator: Pick<Generator, 'sample'>;
  /** The last of its run: what would be drawn from without a choice. */
  isLast: boolean;
}

/**
 * All coverages: the part of the reference images that equally many drawn images of the same grades
 * come close to.
 */
export interface EnsembleChoice {
  /** Reference images that were to be covered. */
  images: number;
  /** Of each candidate alone, in their order. */
  candidates: { id: string; coverage: number }[];
  /** For each grade that the reference people have, each member's part of its images. */
  shares: {
    calciumGrade: CalciumGrade;
    members: { id: string; share: number }[];
    coverage: number;
  }[];
  /**
   * `training`: by training images instead of drawn ones. `mean`, `best`: of the last generators,
   * and of all, alone. `even`: all last ones alike.
   */
  coverage: { training: number; mean: number; best: number; even: number; chosen: number };
  /** After each pick of the choice over all grades together. */
  path: number[];
}

export const mostMembers = 8;
/** What the encoder's batch asks for. */
export const fewestTrainingImages = batchSize;
const encoderSteps = 200;
const neighbours = 5;
/** Reference images; more would cost time and change no choice. */
const mostImages = 600;
/**
 * Each candidate draws every reference image's labels so many times, so that no choice rests on one
 * draw.
 */
const draws = 2;
/** A grade with fewer reference images follows the choice over all grades. */
const fewestOfGrade = 40;
/**
 * Standard errors, over people, by which a selection with earlier generators must cover more than
 * one without.
 */
const clearly = 2;

/** One grade's reference images, and which of them each drawn image covers. */
interface Cell {
  grade: CalciumGrade;
  size: number;
  /** Whose reference image each row is. */
  people: readonly string[];
  /** [candidate or training images][draw][slot]: rows of the cell within reach. */
  hits: readonly (readonly (readonly number[])[])[][];
  training: readonly number[][];
}

/**
 * @param training the encoder learns from them; @param reference who is to be covered; both 64 x 64
 * or of one size
 * @throws Error with fewer training images than `fewestTrainingImages`, or no candidate, or a
 * reference split without images
 */
export async function chooseMembers(
  {
    training,
    reference,
    candidates,
    seed,
  }: { training: ImageSet; reference: ImageSet; candidates: readonly Candidate[]; seed: number },
  context: TaskContext,
): Promise<EnsembleChoice> {
  if (candidates.length === 0 || reference.count === 0)
    throw new Error('A choice needs a candidate and reference images.');
  const random = gateStream(seed, 'ensemble');
  const wanted = selectImages(reference, permutation(random, reference.count).slice(0, mostImages));
  const encoder = await context.stage('encoder', () =>
    trainEncoder(training, context, { seed, steps: encoderSteps }),
  );
  const target = await encoder.embed(wanted, context);
  const drawn: Features[][] = [];
  await context.stage('drawing', async () => {
    for (const [at, { generator }] of candidates.entries()) {
      drawn.push([]);
      for (let draw = 0; draw < draws; draw += 1) {
        const images = await drawLike(wanted, generator, seed + draw, (done) =>
          context.yieldIfDue((at + (draw + done) / draws) / candidates.length),
        );
        drawn[at]!.push(await encoder.embed(images, context));
      }
    }
  });
  const real = await encoder.embed(likeLabels(training, wanted.labels, random), context);
  return chooseByCoverage({
    labels: wanted.labels,
    people: wanted.subjects,
    target,
    drawn,
    real,
    candidates,
  });
}

/**
 * The choice itself. `target` [n] features of the reference images with these labels, of these
 * people; `drawn` [candidate][draw] and `real`: [n] features each, row i drawn, or taken from the
 * training images, for label i.
 */
export function chooseByCoverage({
  labels,
  people,
  target,
  drawn,
  real,
  candidates,
}: {
  labels: readonly ImageLabels[];
  people: readonly string[];
  target: Features;
  drawn: readonly Features[][];
  real: Features;
  candidates: readonly Pick<Candidate, 'id' | 'isLast'>[];
}): EnsembleChoice {
  const cells = calciumGrades.flatMap(
    (grade) => toCell(grade, labels, people, target, drawn, real) ?? [],
  );
  const total = cells.reduce((sum, { size }) => sum + size, 0);
  if (total === 0)
    throw new Error(
      `No grade has more than ${neighbours} reference images, so nobody has neighbours to be found among.`,
    );
  const overall = (coverOf: (cell: Cell) => number): number =>
    cells.reduce((sum, cell) => sum + cell.size * coverOf(cell), 0) / total;

  const alone = candidates.map((_, at) => overall((cell) => coverage(cell, [at])));
  const last = candidates.flatMap(({ isLast }, at) => (isLast ? [at] : []));
  if (last.length === 0) throw new Error('A choice needs the last generator of a run.');
  const choose = (some: readonly Cell[]): { picks: number[]; path: number[] } => {
    const coverageOf = (picks: readonly number[]): number =>
      mean(some.flatMap((cell) => [...coveredBy(cell, picks)]));
    const [ofLast, ofAll] = [
      choosePicks(last, coverageOf),
      choosePicks([...candidates.keys()], coverageOf),
    ];
    return coversClearlyMore(some, ofAll.picks, ofLast.picks) ? ofAll : ofLast;
  };
  const together = choose(cells);
  const shares = cells.map((cell) => {
    const { picks } = cell.size < fewestOfGrade ? together : choose([cell]);
    const members = candidates.flatMap(({ id }, at) => {
      const count = picks.filter((pick) => pick === at).length;
      return count === 0 ? [] : [{ id, share: count / picks.length }];
    });
    return { calciumGrade: cell.grade, members, coverage: coverage(cell, picks), size: cell.size };
  });
  return {
    images: total,
    candidates: candidates.map(({ id }, at) => ({ id, coverage: alone[at]! })),
    shares: shares.map(({ calciumGrade, members, coverage: own }) => ({
      calciumGrade,
      members,
      coverage: own,
    })),
    coverage: {
      training: overall(({ training, size }) => new Set(training.flat()).size / size),
      mean: mean(last.map((at) => alone[at]!)),
      best: Math.max(...alone),
      even: overall((cell) => coverage(cell, last)),
      chosen: shares.reduce((sum, share) => sum + share.size * share.coverage, 0) / total,
    },
    path: together.path,
  };
}

/**
 * Adds what helps most, the same candidate more than once if need be, and keeps the shortest list
 * that nothing later beat.
 */
function choosePicks(
  among: readonly number[],
  coverageOf: (picks: readonly number[]) => number,
): { picks: number[]; path: number[] } {
  const picks: number[] = [];
  const path: number[] = [];
  while (picks.length < mostMembers) {
    const found = among.map((at) => coverageOf([...picks, at]));
    const best = found.indexOf(Math.max(...found));
    picks.push(among[best]!);
    path.push(found[best]!);
  }
  const length = path.indexOf(Math.max(...path)) + 1;
  return { picks: picks.slice(0, length), path };
}

/** Of a cell, by picks that share its slots in turn; averaged over draws and over who begins. */
function coverage(cell: Cell, picks: readonly number[]): number {
  return mean(coveredBy(cell, picks));
}

/** @returns for each of the cell's reference images the share of draws and turns that cover it. */
function coveredBy({ size, hits }: Cell, picks: readonly number[]): Float64Array {
  const covered = new Float64Array(size);
  const each = hits[0]?.length ?? 0;
  for (let draw = 0; draw < each; draw += 1)
    for (let turn = 0; turn < picks.length; turn += 1) {
      const rows = Array.from(
        { length: size },
        (_, slot) => hits[picks[(slot + turn) % picks.length]!]![draw]![slot]!,
      );
      for (const row of new Set(rows.flat())) covered[row]! += 1 / (each * picks.length);
    }
  return covered;
}

/**
 * The images of one person are covered or missed together, so people are what the standard error
 * counts (a ratio's, by linearisation; Cochran 1977).
 */
function coversClearlyMore(
  cells: readonly Cell[],
  picks: readonly number[],
  than: readonly number[],
): boolean {
  const gains = cells.flatMap((cell) => {
    const [own, other] = [coveredBy(cell, picks), coveredBy(cell, than)];
    return cell.people.map((person, row) => ({ person, gain: own[row]! - other[row]! }));
  });
  const gained = mean(gains.map(({ gain }) => gain));
  const ofPeople = [...Map.groupBy(gains, ({ person }) => person).values()].map((own) =>
    own.reduce((sum, { gain }) => sum + gain - gained, 0),
  );
  return gained > (clearly * Math.hypot(...ofPeople)) / gains.length;
}

/** @returns null where the reference people of this grade are too few to have neighbours */
function toCell(
  grade: CalciumGrade,
  labels: readonly ImageLabels[],
  people: readonly string[],
  target: Features,
  drawn: readonly Features[][],
  training: Features,
): Cell | null {
  const rows = labels.flatMap(({ calciumGrade }, row) => (calciumGrade === grade ? [row] : []));
  if (rows.length <= neighbours) return null;
  const own = takeRows(target, rows);
  const radii = neighbourRadii(own, neighbours);
  const reached = (images: Features): number[][] =>
    rows.map((slot) => {
      const hits: number[] = [];
      for (let row = 0; row < own.count; row += 1)
        if (squaredDistance(own, row, images, slot) <= radii[row]!) hits.push(row);
      return hits;
    });
  return {
    grade,
    size: rows.length,
    people: rows.map((row) => people[row]!),
    hits: drawn.map((each) => each.map(reached)),
    training: reached(training),
  };
}

const imagesPerBatch = 32;

async function drawLike(
  wanted: ImageSet,
  generator: Candidate['generator'],
  seed: number,
  onBatch: (done: number) => Promise<void>,
): Promise<ImageSet> {
  const { labels, size } = wanted;
  const pixels = new Float32Array(labels.length * size * size);
  for (let first = 0; first < labels.length; first += imagesPerBatch) {
    pixels.set(
      await generator.sample({ labels: labels.slice(first, first + imagesPerBatch), seed, first }),
      first * size * size,
    );
    await onBatch(first / labels.length);
  }
  return { ...wanted, pixels };
}

/** A training image of the same grade for each of the labels, none twice while there are others. */
function likeLabels(
  training: ImageSet,
  labels: readonly ImageLabels[],
  random: Parameters<typeof permutation>[0],
): ImageSet {
  const order = permutation(random, training.count);
  const byGrade = Map.groupBy(order, (row) => training.labels[row]?.calciumGrade);
  const taken = new Map<CalciumGrade, number>();
  return selectImages(
    training,
    labels.map(({ calciumGrade }) => {
      const rows = byGrade.get(calciumGrade) ?? order;
      const at = taken.get(calciumGrade) ?? 0;
      taken.set(calciumGrade, at + 1);
      return rows[at % rows.length] ?? 0;
    }),
  );
}
