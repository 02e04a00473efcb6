import {
  elementTypes,
  GeneratorImportError,
  type attributeTypes,
  type FileAttribute,
  type FileTensor,
} from './onnx-file.ts';

/** Arguments and results of the rules of imported operations; onnx-ops.ts has the rows. */

/** What is known of a tensor without running the graph. */
export interface Known {
  shape: readonly number[];
  dataType: number;
  /**
   * All numbers in row-major order, where they follow from constants and are few. Computed shapes
   * are followed by them.
   */
  values: readonly number[] | null;
}

type AttributeKind = keyof typeof attributeTypes;
export interface OpRow {
  attributes: Partial<Record<string, AttributeKind>>;
  rule: (call: Call) => Known | Known[];
}

/** Larger tensors are not shapes, so their numbers are not followed. */
export const mostValues = 512;
const mostElements = 2 ** 28;

/**
 * One node that is checked. A rule that reads a missing input refuses the file and names the node.
 */
export class Call {
  readonly opType: string;
  readonly opset: number;
  readonly outputs: number;
  /** Multiply-accumulates beyond one for each element of the result. */
  macs = 0;
  readonly #inputs: readonly (Known | null)[];
  readonly #attributes: ReadonlyMap<string, FileAttribute>;

  constructor(
    node: {
      opType: string;
      inputs: readonly (Known | null)[];
      outputs: number;
      attributes: readonly FileAttribute[];
    },
    opset: number,
  ) {
    this.opType = node.opType;
    this.opset = opset;
    this.outputs = node.outputs;
    this.#inputs = node.inputs;
    this.#attributes = new Map(node.attributes.map((each) => [each.name, each]));
  }

  get inputs(): readonly Known[] {
    return this.#inputs.map((_, i) => this.input(i));
  }

  has(index: number): boolean {
    return (this.#inputs[index] ?? null) !== null;
  }

  input(index: number): Known {
    return this.#inputs[index] ?? this.fail('wrong_shape', `input ${index} is missing`);
  }

  /** Numbers of an input that must be constant. */
  constants(index: number): readonly number[] {
    return this.input(index).values ?? this.fail('unknown_shape', `input ${index} is computed`);
  }

  int(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.i ?? otherwise;
  }

  ints(name: string): number[] | null {
    return this.#attributes.get(name)?.ints ?? null;
  }

  text(name: string, otherwise: string): string {
    const bytes = this.#attributes.get(name)?.s;
    return bytes === undefined ? otherwise : Buffer.from(bytes).toString('latin1');
  }

  attribute(name: string): FileAttribute | undefined {
    return this.#attributes.get(name);
  }

  /**
   * Numbers that are an attribute in older opsets and an input in newer ones; null: neither is
   * given.
   */
  given(name: string, index: number): readonly number[] | null {
    return this.has(index) ? this.constants(index) : this.ints(name);
  }

  /**
   * Checks that an optional input, such as a bias, is a vector of this length. Kernels of the
   * runtime read it without checking.
   */
  vector(index: number, length: number): void {
    if (this.has(index) && this.input(index).shape.join() !== String(length))
      this.fail('wrong_shape', `input ${index} is no vector of ${length}`);
  }

  axis(axis: number, rank: number): number {
    const wrapped = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(wrapped) || wrapped < 0 || wrapped >= rank)
      this.fail('wrong_shape', `axis ${axis} of ${rank}`);
    return wrapped;
  }

  fail(
    reason:
      | 'wrong_shape'
      | 'unknown_shape'
      | 'unknown_op'
      | 'training_mode'
      | 'element_type'
      | 'too_much_memory',
    detail: string,
  ): never {
    throw new GeneratorImportError(reason, `${this.opType}: ${detail}`);
  }

  /** A result. Its size is checked before it enters other computations. */
  known(
    shape: readonly number[],
    dataType: number,
    values: readonly number[] | null = null,
  ): Known {
    if (shape.length > 8 || shape.some((length) => !Number.isInteger(length) || length < 0))
      this.fail('wrong_shape', `result [${shape.slice(0, 8).join()}]`);
    if (sizeOf(shape) > mostElements) this.fail('too_much_memory', `result [${shape.join()}]`);
    return {
      shape,
      dataType,
      values:
        values !== null && values.length === sizeOf(shape) && values.length <= mostValues
          ? values
          : null,
    };
  }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** @returns a constant of the file, with its numbers if they are few. */
export function fromTensor({ dims, dataType, rawData }: FileTensor): Known {
  return {
    shape: dims,
    dataType,
    values: sizeOf(dims) <= mostValues ? numbersOf(dataType, rawData) : null,
  };
}

function numbersOf(dataType: number, raw: Uint8Array): number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (dataType === elementTypes.bool) return [...raw];
  if (dataType === elementTypes.int64)
    return Array.from({ length: raw.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
  return Array.from({ length: raw.length / 4 }, (_, i) =>
    dataType === elementTypes.float ? view.getFloat32(4 * i, true) : view.getInt32(4 * i, true),
  );
}

/**
 * @returns the broadcast shape of the operands: aligned at the last axis, a length of 1 repeats.
 */
export function broadcast(call: Call, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const longest = lengths.includes(0) ? 0 : Math.max(...lengths);
    if (lengths.some((length) => length !== longest && length !== 1))
      call.fail('wrong_shape', shapes.map((shape) => `[${shape.join()}]`).join(' and '));
    return longest;
  });
}
