import { importReasons, type ImportReason } from '@scapis/contracts';

/**
 * Reads untrusted ONNX files (protobuf wire format; onnx/onnx.proto of ONNX 1.18). It reads what a
 * feed-forward network needs and refuses the rest by name. It never recurses, so this code bounds
 * depth and memory, not the file. ONNX Runtime reads a model that is rebuilt from the result, never
 * the uploaded bytes.
 */

/**
 * A generator that is refused. `reason` is a row of importReasons; `detail` says what was found,
 * with names from the file.
 */
export class GeneratorImportError extends Error {
  override name = 'GeneratorImportError';
  readonly reason: ImportReason;
  readonly detail: string;

  constructor(reason: ImportReason, detail = '') {
    super(detail === '' ? importReasons[reason].en : `${importReasons[reason].en} (${detail})`);
    this.reason = reason;
    this.detail = detail;
  }
}

export interface FileTensor {
  name: string;
  dims: number[];
  dataType: number;
  /** Little-endian, whichever field the file used; a view of the file where possible. */
  rawData: Uint8Array;
}
export interface FileAttribute {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: FileTensor;
  floats?: number[];
  ints?: number[];
}
export interface FileNode {
  opType: string;
  input: string[];
  output: string[];
  attribute: FileAttribute[];
}
export interface FileValue {
  name: string;
  elemType: number;
  /** null: a symbolic length. */
  shape: (number | null)[];
}
export interface OnnxFile {
  irVersion: number;
  opset: number;
  node: FileNode[];
  initializer: FileTensor[];
  input: FileValue[];
  output: FileValue[];
  metadata: Map<string, string>;
}

export const largestFileBytes = 128 * 1024 * 1024;
const mostNodes = 5_000;
const mostTensors = 10_000;
const mostListed = 1_024;
/** Weights come as raw bytes. Lists of single numbers are limited to this length. */
const mostNumbers = 1_000_000;
const longestName = 256;
const irVersions = { from: 4, to: 11 };
const opsets = { from: 13, to: 22 };

/** The largest int64 that a JavaScript number holds. Exporters write "to the end" as 2^63 - 1. */
const largestInt64 = 2 ** 63 - 1_024;

/** The supported values of TensorProto.DataType and AttributeProto.AttributeType. */
export const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
const bytesPerElement: Record<number, number> = { 1: 4, 6: 4, 7: 8, 9: 1 };
export const attributeTypes = { f: 1, i: 2, s: 3, t: 4, floats: 6, ints: 7 } as const;

/** @throws GeneratorImportError */
export function readOnnxFile(bytes: Uint8Array): OnnxFile {
  if (bytes.length > largestFileBytes)
    throw new GeneratorImportError('too_large', `${bytes.length} bytes`);
  const model: OnnxFile = {
    irVersion: 0,
    opset: 0,
    node: [],
    initializer: [],
    input: [],
    output: [],
    metadata: new Map(),
  };
  let graph: Uint8Array | null = null;
  for (const field of fieldsOf(bytes, 'not_onnx')) {
    if (field.number === 1) model.irVersion = field.integer();
    else if (field.number === 7) {
      if (graph !== null) throw new GeneratorImportError('malformed', 'two graphs');
      graph = field.message();
    } else if (field.number === 8) readOpset(field.message(), model);
    else if (field.number === 14) readMetadata(field.message(), model.metadata);
    else if (field.number === 25) throw new GeneratorImportError('functions');
  }
  if (graph === null) throw new GeneratorImportError('not_onnx', 'no graph');
  if (model.irVersion < irVersions.from || model.irVersion > irVersions.to)
    throw new GeneratorImportError('ir_version', String(model.irVersion));
  if (model.opset < opsets.from || model.opset > opsets.to)
    throw new GeneratorImportError('opset', String(model.opset));
  readGraph(graph, model);
  return model;
}

function readOpset(bytes: Uint8Array, model: OnnxFile): void {
  let [domain, version] = ['', 0];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) domain = field.text();
    else if (field.number === 2) version = field.integer();
  }
  // An unused domain is harmless; the domain of each node is checked below.
  if (!isStandard(domain)) return;
  if (model.opset !== 0) throw new GeneratorImportError('malformed', 'two opsets');
  model.opset = version;
}

function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function readMetadata(bytes: Uint8Array, metadata: Map<string, string>): void {
  let [key, value] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    // Longer entries are notes of the exporter. `scapis.range` is short.
    if (field.number === 1 && field.message().length <= longestName) key = field.text();
    else if (field.number === 2 && field.message().length <= longestName) value = field.text();
  }
  if (metadata.size < mostListed) metadata.set(key, value);
}

