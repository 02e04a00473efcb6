import {
  ageBands,
  calciumGrades,
  labelVectorLength,
  sexes,
  toLabelVector,
  type ComputeProvider,
  type ImageLabels,
} from '@scapis/contracts';
import { GeneratorImportError, readOnnxFile } from './onnx-file.ts';
import { checkGraph, type CheckedGraph } from './onnx-graph.ts';
import { RandomStream } from '../base/philox.ts';
import {
  compileModel,
  ProviderError,
  type CompileOptions,
  type Program,
} from '../runtime/runtime.ts';
import type { Generator, SampleRequest } from '../generators/generator.ts';

/**
 * Generators from other tools (PyTorch, MONAI), imported as ONNX files. Inputs: `z` [N, ...] of
 * standard normal numbers and, optionally, `label` [N, 9] (toLabelVector). Output: one tensor [N,
 * 1, s, s] in -1..1, or in the range that the metadata field `scapis.range` declares ("0,1"), which
 * is then mapped onto -1..1. The graph is checked before ONNX Runtime reads it. It runs with a
 * batch of 1, so no image can depend on another.
 */

/** Properties of an accepted generator, which are stored and shown. */
export type ImportedGeneratorFacts = Pick<
  CheckedGraph,
  'size' | 'latentLength' | 'takesLabel' | 'parameters' | 'nodes' | 'macs' | 'memoryBytes'
> & {
  opset: number;
  /** The output values of black and white. */
  range: readonly [low: number, high: number];
};

export interface ImportedGenerator extends Generator {
  readonly facts: ImportedGeneratorFacts;
  /**
   * @param z `latentLength` numbers
   * @param label 9 numbers (toLabelVector), ignored by a generator without label input
   * @returns the image [1, 1, size, size] of a given z, mapped from the declared range onto -1..1,
   * not clipped
   * @throws GeneratorImportError not_runnable
   */
  generate(z: Float32Array, label: readonly number[]): Promise<Float32Array>;
}

const rangeKey = 'scapis.range';
/** Pixels may lie this far outside -1..1, as rounding. */
const rangeTolerance = 1e-3;
/** Images with a larger mean difference per pixel (in a range of 2) count as different. */
const leastDifference = 1e-4;
const probes = 8;
/** A fixed seed makes refusals repeatable. */
const probeSeed = 20_261;

/**
 * Opens a file that `checkImportedGenerator` has accepted. It generates no image.
 * @throws GeneratorImportError
 */
export async function openImportedGenerator(
  bytes: Uint8Array,
  options: CompileOptions = {},
): Promise<ImportedGenerator> {
  const file = readOnnxFile(bytes);
  const graph = checkGraph(file, labelVectorLength);
  const range = readRange(file.metadata.get(rangeKey));
  const { size, outputName } = graph;
  const program = await compileModel(
    graph.model,
    { [outputName]: [1, 1, size, size] },
    options,
  ).catch((error: unknown) => {
    if (error instanceof ProviderError) throw error;
    throw new GeneratorImportError('not_runnable', sentenceOf(error));
  });
  return new OnnxGenerator(graph, { opset: file.opset, range }, program);
}

/**
 * Checks a file by running it: size of the images, finite values in range, different images for
 * different z and labels, and the same bytes for the same inputs.
 * @throws GeneratorImportError
 */
export async function checkImportedGenerator(
  bytes: Uint8Array,
  { size }: { size: number },
  options: CompileOptions = {},
): Promise<ImportedGeneratorFacts> {
  const generator = await openImportedGenerator(bytes, options);
  try {
    if (generator.config.size !== size)
      throw new GeneratorImportError('other_size', `${generator.config.size}, not ${size} pixels`);
    await probe(generator);
    return generator.facts;
  } finally {
    await generator.dispose();
  }
}

