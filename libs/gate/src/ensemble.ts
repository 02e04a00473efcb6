import { calciumGrades, type CalciumGrade, type ImageLabels } from '@scapis/contracts';
import type { Generator, ImageSet } from '@scapis/gan';
import { batchSize } from './batches.ts';
import { trainEncoder } from './encoder.ts';
import { selectImages } from './images.ts';
import { takeRows, type Features } from './linear-algebra.ts';
import { neighbourRadii, squaredDistance } from './metrics.ts';
import type { Pace } from './pace.ts';
import { gateStream, permutation } from './random.ts';
import { mean } from './statistics.ts';

/**
 * Which generators an ensemble draws from, and how much each: greedy forward selection with replacement (Caruana et al. 2004) by coverage
 * (Naeem 2020) of the reference people, for each calcium grade on its own, since one network may have lost what another of the same recipe
 * learnt. The reference split alone decides: the control split stays unseen until the release gate judges the cohort on it.
 */

/** A generator that may become a member. */
export interface Candidate {
  id: string;
  generator: Pick<Generator, 'sample'>;
  /** The last of its run: what would be drawn from without a choice. */
  isLast: boolean;
}

/** All coverages: the part of the reference images that equally many drawn images of the same grades come close to. */
export interface EnsembleChoice {
  /** Reference images that were to be covered. */
  images: number;
  /** Of each candidate alone, in their order. */
  candidates: { id: string; coverage: number }[];
  /** For each grade that the reference people have, each member's part of its images. */
  shares: { calciumGrade: CalciumGrade; members: { id: string; share: number }[]; coverage: number }[];
  /** `training`: by training images instead of drawn ones. `mean`, `best`: of the last generators, and of all, alone. `even`: all last ones alike. */
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
/** Each candidate draws every reference image's labels so many times, so that no choice rests on one draw. */
const draws = 2;
/** A grade with fewer reference images follows the choice over all grades. */
const fewestOfGrade = 40;

/** One grade's reference images, and which of them each drawn image covers. */
interface Cell {
  grade: CalciumGrade;
  size: number;
  /** [candidate or training images][draw][slot]: rows of the cell within reach. */
  hits: readonly (readonly (readonly number[])[])[][];
  training: readonly number[][];
}

/**
 * @param training the encoder learns from them; @param reference who is to be covered; both 64 x 64 or of one size
 * @throws Error with fewer training images than `fewestTrainingImages`, or no candidate, or a reference split without images
 */
export async function chooseMembers(
  { training, reference, candidates, seed }: { training: ImageSet; reference: ImageSet; candidates: readonly Candidate[]; seed: number },
  pace: Pace,
): Promise<EnsembleChoice> {
  if (candidates.length === 0 || reference.count === 0) throw new Error('A choice needs a candidate and reference images.');
  const random = gateStream(seed, 'ensemble');
  const wanted = selectImages(reference, permutation(random, reference.count).slice(0, mostImages));
  const encoder = await pace.stage('encoder', () => trainEncoder(training, pace, { seed, steps: encoderSteps }));
  const target = await encoder.embed(wanted, pace);
  const drawn: Features[][] = [];
  await pace.stage('drawing', async () => {
    for (const [at, { generator }] of candidates.entries()) {
      drawn.push([]);
      for (let draw = 0; draw < draws; draw += 1) {
        const images = await drawLike(wanted, generator, seed + draw, (done) => pace.breathe((at + (draw + done) / draws) / candidates.length));
        drawn[at]!.push(await encoder.embed(images, pace));
      }
    }
  });
  const real = await encoder.embed(likeLabels(training, wanted.labels, random), pace);
  return chooseByCoverage({ labels: wanted.labels, target, drawn, real, candidates });
}

/**
 * The choice itself. `target` [n] features of the reference images with these labels; `drawn` [candidate][draw] and `real`: [n] features each, row
 * i drawn, or taken from the training images, for label i.
 */
export function chooseByCoverage({
  labels,
  target,
  drawn,
  real,
  candidates,
}: {
  labels: readonly ImageLabels[];
  target: Features;
  drawn: readonly Features[][];
  real: Features;
  candidates: readonly Pick<Candidate, 'id' | 'isLast'>[];
}): EnsembleChoice {
  const cells = calciumGrades.flatMap((grade) => toCell(grade, labels, target, drawn, real) ?? []);
  const total = cells.reduce((sum, { size }) => sum + size, 0);
  if (total === 0) throw new Error(`No grade has more than ${neighbours} reference images, so nobody has neighbours to be found among.`);
  const overall = (coverOf: (cell: Cell) => number): number => cells.reduce((sum, cell) => sum + cell.size * coverOf(cell), 0) / total;

  const alone = candidates.map((_, at) => overall((cell) => coverage(cell, [at])));
  const last = candidates.flatMap(({ isLast }, at) => (isLast ? [at] : []));
  const together = choosePicks(candidates.length, (picks) => overall((cell) => coverage(cell, picks)));
  const shares = cells.map((cell) => {
    const { picks } = cell.size < fewestOfGrade ? together : choosePicks(candidates.length, (some) => coverage(cell, some));
    const members = candidates.flatMap(({ id }, at) => {
      const count = picks.filter((pick) => pick === at).length;
      return count === 0 ? [] : [{ id, share: count / picks.length }];
    });
    return { calciumGrade: cell.grade, members, coverage: coverage(cell, picks), size: cell.size };
  });
  return {
    images: total,
    candidates: candidates.map(({ id }, at) => ({ id, coverage: alone[at]! })),
    shares: shares.map(({ calciumGrade, members, coverage: own }) => ({ calciumGrade, members, coverage: own })),
    coverage: {
      training: overall((cell) => countCovered(cell, cell.training) / cell.size),
      mean: mean(last.map((at) => alone[at]!)),
      best: Math.max(...alone),
      even: overall((cell) => coverage(cell, last)),
      chosen: shares.reduce((sum, share) => sum + share.size * share.coverage, 0) / total,
    },
    path: together.path,
  };
}

/** Adds what helps most, the same candidate more than once if need be, and keeps the shortest list that nothing later beat. */
function choosePicks(candidates: number, coverageOf: (picks: readonly number[]) => number): { picks: number[]; path: number[] } {
  const picks: number[] = [];
  const path: number[] = [];
  while (picks.length < mostMembers) {
    const found = Array.from({ length: candidates }, (_, at) => coverageOf([...picks, at]));
    const best = found.indexOf(Math.max(...found));
    picks.push(best);
    path.push(found[best]!);
  }
  const length = path.indexOf(Math.max(...path)) + 1;
  return { picks: picks.slice(0, length), path };
}

/** Of a cell, by picks that share its slots in turn; averaged over draws and over who begins. */
function coverage(cell: Cell, picks: readonly number[]): number {
  let sum = 0;
  const each = cell.hits[0]?.length ?? 0;
  for (let draw = 0; draw < each; draw += 1)
    for (let turn = 0; turn < picks.length; turn += 1) {
      const rows = Array.from({ length: cell.size }, (_, slot) => cell.hits[picks[(slot + turn) % picks.length]!]![draw]![slot]!);
      sum += countCovered(cell, rows);
    }
  return sum / (each * picks.length * cell.size);
}

function countCovered({ size }: Cell, rows: readonly (readonly number[])[]): number {
  const covered = new Uint8Array(size);
  for (const own of rows) for (const row of own) covered[row] = 1;
  return covered.reduce((sum, one) => sum + one, 0);
}

/** @returns null where the reference people of this grade are too few to have neighbours */
function toCell(grade: CalciumGrade, labels: readonly ImageLabels[], target: Features, drawn: readonly Features[][], training: Features): Cell | null {
  const rows = labels.flatMap(({ calciumGrade }, row) => (calciumGrade === grade ? [row] : []));
  if (rows.length <= neighbours) return null;
  const own = takeRows(target, rows);
  const radii = neighbourRadii(own, neighbours);
  const reached = (images: Features): number[][] =>
    rows.map((slot) => {
      const hits: number[] = [];
      for (let row = 0; row < own.count; row += 1) if (squaredDistance(own, row, images, slot) <= radii[row]!) hits.push(row);
      return hits;
    });
  return { grade, size: rows.length, hits: drawn.map((each) => each.map(reached)), training: reached(training) };
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
    pixels.set(await generator.sample({ labels: labels.slice(first, first + imagesPerBatch), seed, first }), first * size * size);
    await onBatch(first / labels.length);
  }
  return { ...wanted, pixels };
}

/** A training image of the same grade for each of the labels, none twice while there are others. */
function likeLabels(training: ImageSet, labels: readonly ImageLabels[], random: Parameters<typeof permutation>[0]): ImageSet {
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
