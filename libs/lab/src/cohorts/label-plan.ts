import { LabError, type ImageLabels } from '@scapis/contracts';
import { releasableCells, type LabelCell } from '@scapis/gate';

/** The training people by pseudonym; one entry per image or per person, a person counts once. */
export interface LabelledPeople {
  subjects: string[];
  labels: ImageLabels[];
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
export function planLabels(options: {
  training: LabelledPeople;
  mix: 'balanced' | 'cohort-like';
  minimumCell: number;
  count: number;
}): ImageLabels[] {
  const allowed = releasableCells(options.training, options.minimumCell);
  if (allowed.length === 0) {
    throw new LabError('dataset_too_small', {
      text: `No combination of labels is held by ${options.minimumCell} people of the training split. Take in more people or merge labels.`,
    });
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

function balancedWeights(cells: readonly LabelCell[]): number[] {
  const inGrade = (grade: string): number => cells.filter((cell) => cell.labels.calciumGrade === grade).length;
  return cells.map((cell) => 1 / inGrade(cell.labels.calciumGrade));
}
