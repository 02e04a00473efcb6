import {
  ageBands,
  toCalciumGrade,
  type AgeBand,
  type CalciumGrade,
  type Sex,
} from '@scapis/contracts';
import { drawAnatomy, type Anatomy } from '../anatomy/anatomy.ts';
import {
  drawAgatston,
  drawGrade,
  drawPlaques,
  scapisGradeMix,
  type Plaque,
} from '../anatomy/calcium.ts';
import { createRandom, type Seed } from '../random.ts';
import { sites, type Site } from './sites.ts';

/** One imagined person. Nobody real is behind any of it. */
export interface PhantomSubject {
  seed: Seed;
  index: number;
  sex: Sex;
  /** Whole years, 50 to 64. */
  age: number;
  ageBand: AgeBand;
  site: Site;
  calciumGrade: CalciumGrade;
  /** The true Agatston score of the noise-free heart. */
  agatston: number;
  plaques: readonly Plaque[];
  /** What "find new groups" should find. Never a label. */
  isSubgroup: boolean;
  /** Whether the disease came within ten years. */
  outcome: boolean;
  anatomy: Anatomy;
}

export interface SubjectOptions {
  seed: Seed;
  /** Which person of the cohort, 0 or more. */
  index: number;
  /** Share of each grade; need not sum to 1. Default: as in SCAPIS. */
  gradeMix?: Record<CalciumGrade, number>;
}

/** Correlation of the latent risk of calcium with sex and with age. */
const sexWeight = 0.4;
const ageWeight = 0.3;
const subgroupShare = 0.3;

/** @returns the same person for the same seed and index, whatever else is drawn. */
export function phantomSubject({
  seed,
  index,
  gradeMix = scapisGradeMix,
}: SubjectOptions): PhantomSubject {
  if (!Number.isInteger(index) || index < 0)
    throw new RangeError(`A subject's index is a whole number of 0 or more, not ${index}.`);
  const random = createRandom(seed, index, 'person');
  const sex: Sex = random.chance(0.5) ? 'male' : 'female';
  const age = 50 + Math.floor(random.between(0, 15));
  const ageBand = toAgeBand(age);
  const site = random.pick(sites);
  const isSubgroup = random.chance(subgroupShare);

  const risk = {
    value: sexWeight * (sex === 'male' ? 1 : -1) + (ageWeight * (age - 57)) / 4.32,
    variance: sexWeight ** 2 + ageWeight ** 2,
  };
  const calcium = createRandom(seed, index, 'calcium');
  const agatston = drawAgatston(calcium, drawGrade(calcium, gradeMix, risk));
  const calciumGrade = toCalciumGrade(agatston);

  return {
    seed,
    index,
    sex,
    age,
    ageBand,
    site,
    calciumGrade,
    agatston,
    plaques: drawPlaques(calcium, agatston),
    isSubgroup,
    outcome: createRandom(seed, index, 'outcome').chance(outcomeRisk({ calciumGrade, isSubgroup })),
    anatomy: drawAnatomy(
      createRandom(seed, index, 'anatomy'),
      { sex, age, isSubgroup },
      `${seed}/${index}`,
    ),
  };
}

/**
 * The known answer to "how will the disease go": a logistic rule on calcium and subgroup only. Sex
 * and age act through calcium.
 *
 * @returns the probability of the outcome.
 */
export function outcomeRisk({
  calciumGrade,
  isSubgroup,
}: Pick<PhantomSubject, 'calciumGrade' | 'isSubgroup'>): number {
  const byGrade: Record<CalciumGrade, number> = {
    none: -3.4,
    mild: -2.3,
    moderate: -1.1,
    severe: 0,
  };
  return 1 / (1 + Math.exp(-(byGrade[calciumGrade] + (isSubgroup ? 1.6 : 0))));
}

/** @returns the SCAPIS age band of 50 to 64 whole years. */
function toAgeBand(age: number): AgeBand {
  const band = ageBands[Math.floor((age - 50) / 5)];
  if (!band) throw new RangeError(`SCAPIS has people of 50 to 64 years, not ${age}.`);
  return band;
}
