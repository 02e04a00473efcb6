import type { ClosestPair, ImageLabels } from '@scapis/contracts';
import { calciumGrades, gateChecks } from '@scapis/contracts';
import { contactSheet, wideWindow, type GreyImage } from '@scapis/imaging';
import { imageOf, labelsOf, type ImagePack } from './image-pack.ts';

/** On every sheet of generated images, so that none is taken for a person's. */
const syntheticMark = 'SYNTETISK / SYNTHETIC';
const columns = 12;
const rowsPerGrade = 3;

/**
 * @returns PNG: real, de-identified images, some of each calcium grade, evenly over the version,
 * for the person who approves.
 */
export function drawContactSheet(pack: ImagePack): Uint8Array {
  return drawSheet(pack, undefined);
}

/**
 * @returns PNG: generated images, some of each calcium grade, marked as synthetic. `captionOf`
 * undefined for an image: its labels.
 */
export function drawSampleSheet(
  pack: ImagePack,
  captionOf?: (index: number) => string | undefined,
): Uint8Array {
  return drawSheet(pack, syntheticMark, captionOf);
}

/**
 * @returns PNG: each synthetic image beside the training image nearest to it, nearest first. Shows
 * real images: for reviewers only.
 */
export function drawClosestPairs(
  pairs: readonly ClosestPair[],
  real: ImagePack,
  synthetic: ImagePack,
): Uint8Array | null {
  if (pairs.length === 0) return null;
  const images = pairs.flatMap((pair) => [
    grey(real, pair.trainingIndex),
    grey(synthetic, pair.syntheticIndex),
  ]);
  // No words: the page says in its reader's language what they are.
  const captions = pairs.flatMap(({ space, distance }, at) => [
    `${at + 1} ${gateChecks[`copy-${space}`].id}`,
    `${at + 1} ${distance.toFixed(3)}`,
  ]);
  return contactSheet(images, { window: wideWindow, columns: 8, captions, scale: 2 });
}

function drawSheet(
  pack: ImagePack,
  mark: string | undefined,
  captionOf: (index: number) => string | undefined = () => undefined,
): Uint8Array {
  const chosen = calciumGrades.flatMap((grade) => {
    const all = pack.personOf.flatMap((_, index) =>
      labelsOf(pack, index).calciumGrade === grade ? [index] : [],
    );
    const count = Math.min(all.length, columns * rowsPerGrade);
    return Array.from(
      { length: count },
      (_, place) => all[Math.floor((place * all.length) / count)] ?? 0,
    );
  });
  return contactSheet(
    chosen.map((index) => grey(pack, index)),
    {
      window: wideWindow,
      columns,
      captions: chosen.map((index) => captionOf(index) ?? toCaption(labelsOf(pack, index))),
      mark,
      scale: 2,
    },
  );
}

function grey(pack: ImagePack, index: number): GreyImage {
  return { rows: pack.size, columns: pack.size, values: imageOf(pack, index) };
}

function toCaption({ calciumGrade, sex, ageBand }: ImageLabels): string {
  return `${calciumGrade} ${sex.slice(0, 1)} ${ageBand}`;
}
