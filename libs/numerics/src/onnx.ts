import { dataTypes, OnnxWriter, type OnnxInitializer, type OnnxNode } from './onnx-writer.ts';
import { ops, type Op } from './ops.ts';
import { sizeOf, topologicalOrder, type Node, type OpName, type Tensor } from './tensor.ts';

/**
 * The fields of ONNX's ModelProto that we write, under the names that protobuf's JavaScript mapping
 * uses. Encoding is the caller's.
 */
export interface OnnxModel {
  irVersion: number;
  producerName: string;
  opsetImport: { domain: string; version: number }[];
  graph: {
    name: string;
    node: OnnxNode[];
    initializer: OnnxInitializer[];
    input: OnnxValue[];
    output: OnnxValue[];
  };
}
interface OnnxValue {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: { dimValue: number }[] } } };
}

// The last opset of ONNX in which the axes of ReduceLogSumExp are an attribute.
const opset = 17;
const irVersion = 8;

/**
 * Emits a program as ONNX (opset 17, static shapes, float32).
 * @returns a plain ModelProto; its inputs are the `input` nodes reached from the outputs, its
 * outputs carry the given names.
 * @throws Error when two different inputs share a name, or an output takes the name of an input.
 */
export function toOnnx({
  name,
  outputs,
}: {
  name: string;
  outputs: Record<string, Tensor>;
}): OnnxModel {
  const writer = new OnnxWriter();
  const names = new Map<Tensor, string>();
  const inputs = new Map<string, Tensor>();
  for (const node of topologicalOrder(Object.values(outputs))) {
    const emitted = emit(writer, node, names);
    if (node.op === 'input') {
      if (inputs.has(emitted)) throw new Error(`two inputs of ${name} are named ${emitted}`);
      inputs.set(emitted, node);
    }
    names.set(node, emitted);
  }
  for (const [output, node] of Object.entries(outputs)) {
    if (inputs.has(output)) throw new Error(`${output} names an input and an output of ${name}`);
    // The Identity lets an input or a constant be an output, or one tensor be two outputs. ONNX
    // Runtime removes it again.
    writer.nodes.push({
      opType: 'Identity',
      input: [names.get(node) ?? ''],
      output: [output],
      attribute: [],
    });
  }
  return {
    irVersion,
    producerName: 'scapis-lab',
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name,
      node: writer.nodes,
      initializer: writer.initializers,
      input: [...inputs].map(([input, node]) => toValue(input, node)),
      output: Object.entries(outputs).map(([output, node]) => toValue(output, node)),
    },
  };
}

function emit<K extends OpName>(
  writer: OnnxWriter,
  node: Node<K>,
  names: ReadonlyMap<Tensor, string>,
): string {
  const row: Op<K> = ops[node.op];
  return row.emit(
    writer,
    node.inputs.map((input) => names.get(input) ?? ''),
    node,
  );
}

function toValue(name: string, { dtype, shape }: Tensor): OnnxValue {
  return {
    name,
    type: {
      tensorType: {
        elemType: dataTypes[dtype],
        shape: { dim: shape.map((dimValue) => ({ dimValue })) },
      },
    },
  };
}

/** @returns the program as text, one node per line, for snapshot tests and reviews. */
export function printGraph(outputs: Record<string, Tensor>): string {
  const order = topologicalOrder(Object.values(outputs));
  const label = new Map(
    order.map((node, i) => [
      node,
      node.op === 'input' && 'name' in node.attributes ? String(node.attributes.name) : `%${i}`,
    ]),
  );
  const lines = order.map((node) => {
    const details = Object.entries(node.attributes).filter(
      ([key]) => key !== 'name' && key !== 'shape' && key !== 'dtype',
    );
    const text = details.map(
      ([key, value]) =>
        `${key}=${value instanceof Float64Array ? (sizeOf(node.shape) > 4 ? '...' : value.join()) : JSON.stringify(value)}`,
    );
    return `${label.get(node)} [${node.shape.join()}] = ${[node.op, ...node.inputs.map((input) => label.get(input)), ...text].join(' ')}`;
  });
  return [
    ...lines,
    ...Object.entries(outputs).map(([name, node]) => `${name} <- ${label.get(node)}`),
  ].join('\n');
}
