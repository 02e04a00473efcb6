import { createHash } from 'node:crypto';
import { isSameShape, sizeOf } from '@scapis/numerics';
import type { ImageSet } from '../base/image-set.ts';
import {
  flattenParameters,
  unflattenParameters,
  type ParameterLayout,
  type Parameters,
} from '../base/parameters.ts';
import { readSafetensors, writeSafetensors, type Safetensors } from '../base/safetensors.ts';
import { imageShape, storedGanConfig, type GanConfig } from '../config.ts';
import { networkLayouts } from '../networks/architecture.ts';
import { stateLayouts, stateNames, type State, type StateName } from '../steps/state.ts';

/** Checkpoints of runs: the whole state as safetensors, each weight as `<state>/<weight>`. */

/** A checkpoint that can't be resumed. The message says why. */
export class CheckpointError extends Error {
  override name = 'CheckpointError';
}

const checkpointFormat = 'scapis-gan-checkpoint-1';

export interface Checkpoint {
  config: GanConfig;
  seed: number;
  /** Steps done. */
  step: number;
  state: State;
}

/** @param images the fingerprint of the images that the run trains on */
export function writeCheckpoint(
  { config, seed, step, state }: Checkpoint,
  images: string,
): Uint8Array {
  const tensors: Parameters = new Map();
  for (const [name, layout] of stateEntries(config))
    for (const [weight, value] of unflattenParameters(layout, vectorOf(state, name)))
      tensors.set(`${name}/${weight}`, value);
  const metadata = {
    format: checkpointFormat,
    config: JSON.stringify(config),
    seed: String(seed),
    step: String(step),
    images,
    ...(config.privacy !== null && {
      noisySteps: String(step * config.privacy.discriminatorSteps),
    }),
  };
  return writeSafetensors({ tensors, metadata });
}

/** A checkpoint whose vectors were not yet compared with any layout. */
export interface CheckpointFile extends Omit<Checkpoint, 'state'> {
  tensors: Parameters;
}

/**
 * @throws CheckpointError (or SafetensorsError) when the file is damaged, of another version, or
 * was made with other images.
 */
export function readCheckpoint(bytes: Uint8Array, images: ImageSet): CheckpointFile {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata['format'] !== checkpointFormat)
    throw new CheckpointError(`this is not a ${checkpointFormat} file; start the run anew`);
  const head = parseMetadata(metadata);
  checkImages(head.config, images);
  if (metadata['images'] !== fingerprint(images, head.config))
    throw new CheckpointError(
      'the checkpoint was made with other images; give the dataset version that the run began with',
    );
  return { tensors, ...head };
}

/** @returns every state vector of the run. @throws CheckpointError when one doesn't fit. */
export function readState({ config, tensors }: CheckpointFile): State {
  const state: State = {};
  for (const [name, layout] of stateEntries(config))
    state[name] = readVector(tensors, name, layout);
  return state;
}

/**
 * @returns one state vector.
 * @throws CheckpointError when a weight is missing or has another shape
 */
export function readVector(
  tensors: Parameters,
  name: StateName,
  layout: ParameterLayout,
): Float32Array {
  const named = new Map(
    layout.entries.map((entry) => [
      entry.name,
      tensors.get(`${name}/${entry.name}`) ?? { shape: [], data: new Float32Array() },
    ]),
  );
  const wrong = layout.entries.find(
    (entry) => !isSameShape(named.get(entry.name)?.shape ?? [], entry.shape),
  );
  if (wrong !== undefined)
    throw new CheckpointError(`${name}/${wrong.name} is missing or not [${wrong.shape.join()}]`);
  return flattenParameters(layout, named);
}

/** @returns a vector that the configuration has. */
export function vectorOf(state: State, name: StateName): Float32Array {
  const values = state[name];
  if (values === undefined) throw new Error(`this run has no ${name}`);
  return values;
}

/** @throws Error unless the images fit the configuration and lie in -1..1. */
export function checkImages(config: GanConfig, images: ImageSet): void {
  const { size, count, pixels, labels, dimensions = 2 } = images;
  if (dimensions !== config.dimensions)
    throw new Error(
      `the images have ${dimensions} dimensions, the configuration says ${config.dimensions}`,
    );
  if (size !== config.size)
    throw new Error(`the images are ${size} pixels wide, the configuration says ${config.size}`);
  if (count < 1) throw new Error('there are no images to train on');
  const each = sizeOf(imageShape(images));
  if (pixels.length !== count * each || labels.length !== count)
    throw new Error(
      `${count} images need ${count * each} pixels and ${count} labels; there are ${pixels.length} and ${labels.length}`,
    );
  // NaN fails the comparison too.
  const bad = pixels.findIndex((value) => !(value >= -1 && value <= 1));
  if (bad >= 0)
    throw new Error(
      `image ${Math.floor(bad / each)} has the value ${pixels[bad]}; pixels must lie in -1..1`,
    );
}

/** @returns a hash of the images, so that a run is never resumed on others. */
export function fingerprint(
  { size, dimensions = 2, count, pixels, labels, subjects }: ImageSet,
  { privacy }: GanConfig,
): string {
  const hash = createHash('sha256')
    .update(dimensions === 2 ? `${size} ${count} ` : `${size}^${dimensions} ${count} `)
    .update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
  // Subjects matter only to runs with privacy, which is per subject.
  return hash.update(JSON.stringify(privacy === null ? labels : [labels, subjects])).digest('hex');
}

function stateEntries(config: GanConfig): [StateName, ParameterLayout][] {
  const known = stateLayouts(config, networkLayouts(config));
  return stateNames.flatMap((name): [StateName, ParameterLayout][] =>
    known[name] === undefined ? [] : [[name, known[name]]],
  );
}

function parseMetadata(
  metadata: Safetensors['metadata'],
): Pick<Checkpoint, 'config' | 'seed' | 'step'> {
  try {
    const config = storedGanConfig.parse(JSON.parse(metadata['config'] ?? ''));
    const [seed, step] = [Number(metadata['seed']), Number(metadata['step'])];
    if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(step) || step < 0)
      throw new Error('seed or step is not a number');
    return { config, seed, step };
  } catch (error) {
    throw new CheckpointError(
      `the checkpoint's header can't be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
