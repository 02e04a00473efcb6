import type { Dtype, Shape } from './tensor.ts';

export interface OnnxNode {
  opType: string;
  input: string[];
  output: string[];
  attribute: { name: string; type: number; f?: number; i?: number; ints?: number[] }[];
}
export interface OnnxInitializer {
  name: string;
  dims: number[];
  dataType: number;
  rawData: Uint8Array;
}

/** An attribute as the emission rules write it. */
export type OnnxAttribute = { float: number } | { int: number } | { ints: Shape };

// Numbers of the ONNX standard: TensorProto.DataType, AttributeProto.AttributeType.
export const dataTypes: Record<Dtype | 'int64', number> = { float32: 1, int64: 7, bool: 9 };
const attributeTypes = { f: 1, i: 2, ints: 7 };

/**
 * Collects the nodes and initializers that the emission rules of ops.ts write. Equal small
 * constants are stored once.
 */
export class OnnxWriter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly #shared = new Map<string, string>();

  /** @returns the name of the node's one output. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
  ): string {
    const output = `${opType.toLowerCase()}_${this.nodes.length}`;
    this.nodes.push({
      opType,
      input: [...inputs],
      output: [output],
      attribute: Object.entries(attributes).map(toAttribute),
    });
    return output;
  }

  ints(values: Shape): string {
    return this.#initializer(
      'int64',
      [values.length],
      new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
    );
  }

  floats(values: ArrayLike<number>, shape: Shape): string {
    return this.#initializer('float32', shape, new Uint8Array(Float32Array.from(values).buffer));
  }

  #initializer(type: 'float32' | 'int64', shape: Shape, rawData: Uint8Array): string {
    const key = rawData.length > 256 ? null : `${type}[${shape.join()}]${rawData.join()}`;
    const known = key === null ? undefined : this.#shared.get(key);
    if (known !== undefined) return known;
    const name = `constant_${this.initializers.length}`;
    this.initializers.push({ name, dims: [...shape], dataType: dataTypes[type], rawData });
    if (key !== null) this.#shared.set(key, name);
    return name;
  }
}

function toAttribute([name, value]: [string, OnnxAttribute]): OnnxNode['attribute'][number] {
  if ('float' in value) return { name, type: attributeTypes.f, f: value.float };
  if ('int' in value) return { name, type: attributeTypes.i, i: value.int };
  return { name, type: attributeTypes.ints, ints: [...value.ints] };
}
