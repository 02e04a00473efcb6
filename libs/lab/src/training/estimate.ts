import { ageBands, calciumGrades, LabError, sexes, type RouteOutput } from '@scapis/contracts';
import { estimate, minimumSubjects, type GanConfig } from '@scapis/gan';
import { smallestShownCell } from '../datasets/small-counts.ts';

/** Fewer people than this in the training split are rather copied than learnt from. */
const fewestPeople = 10;
/** What a worker may use for one run unless its lab says otherwise. */
export const usualMemoryBytes = 4 * 1024 ** 3;

type EstimateDto = RouteOutput<'trainingRuns.estimate'>;

/** What is known before a run: the dataset version's people, and how fast this lab was last. */
export interface Circumstances {
  people: Record<'T' | 'R', number>;
  cells: readonly { calciumGrade: string; sex: string; ageBand: string; people: number }[];
  speed: { config: GanConfig; imagesPerSecond: number } | null;
  memoryLimitBytes: number;
  /** A run with differential privacy is not watched. */
  isPrivate: boolean;
}

/**
 * @returns what a run would cost and what stands in its way. Time is the newest run's speed, scaled
 * by multiplications per image.
 */
export function estimateRun(
  config: GanConfig,
  { people, cells, speed, memoryLimitBytes, isPrivate }: Circumstances,
): EstimateDto {
  const cost = estimate(config);
  const imagesPerSecond =
    speed === null
      ? null
      : (speed.imagesPerSecond * estimate(speed.config).trainingMacsPerImage) /
        cost.trainingMacsPerImage;
  const peopleIn = (calciumGrade: string, sex: string, ageBand: string): number =>
    cells.find(
      (cell) => cell.calciumGrade === calciumGrade && cell.sex === sex && cell.ageBand === ageBand,
    )?.people ?? 0;
  const obstacles: EstimateDto['obstacles'] = [
    ...(people.T < fewestPeople ? (['too-few-people'] as const) : []),
    ...(cost.memoryBytes > memoryLimitBytes ? (['too-much-memory'] as const) : []),
  ];
  return {
    parameters: cost.generatorParameters + cost.discriminatorParameters,
    memoryBytes: Math.round(cost.memoryBytes),
    memoryLimitBytes,
    seconds: imagesPerSecond === null ? null : (config.totalSteps * config.batch) / imagesPerSecond,
    trainingPeople: people.T < smallestShownCell ? null : people.T,
    canWatch: !isPrivate && people.T >= minimumSubjects && people.R >= minimumSubjects,
    smallestShownCell,
    cells: calciumGrades.flatMap((calciumGrade) =>
      sexes.flatMap((sex) =>
        ageBands.map((ageBand) => {
          const count = peopleIn(calciumGrade, sex, ageBand);
          return { calciumGrade, sex, ageBand, people: count >= smallestShownCell ? count : null };
        }),
      ),
    ),
    obstacles,
  };
}

/** @throws LabError training_split_too_small, training_too_large with the figures */
export function checkStartable({ obstacles, memoryBytes, memoryLimitBytes }: EstimateDto): void {
  if (obstacles.includes('too-few-people')) throw tooFewPeople();
  if (obstacles.includes('too-much-memory'))
    throw new LabError('training_too_large', {
      params: { needed: toGib(memoryBytes), available: toGib(memoryLimitBytes) },
    });
}

/** @returns how many people the training split holds. @throws LabError training_split_too_small */
export function checkEnoughPeople(counts: unknown): number {
  const { T } = peopleBySplit(counts);
  if (T < fewestPeople) throw tooFewPeople();
  return T;
}

function tooFewPeople(): LabError {
  return new LabError('training_split_too_small', { params: { fewest: fewestPeople } });
}

/** @returns counts per split as a dataset version's row holds them; 0 where it says nothing */
export function peopleBySplit(counts: unknown): Circumstances['people'] {
  return countsBySplit(counts, 'subjects');
}

export function imagesBySplit(counts: unknown): Circumstances['people'] {
  return countsBySplit(counts, 'images');
}

function countsBySplit(counts: unknown, what: 'subjects' | 'images'): Record<'T' | 'R', number> {
  const bySplit = (counts as { bySplit?: Record<string, Record<typeof what, number>> } | null)
    ?.bySplit;
  return { T: bySplit?.['T']?.[what] ?? 0, R: bySplit?.['R']?.[what] ?? 0 };
}

function toGib(bytes: number): number {
  return bytes / 1024 ** 3;
}
