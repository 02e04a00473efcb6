import { ageBands, calciumGrades, LabError, sexes, type ImageLabels } from '@scapis/contracts';

/** People of the training split with one combination of labels. */
export interface Cell {
  labels: ImageLabels;
  people: number;
}

/** @returns all combinations of labels in the order of contracts/labels.ts, with how many of `people` have each. */
export function countCells(people: readonly ImageLabels[]): Cell[] {
  const counts = new Map<string, number>();
  for (const labels of people) counts.set(keyOf(labels), (counts.get(keyOf(labels)) ?? 0) + 1);
  return calciumGrades.flatMap((calciumGrade) => sexes.flatMap((sex) => ageBands.map((ageBand) => {
    const labels: ImageLabels = { calciumGrade, sex, ageBand };
    return { labels, people: counts.get(keyOf(labels)) ?? 0 };
  })));
}

/**
 * Which labels the images of a cohort get.
 * `cohort-like`: by the joint table of the training people, one added to each cell, so that a share tells less of any single person.
 * `balanced`: the calcium grades alike, and within a grade its cells alike: what a classifier wants.
 * Cells with fewer than `minimumCell` people are never drawn (gate check P5): their few people would show through.
 * Image i gets the cell that lags most behind its share, so each prefix of the cohort has the same mix and nothing is left to chance.
 * @returns `count` labels.
 * @throws LabError dataset_too_small when no cell is large enough.
 */
export function planLabels(options: { people: readonly ImageLabels[]; mix: 'balanced' | 'cohort-like'; minimumCell: number; count: number }): ImageLabels[] {
  const allowed = countCells(options.people).filter((cell) => cell.people >= options.minimumCell);
  if (allowed.length === 0) {
    throw new LabError('dataset_too_small', { text: `No combination of labels is held by ${options.minimumCell} people of the training split. Take in more people or merge labels.` });
  }
  const weights = options.mix === 'cohort-like' ? allowed.map((cell) => cell.people + 1) : balancedWeights(allowed);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = allowed.map(() => 0);
  return Array.from({ length: options.count }, (_, index) => {
    const lag = weights.map((weight, cell) => ((index + 1) * weight) / total - (drawn[cell] ?? 0));
    const cell = lag.indexOf(Math.max(...lag));
    drawn[cell] = (drawn[cell] ?? 0) + 1;
    const chosen = allowed[cell];
    if (chosen === undefined) throw new Error(`no cell for image ${index}`);
    return chosen.labels;
  });
}

function balancedWeights(cells: readonly Cell[]): number[] {
  const inGrade = (grade: string): number => cells.filter((cell) => cell.labels.calciumGrade === grade).length;
  return cells.map((cell) => 1 / inGrade(cell.labels.calciumGrade));
}

function keyOf({ calciumGrade, sex, ageBand }: ImageLabels): string {
  return `${calciumGrade}/${sex}/${ageBand}`;
}
