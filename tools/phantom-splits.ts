import type { ImageSet } from '@scapis/gan';
import { selectImages } from '@scapis/gate';

/**
 * @returns the images of a split: six of ten phantom people train, two are control, two reference,
 * as in a dataset.
 */
export function peopleOf(real: ImageSet, wanted: 'T' | 'H' | 'R'): ImageSet {
  const splitOf = (subject: string): string =>
    ['T', 'T', 'T', 'H', 'R'][Number(subject.split('-').at(-1)) % 5] ?? 'T';
  return selectImages(
    real,
    [...real.subjects.keys()].filter((row) => splitOf(real.subjects[row] ?? '') === wanted),
  );
}