function readGraph(bytes: Uint8Array, model: OnnxFile): void {
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) {
      if (model.node.length >= mostNodes) throw new GeneratorImportError('too_many_nodes');
      model.node.push(readNode(field.message()));
    } else if (field.number === 5) model.initializer.push(readTensor(field.message()));
    else if (field.number === 11) model.input.push(readValue(field.message()));
    else if (field.number === 12) model.output.push(readValue(field.message()));
    else if (field.number === 15) throw new GeneratorImportError('element_type', 'sparse weights');
    if (
      model.initializer.length > mostTensors ||
      model.input.length + model.output.length > mostTensors
    )
      throw new GeneratorImportError('malformed', `more than ${mostTensors} tensors`);
  }
}

function readNode(bytes: Uint8Array): FileNode {
  const node: FileNode = { opType: '', input: [], output: [], attribute: [] };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) node.input.push(field.text());
    else if (field.number === 2) node.output.push(field.text());
    else if (field.number === 4) node.opType = field.text();
    else if (field.number === 5) node.attribute.push(readAttribute(field.message()));
    else if (field.number === 7 && !isStandard(field.text()))
      throw new GeneratorImportError('foreign_domain', field.text());
    if (node.input.length + node.output.length + node.attribute.length > mostListed)
      throw new GeneratorImportError('malformed', `a node with more than ${mostListed} parts`);
  }
  return node;
}

function readAttribute(bytes: Uint8Array): FileAttribute {
  const attribute: FileAttribute = { name: '', type: 0 };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) attribute.name = field.text();
    else if (field.number === 2) attribute.f = field.float();
    else if (field.number === 3) attribute.i = field.integer();
    else if (field.number === 4) attribute.s = field.message();
    else if (field.number === 5) attribute.t = readTensor(field.message());
    else if (field.number === 6 || field.number === 11)
      throw new GeneratorImportError('control_flow', attribute.name);
    else if (field.number === 7) field.floatsInto((attribute.floats ??= []));
    else if (field.number === 8) field.integersInto((attribute.ints ??= []));
    else if (field.number === 20) attribute.type = field.integer();
    else if (field.number === 21) throw new GeneratorImportError('functions', attribute.name);
  }
  // An empty list is not in the file at all.
  if (attribute.type === attributeTypes.floats) attribute.floats ??= [];
  if (attribute.type === attributeTypes.ints) attribute.ints ??= [];
  return attribute;
}

function readTensor(bytes: Uint8Array): FileTensor {
  const tensor: FileTensor = { name: '', dims: [], dataType: 0, rawData: new Uint8Array() };
  const listed: Record<'floats' | 'int32' | 'int64', number[]> = {
    floats: [],
    int32: [],
    int64: [],
  };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) field.integersInto(tensor.dims);
    else if (field.number === 2) tensor.dataType = field.integer();
    else if (field.number === 4) field.floatsInto(listed.floats, mostNumbers);
    else if (field.number === 5) field.integersInto(listed.int32, mostNumbers);
    else if (field.number === 7) field.integersInto(listed.int64, mostNumbers);
    else if (field.number === 8) tensor.name = field.text();
    else if (field.number === 9) tensor.rawData = field.message();
    else if (field.number === 13 || (field.number === 14 && field.integer() !== 0))
      throw new GeneratorImportError('external_data', tensor.name);
    else if (field.number === 3)
      throw new GeneratorImportError('malformed', 'a tensor in segments');
  }
  const size = bytesPerElement[tensor.dataType];
  if (size === undefined)
    throw new GeneratorImportError(
      'element_type',
      `tensor ${tensor.name} has data type ${tensor.dataType}`,
    );
  if (tensor.rawData.length === 0) tensor.rawData = toRaw(tensor.dataType, listed);
  const expected = tensor.dims.reduce((product, length) => product * length, size);
  if (
    tensor.dims.length > 8 ||
    tensor.dims.some((length) => length < 0) ||
    tensor.rawData.length !== expected
  )
    throw new GeneratorImportError(
      'malformed',
      `tensor ${tensor.name} of shape [${tensor.dims.slice(0, 8).join()}] has ${tensor.rawData.length} bytes`,
    );
  return tensor;
}

function toRaw(
  dataType: number,
  { floats, int32, int64 }: Record<'floats' | 'int32' | 'int64', number[]>,
): Uint8Array {
  if (dataType === elementTypes.float) return new Uint8Array(Float32Array.from(floats).buffer);
  if (dataType === elementTypes.int64)
    return new Uint8Array(
      BigInt64Array.from(int64, (value) => BigInt(Math.min(value, largestInt64))).buffer,
    );
  return dataType === elementTypes.bool
    ? Uint8Array.from(int32, Number)
    : new Uint8Array(Int32Array.from(int32).buffer);
}

