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
 * Generators that were made elsewhere (PyTorch, MONAI) and come in as ONNX. The contract: inputs
 * `z` [N, ...] of standard normal numbers and, if it wants to, `label` [N, 9] (toLabelVector); one
 * output [N, 1, s, s] in -1..1, or in the range that the metadata field `scapis.range` declares
 * ("0,1"), which is then mapped onto -1..1. Everything inside is checked before ONNX Runtime sees
 * it, and it is run with a batch of 1, so no image can depend on another.
 */

/** What an accepted generator is, for its row and its page. */
export type ImportedGeneratorFacts = Pick<
  CheckedGraph,
  'size' | 'latentLength' | 'takesLabel' | 'parameters' | 'nodes' | 'macs' | 'memoryBytes'
> & {
  opset: number;
  /** What black and white are in its output. */
  range: readonly [low: number, high: number];
};

export interface ImportedGenerator extends Generator {
  readonly facts: ImportedGeneratorFacts;
  /**
   * @param z `latentLength` numbers; @param label 9 numbers (toLabelVector), not looked at by a
   * generator that takes none
   * @returns the one image of a z of one's own [1, 1, size, size], mapped from the declared range
   * onto -1..1, as it comes
   * @throws GeneratorImportError not_runnable
   */
  generate(z: Float32Array, label: readonly number[]): Promise<Float32Array>;
}

const rangeKey = 'scapis.range';
/** How far beyond -1..1 a pixel may lie and be rounding. */
const rangeTolerance = 1e-3;
/** Least mean difference per pixel, in a range of 2, that counts as another image. */
const leastDifference = 1e-4;
const probes = 8;
/** Any will do; the same one makes a refusal repeatable. */
const probeSeed = 20_261;

/**
 * Opens an imported generator without trying it: for a file that `checkImportedGenerator` has
 * accepted.
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
 * Opens it and tries it: images as large as asked for, finite values in range, another image for
 * another z and another label, the same bytes for the same question.
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

/** One label, and each that differs from it in one respect. */
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
      // Its few images under test lay within; one among thousands that does not is cut off where
      // our own networks' tanh would end.
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

/** The same stream that our own generators draw image `index` from. */
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
