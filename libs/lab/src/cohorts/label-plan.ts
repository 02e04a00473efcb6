import { LabError, type ImageLabels } from '@scapis/contracts';
import { releasableStrata, type LabelStratum } from '@scapis/gate';

/** The training people by pseudonym; one entry per image or per person, a person counts once. */
export interface LabelledPeople {
  subjects: string[];
  labels: ImageLabels[];
}

/**
 * Which labels the images of a cohort get.
 * `cohort-like`: by the joint table of the training people, one added to each cell, so that a share
 * tells less of any single person.
 * `balanced`: the calcium grades alike, and within a grade its cells alike: what a classifier
 * wants. Cells with fewer than `minimumCell` people are never drawn (gate check P5): their few
 * people would show through. Image i gets the grade that lags most behind its share, and of it the
 * cell that does, so each prefix of the cohort has the same mix and nothing is left to chance. (By
 * cells alone their roundings would add up within a grade.)
 * @returns `count` labels.
 * @throws LabError label_cells_too_small when no cell is large enough.
 */
export function planLabels(options: {
  training: LabelledPeople;
  mix: 'balanced' | 'cohort-like';
  minimumCell: number;
  count: number;
}): ImageLabels[] {
  const allowed = releasableStrata(options.training, options.minimumCell);
  if (allowed.length === 0) {
    throw new LabError('label_cells_too_small', { params: { fewest: options.minimumCell } });
  }
  const weights =
    options.mix === 'cohort-like'
      ? allowed.map((cell) => cell.people + 1)
      : balancedWeights(allowed);
  const grades = [
    ...Map.groupBy(
      allowed.map(({ labels }, cell) => ({ labels, weight: weights[cell]! })),
      ({ labels }) => labels.calciumGrade,
    ).values(),
  ].map((cells) => ({
    cells,
    weight: cells.reduce((sum, { weight }) => sum + weight, 0),
    nextCell: turns(cells),
  }));
  const nextGrade = turns(grades);
  return Array.from({ length: options.count }, () => {
    const { cells, nextCell } = grades[nextGrade()]!;
    return cells[nextCell()]!.labels;
  });
}

/**
 * @returns whose turn it is, each time it is asked: the index of what lags most behind its share by
 * weight
 */
function turns(rows: readonly { weight: number }[]): () => number {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const taken = rows.map(() => 0);
  let asked = 0;
  return () => {
    asked += 1;
    const lag = rows.map(({ weight }, row) => (asked * weight) / total - taken[row]!);
    const next = lag.indexOf(Math.max(...lag));
    taken[next]! += 1;
    return next;
  };
}

function balancedWeights(cells: readonly LabelStratum[]): number[] {
  const inGrade = (grade: string): number =>
    cells.filter((cell) => cell.labels.calciumGrade === grade).length;
  return cells.map((cell) => 1 / inGrade(cell.labels.calciumGrade));
}
