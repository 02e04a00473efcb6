import { calciumGrades, type CalciumGrade } from '@scapis/contracts';
import { densityFactor, scoringSliceMm, smallestLesionMm2 } from './agatston.ts';
import type { Random } from '../random.ts';

/**
 * SCAPIS at 50-64 years (Bergström et al., Circulation 144:916, 2021, rounded): six in ten have no
 * coronary calcium.
 */
export const scapisGradeMix: Record<CalciumGrade, number> = {
  none: 0.58,
  mild: 0.25,
  moderate: 0.11,
  severe: 0.06,
};

/**
 * Far more calcium than in SCAPIS, for some thousand people: a label combination with fewer than
 * ten people of the training split is never drawn.
 */
export const evenedGradeMix: Record<CalciumGrade, number> = {
  none: 0.34,
  mild: 0.24,
  moderate: 0.22,
  severe: 0.2,
};

/**
 * Scores that are drawn within each grade, log-uniform. They stay clear of the grade's borders, and
 * of the scores whose plaques no pixel of 5 mm can show, so that the grade is a property of each
 * picture and not of the noise: pilot models have something to find.
 */
const scoreRange: Record<Exclude<CalciumGrade, 'none'>, readonly [number, number]> = {
  mild: [66, 94],
  moderate: [210, 360],
  severe: [640, 1600],
};

/**
 * Where an artery runs on the heart: angle in the heart's own frame, share of the outline's radius,
 * and drift in radians per mm upwards.
 */
interface Artery {
  angle: number;
  depth: number;
  drift: number;
}

type ArteryName = 'LM' | 'LAD' | 'LCX' | 'RCA';
export type CoronaryTree = Record<ArteryName, Artery>;

/**
 * One calcified plaque: a column of elliptic cross-section along an artery, through the plaque
 * zone. Its area at height z is meanAreaMm2 * (1 + swell * cos(2 pi z / 9 + phase)), of which the
 * three scoring slices average meanAreaMm2.
 */
export interface Plaque {
  artery: ArteryName;
  /** Shift from the artery's middle, mm along and across the heart's outline. */
  alongMm: number;
  acrossMm: number;
  meanAreaMm2: number;
  swell: number;
  phase: number;
  /** Length over width of the cross-section. */
  elongation: number;
  turn: number;
  hu: number;
}

/**
 * All calcium lies within three slices of 3 mm about z = 0, the heart's level of proximal and
 * middle arteries. Real calcium is spread over 10 cm; here each picture of the zone carries a third
 * of the score, so that one picture shows the grade.
 */
export const scoringHeightsMm: readonly number[] = [-3, 0, 3];
const plaqueZoneMm = scoringHeightsMm.length * scoringSliceMm;

export function drawCoronaryTree(random: Random): CoronaryTree {
  const artery = (angle: number, depth: number, drift: number): Artery => ({
    angle: angle + random.normal(0, 0.09),
    depth: depth + random.normal(0, 0.015),
    drift: random.normal(drift, 0.0015),
  });
  return {
    LM: artery(-1.35, 0.5, 0),
    LAD: artery(-0.95, 0.8, -0.004),
    LCX: artery(0.95, 0.8, 0.003),
    RCA: artery(-1.95, 0.8, 0.003),
  };
}

/**
 * Draws the grade so that men and older people have more calcium while the whole cohort keeps the
 * wanted mix: one latent normal risk, its quantile read against the mix.
 *
 * @param risk correlation-weighted standard scores of sex and age; their variance must be below 1.
 */