async function probe(generator: ImportedGenerator): Promise<void> {
  const [label = [], ...otherLabels] = probeLabels();
  const zs = Array.from({ length: probes }, (_, i) => latent(generator, probeSeed, i));
  const images: Float32Array[] = [];
  for (const z of zs) images.push(inRange(await generator.generate(z, label)));
  const [first = new Float32Array(), ...others] = images;
  const [z = new Float32Array()] = zs;
  if (!others.some((each) => difference(first, each) > leastDifference))
    throw new GeneratorImportError('ignores_z');
  if (!isSameBytes(first, await generator.generate(z, label)))
    throw new GeneratorImportError('not_runnable', 'another image for the same z');
  if (!generator.facts.takesLabel) return;
  let isHeard = false;
  for (const other of otherLabels)
    isHeard =
      difference(first, inRange(await generator.generate(z, other))) > leastDifference || isHeard;
  if (!isHeard) throw new GeneratorImportError('ignores_label');
}

/** One label, and all that differ from it in one group. */
function probeLabels(): number[][] {
  const plain: ImageLabels = {
    calciumGrade: calciumGrades[0],
    sex: sexes[0],
    ageBand: ageBands[0],
  };
  return [
    plain,
    ...calciumGrades.slice(1).map((calciumGrade) => ({ ...plain, calciumGrade })),
    ...sexes.slice(1).map((sex) => ({ ...plain, sex })),
    ...ageBands.slice(1).map((ageBand) => ({ ...plain, ageBand })),
  ].map(toLabelVector);
}

function inRange(image: Float32Array): Float32Array {
  const bad = image.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new GeneratorImportError('not_finite', String(bad));
  const beyond = image.find((value) => Math.abs(value) > 1 + rangeTolerance);
  if (beyond !== undefined) throw new GeneratorImportError('out_of_range', String(beyond));
  return image;
}

function difference(a: Float32Array, b: Float32Array): number {
  return a.reduce((total, value, i) => total + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

function isSameBytes(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => Object.is(value, b[i]));
}

class OnnxGenerator implements ImportedGenerator {
  readonly facts: ImportedGeneratorFacts;
  readonly config: Generator['config'];
  readonly #program: Program;
  readonly #outputName: string;

  constructor(
    graph: CheckedGraph,
    { opset, range }: Pick<ImportedGeneratorFacts, 'opset' | 'range'>,
    program: Program,
  ) {
    const { size, latentLength, takesLabel, parameters, nodes, macs, memoryBytes } = graph;
    this.facts = {
      size,
      latentLength,
      takesLabel,
      parameters,
      nodes,
      macs,
      memoryBytes,
      opset,
      range,
    };
    this.config = { size, latentLength };
    this.#program = program;
    this.#outputName = graph.outputName;
  }

  get provider(): ComputeProvider {
    return this.#program.provider;
  }

  async generate(z: Float32Array, label: readonly number[]): Promise<Float32Array> {
    const feeds = { z, ...(this.facts.takesLabel && { label: Float32Array.from(label) }) };
    const results = await this.#program.run(feeds).catch((error: unknown) => {
      throw new GeneratorImportError('not_runnable', sentenceOf(error));
    });
    const image = results[this.#outputName] ?? new Float32Array();
    const [low, high] = this.facts.range;
    return low === -1 && high === 1
      ? image
      : image.map((value) => (2 * (value - low)) / (high - low) - 1);
  }

  async sample({ labels, seed, first = 0 }: SampleRequest): Promise<Float32Array> {
    const pixels = this.config.size ** 2;
    const all = new Float32Array(labels.length * pixels);
    for (const [at, label] of labels.entries()) {
      const image = await this.generate(latent(this, seed, first + at), toLabelVector(label));
      const bad = image.find((value) => !Number.isFinite(value));
      if (bad !== undefined) throw new GeneratorImportError('not_finite', `image ${first + at}`);
      // The check tried only a few images. Others may lie outside -1..1, and are clipped.
      all.set(
        image.map((value) => Math.min(1, Math.max(-1, value))),
        at * pixels,
      );
    }
    return all;
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

/** The random stream that the lab's own generators use for image `index`. */
function latent({ config }: ImportedGenerator, seed: number, index: number): Float32Array {
  return new RandomStream(seed, 'sampling', index).normals(config.latentLength);
}

function readRange(text: string | undefined): [number, number] {
  if (text === undefined) return [-1, 1];
  const parts = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [low = NaN, high = NaN] = parts;
  if (parts.length !== 2 || !Number.isFinite(high - low) || high <= low)
    throw new GeneratorImportError('bad_range', text);
  return [low, high];
}

function sentenceOf(error: unknown): string {
  return (
    (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? ''
  );
}
