import { imageLabels, splits, type ImageLabels, type Split } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { trainingWindow } from '@scapis/imaging';
import { z } from 'zod';

/**
 * Small square images with their labels in one file: the training view of a dataset version, and a
 * synthetic cohort before it is packed. Pixels are whole Hounsfield units, so what the gate judged
 * is to the last bit what a released DICOM file holds.
 *
 * Form: magic (8 bytes), header length (uint32 LE), header (JSON, UTF-8, spaces up to an even
 * length), pixels (int16 LE, image by image, row by row).
 */
export interface ImagePack {
  /** Pixels per side. */
  size: number;
  /** People in the order of their first image; a synthetic image is a person of its own. */
  people: PackPerson[];
  /** Per image: whose it is, as an index into `people`. */
  personOf: number[];
  /** Hounsfield units, `personOf.length * size * size`. */
  hu: Int16Array;
}

export interface PackPerson {
  pseudonym: string;
  labels: ImageLabels;
  /** Null in a synthetic cohort. */
  split: Split | null;
}

const magic = 'SCAPIMG1';
const header = z.object({
  size: z.int().min(1).max(4096),
  people: z.array(
    z.object({ pseudonym: z.string(), labels: imageLabels, split: z.enum(splits).nullable() }),
  ),
  personOf: z.array(z.int().min(0)),
});

/**
 * @returns one Hounsfield image as the networks see it, values of [-1, 1]: imaging's
 * `fromTrainingView` the other way.
 */
function toPixels(hu: Int16Array): Float32Array {
  const [low, high] = trainingWindow;
  return Float32Array.from(hu, (value) => (2 * (value - low)) / (high - low) - 1);
}

/** @returns image `index` in Hounsfield units, a view. */
export function imageOf(pack: ImagePack, index: number): Int16Array {
  const length = pack.size * pack.size;
  return pack.hu.subarray(index * length, (index + 1) * length);
}

/** @returns the labels of image `index`. */
export function labelsOf(pack: ImagePack, index: number): ImageLabels {
  return personAt(pack, index).labels;
}

/**
 * @returns the images of the given splits (all without `only`) in the form that gan and gate take,
 * and each image's split.
 */
export function toImageSet(
  pack: ImagePack,
  only: readonly Split[] | null = null,
): { images: ImageSet; splits: Split[] } {
  const wanted = pack.personOf.flatMap((_, index) =>
    only === null || only.some((split) => split === personAt(pack, index).split) ? [index] : [],
  );
  const length = pack.size * pack.size;
  const pixels = new Float32Array(wanted.length * length);
  wanted.forEach((index, place) => pixels.set(toPixels(imageOf(pack, index)), place * length));
  const people = wanted.map((index) => personAt(pack, index));
  return {
    images: {
      size: pack.size,
      count: wanted.length,
      pixels,
      labels: people.map((person) => person.labels),
      subjects: people.map((person) => person.pseudonym),
    },
    splits: people.flatMap((person) => (person.split === null ? [] : [person.split])),
  };
}

/** @returns the pack as bytes; the same pack gives the same bytes. */
export function encodePack(pack: ImagePack): Uint8Array {
  if (pack.hu.length !== pack.personOf.length * pack.size * pack.size)
    throw new Error(
      `${pack.personOf.length} images of ${pack.size} pixels a side need other than ${pack.hu.length} values`,
    );
  const text = JSON.stringify({ size: pack.size, people: pack.people, personOf: pack.personOf });
  const encoded = Buffer.from(text, 'utf8');
  const length = encoded.length + (encoded.length % 2);
  const bytes = Buffer.alloc(12 + length + pack.hu.length * 2, ' ');
  bytes.write(magic, 0, 'latin1');
  bytes.writeUInt32LE(length, 8);
  encoded.copy(bytes, 12);
  const view = new DataView(bytes.buffer, bytes.byteOffset + 12 + length);
  pack.hu.forEach((value, index) => view.setInt16(index * 2, value, true));
  return bytes;
}

/** @throws Error when the bytes are no pack, or damaged. */
export function decodePack(bytes: Uint8Array): ImagePack {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length < 12 || buffer.toString('latin1', 0, 8) !== magic)
    throw new Error('These bytes are no image pack.');
  const length = buffer.readUInt32LE(8);
  if (buffer.length < 12 + length) throw new Error('The image pack ends within its header.');
  const parsed = header.parse(JSON.parse(buffer.toString('utf8', 12, 12 + length)));
  const values = parsed.personOf.length * parsed.size * parsed.size;
  if (buffer.length !== 12 + length + values * 2)
    throw new Error(
      `The image pack has ${buffer.length - 12 - length} bytes of pixels where ${values * 2} belong.`,
    );
  if (parsed.personOf.some((person) => person >= parsed.people.length))
    throw new Error('The image pack names a person that it does not hold.');
  const hu = new Int16Array(values);
  const view = new DataView(bytes.buffer, bytes.byteOffset + 12 + length);
  for (let index = 0; index < values; index += 1) hu[index] = view.getInt16(index * 2, true);
  return { ...parsed, hu };
}

function personAt(pack: ImagePack, index: number): PackPerson {
  const person = pack.people[pack.personOf[index] ?? -1];
  if (person === undefined) throw new Error(`The image pack has no image ${index}.`);
  return person;
}
