import {
  attributeTypes,
  elementTypes,
  GeneratorImportError,
  type FileAttribute,
  type FileNode,
  type FileValue,
  type OnnxFile,
} from './onnx-file.ts';
import { Call, fromTensor, sizeOf, type Known, type OpRow } from './onnx-call.ts';
import { importOps, refusedOps } from './onnx-ops.ts';

/**
 * Checks the graph of an imported generator before ONNX Runtime reads it: every operation is known,
 * every shape is static, and the cost is bounded.
 */

export interface CheckedGraph {
  size: number;
  /** The size of z for one image; its shape is [1, ...]. */
  latentLength: number;
  zShape: number[];
  takesLabel: boolean;
  parameters: number;
  nodes: number;
  /** Multiply-accumulates of one image, and bytes of all results inside. */
  macs: number;
  memoryBytes: number;
  /**
   * The model to run: a ModelProto under the names of protobuf's JavaScript mapping, with a batch
   * of 1. It holds only what was checked.
   */
  model: object;
  outputName: string;
}

const imageSizes = [16, 32, 64, 128, 256];
const longestLatent = 4_096;
const mostMacs = 20e9;
const mostBytes = 2 ** 30;

/** @param labelLength numbers of the label vector. @throws GeneratorImportError */
export function checkGraph(file: OnnxFile, labelLength: number): CheckedGraph {
  const constants = new Map(file.initializer.map((tensor) => [tensor.name, fromTensor(tensor)]));
  if (constants.size !== file.initializer.length)
    throw new GeneratorImportError('malformed', 'two tensors of one name');
  // Older exporters list the weights among the inputs too.
  const inputs = file.input.filter(({ name }) => !constants.has(name));
  const { z, label } = checkInputs(inputs, labelLength);
  const known = new Map<string, Known>([
    ...constants,
    ['z', z],
    ...(label === null ? [] : ([['label', label]] as const)),
  ]);
  const cost = { macs: 0, memoryBytes: 0 };
  for (const node of file.node) {
    const row = rowOf(node);
    const given = node.input.map((name) =>
      name === '' ? null : (known.get(name) ?? missing(node, name)),
    );
    const call = new Call(
      {
        opType: node.opType,
        inputs: given,
        outputs: node.output.length,
        attributes: node.attribute,
      },
      file.opset,
    );
    const results = [row.rule(call)].flat();
    if (results.length < node.output.length)
      throw new GeneratorImportError(
        'unknown_op',
        `${node.opType} with ${node.output.length} outputs`,
      );
    for (const [i, result] of results.entries()) {
      const name = node.output[i] ?? '';
      if (name === '') continue;
      if (known.has(name)) throw new GeneratorImportError('malformed', `${name} is made twice`);
      known.set(name, result);
      cost.memoryBytes += 4 * sizeOf(result.shape);
      cost.macs += sizeOf(result.shape);
    }
    cost.macs += call.macs;
    if (cost.macs > mostMacs) throw new GeneratorImportError('too_costly', `at ${node.opType}`);
    if (cost.memoryBytes > mostBytes)
      throw new GeneratorImportError('too_much_memory', `at ${node.opType}`);
  }
  const output = checkOutput(file.output, known);
  return {
    ...cost,
    ...output,
    latentLength: sizeOf(z.shape),
    zShape: [...z.shape],
    takesLabel: label !== null,
    parameters: file.initializer.reduce((total, { dims }) => total + sizeOf(dims), 0),
    nodes: file.node.length,
    model: toModel(file, { z: z.shape, ...(label !== null && { label: label.shape }) }, output),
  };
}