function readValue(bytes: Uint8Array): FileValue {
  const value: FileValue = { name: '', elemType: 0, shape: [] };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) value.name = field.text();
    else if (field.number === 2)
      for (const kind of fieldsOf(field.message())) {
        // Sequences, maps and optionals are other fields. Their value has no type here and is
        // refused.
        if (kind.number !== 1) continue;
        for (const part of fieldsOf(kind.message())) {
          if (part.number === 1) value.elemType = part.integer();
          else if (part.number === 2) value.shape = readShape(part.message());
        }
      }
  }
  return value;
}

function readShape(bytes: Uint8Array): (number | null)[] {
  const shape: (number | null)[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number !== 1) continue;
    let length: number | null = null;
    for (const part of fieldsOf(field.message())) if (part.number === 1) length = part.integer();
    if (shape.push(length) > 8)
      throw new GeneratorImportError('malformed', 'a shape of more than 8 axes');
  }
  return shape;
}

/**
 * One field of a protobuf message: a varint, or bytes (a message, a string, a packed list, or a
 * fixed-size number).
 */
class Field {
  readonly number: number;
  readonly #value: number | Uint8Array;
  readonly #reason: ImportReason;

  constructor(number: number, value: number | Uint8Array, reason: ImportReason) {
    this.number = number;
    this.#value = value;
    this.#reason = reason;
  }

  message(): Uint8Array {
    if (typeof this.#value === 'number')
      throw new GeneratorImportError(this.#reason, `field ${this.number}`);
    return this.#value;
  }

  integer(): number {
    if (typeof this.#value !== 'number')
      throw new GeneratorImportError(this.#reason, `field ${this.number}`);
    return this.#value;
  }

  text(): string {
    const bytes = this.message();
    if (bytes.length > longestName)
      throw new GeneratorImportError('malformed', `a name of ${bytes.length} bytes`);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }

  float(): number {
    const bytes = this.message();
    if (bytes.length !== 4) throw new GeneratorImportError('malformed', `field ${this.number}`);
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
  }

  /** Appends one number or a packed list of numbers. */
  integersInto(list: number[], most = mostListed): void {
    if (typeof this.#value === 'number') list.push(this.#value);
    else
      for (let at = 0; at < this.#value.length;) {
        const { value, next } = readVarint(this.#value, at, 'malformed');
        list.push(value);
        at = next;
        if (list.length > most) break;
      }
    if (list.length > most)
      throw new GeneratorImportError('malformed', `a list of more than ${most} numbers`);
  }

  floatsInto(list: number[], most = mostListed): void {
    const bytes = this.message();
    if (bytes.length % 4 !== 0 || list.length + bytes.length / 4 > most)
      throw new GeneratorImportError('malformed', `field ${this.number}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += 4) list.push(view.getFloat32(at, true));
  }
}

/** The fields of one message, in the file's order, as views of the file. */
function* fieldsOf(bytes: Uint8Array, reason: ImportReason = 'malformed'): Generator<Field, void> {
  for (let at = 0; at < bytes.length;) {
    const tag = readVarint(bytes, at, reason);
    const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    if (number < 1) throw new GeneratorImportError(reason, `field ${number}`);
    at = tag.next;
    if (wire === 0) {
      const { value, next } = readVarint(bytes, at, reason);
      yield new Field(number, value, reason);
      at = next;
      continue;
    }
    let length = wire === 1 ? 8 : 4;
    if (wire === 2) ({ value: length, next: at } = readVarint(bytes, at, reason));
    else if (wire !== 1 && wire !== 5) throw new GeneratorImportError(reason, `wire type ${wire}`);
    if (length < 0 || length > bytes.length - at)
      throw new GeneratorImportError('not_onnx', 'it ends within a field');
    yield new Field(number, bytes.subarray(at, at + length), reason);
    at += length;
  }
}

/**
 * A varint as a signed 64-bit integer. Beyond 2^53 it is rounded to the nearest number, which is
 * too large for any shape.
 */
function readVarint(
  bytes: Uint8Array,
  start: number,
  reason: ImportReason,
): { value: number; next: number } {
  let value = 0n;
  for (let at = start, shift = 0n; at < bytes.length && shift < 70n; at++, shift += 7n) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80 && shift === 0n) return { value: byte, next: at + 1 };
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: Number(BigInt.asIntN(64, value)), next: at + 1 };
  }
  throw new GeneratorImportError(
    reason === 'malformed' ? 'not_onnx' : reason,
    'it ends within a number',
  );
}