export function drawGrade(
  random: Random,
  mix: Record<CalciumGrade, number>,
  risk: { value: number; variance: number },
): CalciumGrade {
  const total = calciumGrades.reduce((sum, grade) => sum + mix[grade], 0);
  if (!(total > 0) || calciumGrades.some((grade) => mix[grade] < 0))
    throw new RangeError('The grade mix needs shares of 0 or more, not all 0.');
  let quantile =
    total * standardNormalShare(risk.value + random.normal(0, Math.sqrt(1 - risk.variance)));
  for (const grade of calciumGrades) {
    quantile -= mix[grade];
    if (quantile < 0) return grade;
  }
  return calciumGrades.findLast((grade) => mix[grade] > 0) ?? 'none';
}

export function drawAgatston(random: Random, grade: CalciumGrade): number {
  if (grade === 'none') return 0;
  const [low, high] = scoreRange[grade];
  return Math.round(Math.exp(random.between(Math.log(low), Math.log(high))));
}

/** @returns plaques whose Agatston score is exactly `agatston`. */
export function drawPlaques(random: Random, agatston: number): Plaque[] {
  if (agatston === 0) return [];
  const count = plaqueCount(random, agatston);
  const isAnteriorFirst = random.chance(anteriorFirstShare);
  const rank = (place: PlaquePlace): number =>
    isAnteriorFirst && place === plaquePlaces[0] ? 0 : place.isExtra ? 2 : 1;
  const places = shuffled(random, plaquePlaces)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, count);
  const weights = places.map(() => random.between(0.6, 1.4));
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
  return places.map((place, index) => {
    // Only much calcium has soft plaques among it: a soft one brings half the mass for its score,
    // which would blur the smaller grades.
    const hu = Math.round(
      agatston < 400 || random.chance(0.75) ? random.between(780, 900) : random.between(300, 390),
    );
    const score = (agatston * (weights[index] ?? 1)) / weightSum;
    const meanAreaMm2 = score / scoringHeightsMm.length / densityFactor(hu);
    const swell = Math.min(0.15, Math.max(0, 0.9 - smallestLesionMm2 / meanAreaMm2));
    return {
      artery: place.artery,
      alongMm: place.alongMm + random.normal(0, 0.5),
      acrossMm: random.normal(0, 0.4),
      meanAreaMm2,
      swell,
      phase: random.between(0, 2 * Math.PI),
      elongation: random.between(1.1, 1.9),
      turn: random.between(0, Math.PI),
      hu,
    };
  });
}

/** @returns the plaque's cross-section in mm² at height z; 0 outside the plaque zone. */
export function plaqueAreaMm2(plaque: Plaque, zMm: number): number {
  if (Math.abs(zMm) > plaqueZoneMm / 2) return 0;
  return (
    plaque.meanAreaMm2 *
    (1 + plaque.swell * Math.cos((2 * Math.PI * zMm) / plaqueZoneMm + plaque.phase))
  );
}

/** Calcium begins in the LAD in most people. */
const anteriorFirstShare = 0.9;

interface PlaquePlace {
  artery: ArteryName;
  alongMm: number;
  isExtra: boolean;
}

/**
 * Places far enough apart that two plaques never merge into one lesion. Second plaques of an artery
 * come after all first ones.
 */
const plaquePlaces: readonly PlaquePlace[] = [
  { artery: 'LAD', alongMm: 0, isExtra: false },
  { artery: 'LCX', alongMm: 0, isExtra: false },
  { artery: 'RCA', alongMm: 0, isExtra: false },
  { artery: 'LM', alongMm: 0, isExtra: true },
  { artery: 'LAD', alongMm: 14, isExtra: true },
  { artery: 'RCA', alongMm: 14, isExtra: true },
];

function plaqueCount(random: Random, agatston: number): number {
  if (agatston < 100) return 1;
  if (agatston < 250) return 2;
  if (agatston < 400) return 3;
  return random.pick([4, 5, 6]);
}

function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/**
 * Share of a standard normal below `value` (logistic form of Bowling et al. 2009, error below
 * 0.0002).
 */
function standardNormalShare(value: number): number {
  return 1 / (1 + Math.exp(-(0.07056 * value ** 3 + 1.5976 * value)));
}