function rowOf({ opType, attribute }: FileNode): OpRow {
  const refused = Object.hasOwn(refusedOps, opType) ? refusedOps[opType] : undefined;
  if (refused !== undefined) throw new GeneratorImportError(refused, opType);
  const row = Object.hasOwn(importOps, opType) ? importOps[opType] : undefined;
  if (row === undefined) throw new GeneratorImportError('unknown_op', opType);
  for (const each of attribute) {
    const kind = Object.hasOwn(row.attributes, each.name) ? row.attributes[each.name] : undefined;
    if (kind === undefined)
      throw new GeneratorImportError('unknown_op', `${opType} with ${each.name}`);
    const isWhole = (each.ints ?? [each.i ?? 0]).every(Number.isSafeInteger);
    if (each.type !== attributeTypes[kind] || !isWhole || valueOf(each, kind) === undefined)
      throw new GeneratorImportError('malformed', `${opType}.${each.name}`);
  }
  if (new Set(attribute.map(({ name }) => name)).size !== attribute.length)
    throw new GeneratorImportError('malformed', `${opType} has an attribute twice`);
  return row;
}

/** Writers may omit an attribute's value when it is 0 or an empty string. */
function valueOf(attribute: FileAttribute, kind: keyof typeof attributeTypes): unknown {
  if (kind === 'i') attribute.i ??= 0;
  if (kind === 'f') attribute.f ??= 0;
  if (kind === 's') attribute.s ??= new Uint8Array();
  return attribute[kind];
}

function missing(node: FileNode, name: string): never {
  throw new GeneratorImportError(
    'malformed',
    `${node.opType} uses ${name}, which nothing before it makes`,
  );
}

function checkInputs(
  inputs: readonly FileValue[],
  labelLength: number,
): { z: Known; label: Known | null } {
  const [z, label] = ['z', 'label'].map((name) => inputs.find((input) => input.name === name));
  if (z === undefined || inputs.length !== (label === undefined ? 1 : 2))
    throw new GeneratorImportError(
      'input_names',
      inputs
        .map(({ name }) => name)
        .slice(0, 4)
        .join(', '),
    );
  const one = (value: FileValue): Known => {
    const [batch = 0, ...rest] = value.shape;
    const shown = `${value.name} [${value.shape.map((length) => length ?? 'N').join()}]`;
    if (
      value.elemType !== elementTypes.float ||
      rest.length === 0 ||
      rest.some((length) => length === null || length < 1)
    )
      throw new GeneratorImportError('input_shape', shown);
    if (batch !== null && batch !== 1) throw new GeneratorImportError('fixed_batch', shown);
    return { shape: [1, ...rest.map(Number)], dataType: elementTypes.float, values: null };
  };
  const known = { z: one(z), label: label === undefined ? null : one(label) };
  if (sizeOf(known.z.shape) > longestLatent)
    throw new GeneratorImportError('input_shape', `z has ${sizeOf(known.z.shape)} numbers`);
  if (known.label !== null && known.label.shape.join() !== `1,${labelLength}`)
    throw new GeneratorImportError('input_shape', `label [${known.label.shape.join()}]`);
  return known;
}

function checkOutput(
  outputs: readonly FileValue[],
  known: ReadonlyMap<string, Known>,
): { size: number; outputName: string } {
  const [output] = outputs;
  if (output === undefined || outputs.length !== 1)
    throw new GeneratorImportError('output_shape', `${outputs.length} outputs`);
  const result = known.get(output.name);
  if (result === undefined)
    throw new GeneratorImportError('malformed', `nothing makes the output ${output.name}`);
  const size = result.shape[3] ?? 0;
  if (
    result.dataType !== elementTypes.float ||
    result.shape.join() !== `1,1,${size},${size}` ||
    !imageSizes.includes(size)
  )
    throw new GeneratorImportError('output_shape', `${output.name} [${result.shape.join()}]`);
  return { size, outputName: output.name };
}

function toModel(
  file: OnnxFile,
  inputs: Record<string, readonly number[]>,
  { size, outputName }: { size: number; outputName: string },
): object {
  const value = (name: string, shape: readonly number[]): object => ({
    name,
    type: {
      tensorType: {
        elemType: elementTypes.float,
        shape: { dim: shape.map((dimValue) => ({ dimValue })) },
      },
    },
  });
  return {
    irVersion: file.irVersion,
    producerName: 'scapis-lab',
    opsetImport: [{ domain: '', version: file.opset }],
    graph: {
      name: 'imported',
      node: file.node,
      initializer: file.initializer,
      input: Object.entries(inputs).map(([name, shape]) => value(name, shape)),
      output: [value(outputName, [1, 1, size, size])],
    },
  };
}
