import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as OnnxProto from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import {
  ageBands,
  calciumGrades,
  importReasonNames,
  importReasons,
  sexes,
  toLabelVector,
  type ImageLabels,
  type ImportReason,
} from '@scapis/contracts';
import { checkImportedGenerator, openImportedGenerator } from './imported-generator.ts';
import { GeneratorImportError, largestFileBytes, readOnnxFile } from './onnx-file.ts';
import { checkGraph } from './onnx-graph.ts';
import { RandomStream } from '../base/philox.ts';
import { mixGenerators } from '../generators/mixture.ts';

const proto = createRequire(import.meta.url)('onnx-proto') as typeof OnnxProto;
const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '__fixtures__', name)));

const labelOf = (i: number): ImageLabels => ({
  calciumGrade: calciumGrades[i % 4] ?? 'none',
  sex: sexes[i % 2] ?? 'female',
  ageBand: ageBands[i % 3] ?? '50-54',
});

/**
 * A model under the names of protobuf's JavaScript mapping, plain enough to be changed in one place
 * per test.
 */
interface Model {
  irVersion: number;
  opsetImport: { domain: string; version: number }[];
  functions?: object[];
  metadataProps: { key: string; value: string }[];
  graph: {
    name: string;
    node: NodeRow[];
    initializer: TensorRow[];
    input: ValueRow[];
    output: ValueRow[];
  };
}
interface NodeRow {
  opType: string;
  input: string[];
  output: string[];
  domain?: string;
  attribute?: object[];
}
interface TensorRow {
  name: string;
  dims: number[];
  dataType: number;
  rawData?: Uint8Array;
  externalData?: object[];
  dataLocation?: number;
}
type ValueRow = ReturnType<typeof value>;

function value(name: string, dims: (number | string)[], elemType = 1) {
  return {
    name,
    type: {
      tensorType: {
        elemType,
        shape: {
          dim: dims.map((each) =>
            typeof each === 'number' ? { dimValue: each } : { dimParam: each },
          ),
        },
      },
    },
  };
}

function floats(name: string, dims: number[], numberAt: (i: number) => number): TensorRow {
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) =>
    numberAt(i),
  );
  return { name, dims, dataType: 1, rawData: new Uint8Array(data.buffer) };
}

function wholes(name: string, values: number[]): TensorRow {
  return {
    name,
    dims: [values.length],
    dataType: 7,
    rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
  };
}

const node = (
  opType: string,
  input: string[],
  output: string,
  attribute: object[] = [],
): NodeRow => ({ opType, input, output: [output], attribute });

/** tanh([z, label] W), seen as an image of 16 x 16. */
function small(change: (model: Model) => void = () => undefined): Uint8Array {
  const model: Model = {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: [],
    graph: {
      name: 'small',
      node: [
        node('Concat', ['z', 'label'], 'joined', [{ name: 'axis', type: 2, i: 1 }]),
        node('MatMul', ['joined', 'weights'], 'drawn'),
        node('Tanh', ['drawn'], 'bounded'),
        node('Reshape', ['bounded', 'shape'], 'images'),
      ],
      initializer: [
        floats('weights', [13, 256], (i) => Math.sin(7 * i)),
        wholes('shape', [-1, 1, 16, 16]),
      ],
      input: [value('z', ['N', 4]), value('label', ['N', 9])],
      output: [value('images', ['N', 1, 16, 16])],
    },
  };
  change(model);
  return proto.onnx.ModelProto.encode(proto.onnx.ModelProto.create(model)).finish();
}

/** The small one with nodes between its picture and its output. */
const ending = (rows: (from: string) => NodeRow[], initializer: TensorRow[] = []) =>
  small(({ graph }) => {
    graph.node[3] = node('Reshape', ['bounded', 'shape'], 'picture');
    graph.node.push(...rows('picture'));
    graph.initializer.push(...initializer);
  });

/** For each reason a file that is refused for it. */
const refused: Record<ImportReason, () => Uint8Array> = {
  too_large: () => new Uint8Array(largestFileBytes + 1),
  not_onnx: () => new TextEncoder().encode('PK: this is a zip, or a letter, or a pickle'),
  malformed: () => small(({ graph }) => graph.node.splice(1, 1)),
  external_data: () =>
    small(({ graph }) => {
      graph.initializer[0] = {
        name: 'weights',
        dims: [13, 256],
        dataType: 1,
        externalData: [{ key: 'location', value: '../../secrets' }],
        dataLocation: 1,
      };
    }),
  ir_version: () => small((model) => (model.irVersion = 99)),
  opset: () => small((model) => (model.opsetImport[0] = { domain: '', version: 9 })),
  foreign_domain: () =>
    small(({ graph }) =>
      graph.node.push({ ...node('Gelu', ['drawn'], 'more'), domain: 'com.microsoft' }),
    ),
  functions: () => {
    // The package's protobuf is older than functions: field 25, an empty message.
    const bytes = small();
    return Uint8Array.from([...bytes, 0xca, 0x01, 0x00]);
  },
  control_flow: () =>
    small(({ graph }) =>
      graph.node.push(
        node('If', ['z'], 'more', [
          { name: 'then_branch', type: 5, g: { name: 'g', node: [], input: [], output: [] } },
        ]),
      ),
    ),
  random_op: () =>
    ending((from) => [
      node('RandomNormalLike', [from], 'noise'),
      node('Add', [from, 'noise'], 'images'),
    ]),
  training_mode: () =>
    ending(
      (from) => [
        node('BatchNormalization', [from, 'one', 'one', 'one', 'one'], 'images', [
          { name: 'training_mode', type: 2, i: 1 },
        ]),
      ],
      [floats('one', [1], () => 1)],
    ),
  unknown_op: () => ending((from) => [node('Det', [from], 'images')]),
  element_type: () =>
    small(({ graph }) =>
      graph.initializer.push({
        name: 'double',
        dims: [1],
        dataType: 11,
        rawData: new Uint8Array(8),
      }),
    ),
  too_many_nodes: () =>
    small(({ graph }) =>
      graph.node.push(
        ...Array.from({ length: 5_000 }, (_, i) => node('Tanh', ['drawn'], `more${i}`)),
      ),
    ),
  input_names: () => small(({ graph }) => graph.input.push(value('temperature', [1]))),
  input_shape: () => small(({ graph }) => (graph.input[1] = value('label', ['N', 4]))),
  fixed_batch: () => small(({ graph }) => (graph.input[0] = value('z', [32, 4]))),
  output_shape: () => small(({ graph }) => (graph.initializer[1] = wholes('shape', [-1, 4, 8, 8]))),
  other_size: () =>
    small(({ graph }) => {
      graph.initializer = [
        floats('weights', [13, 1_024], (i) => Math.sin(7 * i)),
        wholes('shape', [-1, 1, 32, 32]),
      ];
      graph.output = [value('images', ['N', 1, 32, 32])];
    }),
  unknown_shape: () =>
    ending((from) => [
      node('Cast', ['z'], 'whole', [{ name: 'to', type: 2, i: 7 }]),
      node('Reshape', [from, 'whole'], 'images'),
    ]),
  wrong_shape: () =>
    small(({ graph }) => (graph.initializer[0] = floats('weights', [12, 256], () => 1))),
  too_costly: () =>
    ending(
      (from) => [
        node('Tile', ['z', 'wide'], 'square'),
        node('MatMul', ['square', 'square'], 'product'),
        node('Identity', [from], 'images'),
      ],
      [wholes('wide', [4_096, 1_024])],
    ),
  too_much_memory: () =>
    ending(
      (from) => [node('Expand', ['z', 'huge'], 'more'), node('Identity', [from], 'images')],
      [wholes('huge', [2 ** 40, 4])],
    ),
  bad_range: () =>
    small((model) => model.metadataProps.push({ key: 'scapis.range', value: 'low to high' })),
  not_runnable: () =>
    ending((from) => [node('Add', [from, 'whole'], 'images')], [wholes('whole', [1])]),
  not_finite: () =>
    ending(
      (from) => [node('Log', ['zero'], 'infinite'), node('Mul', [from, 'infinite'], 'images')],
      [floats('zero', [1], () => 0)],
    ),
  out_of_range: () =>
    ending((from) => [node('Add', [from, 'two'], 'images')], [floats('two', [1], () => 2)]),
  ignores_z: () =>
    small(
      ({ graph }) =>
        (graph.initializer[0] = floats('weights', [13, 256], (i) =>
          i < 4 * 256 ? 0 : Math.sin(7 * i),
        )),
    ),
  ignores_label: () =>
    small(
      ({ graph }) =>
        (graph.initializer[0] = floats('weights', [13, 256], (i) =>
          i < 4 * 256 ? Math.sin(7 * i) : 0,
        )),
    ),
};

async function reasonOf(bytes: Uint8Array): Promise<string> {
  return checkImportedGenerator(bytes, { size: 16 }).then(
    () => 'accepted',
    (error: unknown) => (error instanceof GeneratorImportError ? error.reason : String(error)),
  );
}

const patience = { timeout: 60_000 };

describe('an imported generator', patience, () => {
  it.each(importReasonNames)('is refused for %s, in whole sentences', async (reason) => {
    expect(await reasonOf(refused[reason]())).toBe(reason);
    for (const text of Object.values(importReasons[reason]))
      expect(text).toMatch(/^[A-ZÅÄÖz].*\.$/);
  });

  it('is accepted when nothing is wrong with it', async () => {
    expect(await checkImportedGenerator(small(), { size: 16 })).toMatchObject({
      size: 16,
      latentLength: 4,
      takesLabel: true,
      parameters: 13 * 256 + 4,
      nodes: 4,
      opset: 17,
    });
  });

  it('draws what PyTorch draws, from either exporter, with and without labels', async () => {
    const expected = JSON.parse(
      readFileSync(join(import.meta.dirname, '__fixtures__', 'expected.json'), 'utf8'),
    ) as {
      z: number[][];
      label: number[][];
      everyPixel: number;
      images: Record<'pytorch' | 'monai', number[][]>;
    };
    for (const name of ['pytorch', 'monai'] as const) {
      const bytes = fixture(`${name}.onnx`);
      const facts = await checkImportedGenerator(bytes, { size: 64 });
      expect(facts).toMatchObject({
        size: 64,
        latentLength: 8,
        takesLabel: name === 'pytorch',
        range: name === 'monai' ? [0, 1] : [-1, 1],
      });
      const generator = await openImportedGenerator(bytes);
      for (const [i, pixels] of expected.images[name].entries()) {
        const drawn = await generator.generate(
          Float32Array.from(expected.z[i] ?? []),
          expected.label[i] ?? [],
        );
        const isMapped = name === 'monai';
        const worst = pixels.reduce(
          (most, pixel, at) =>
            Math.max(
              most,
              Math.abs(
                (drawn[at * expected.everyPixel] ?? NaN) - (isMapped ? 2 * pixel - 1 : pixel),
              ),
            ),
          0,
        );
        expect(pixels).toHaveLength(Math.ceil(64 ** 2 / expected.everyPixel));
        expect(worst).toBeLessThan(1e-5);
      }
      await generator.dispose();
    }
  });

  it('makes the same image of z wherever its numbers lie, and alone as among others', async () => {
    // Means of 13 numbers of `joined` and of an image, by the kernels whose order depends on that.
    const generator = await openImportedGenerator(
      ending(
        (from) => [
          node('ReduceMean', ['z'], 'mean', [{ name: 'axes', type: 7, ints: [1] }]),
          node('Reshape', ['mean', 'one'], 'shift'),
          node('InstanceNormalization', [from, 'scale', 'bias'], 'even'),
          node('Add', ['even', 'shift'], 'moved'),
          node('Tanh', ['moved'], 'images'),
        ],
        [
          wholes('one', [-1, 1, 1, 1]),
          floats('scale', [1], () => 0.3),
          floats('bias', [1], () => 0.01),
        ],
      ),
    );
    const z = new RandomStream(3, 'sampling', 0).normals(4);
    const [first, ...others] = await Promise.all(
      Array.from({ length: 17 }, (_, i) => {
        const view = new Float32Array(new ArrayBuffer(96), 4 * i, 4);
        view.set(z);
        return generator.generate(view, toLabelVector(labelOf(0)));
      }),
    );
    for (const other of others) expect(other).toEqual(first);
    const labels = Array.from({ length: 9 }, (_, i) => labelOf(i));
    const all = await generator.sample({ labels, seed: 5 });
    for (const [i, label] of labels.entries())
      expect(await generator.sample({ labels: [label], seed: 5, first: i })).toEqual(
        all.slice(i * 256, (i + 1) * 256),
      );
    await generator.dispose();
  });

  it('makes image i from the seed, i and its label only, alone and in an ensemble', async () => {
    const members = await Promise.all(
      [
        small(),
        small(
          ({ graph }) =>
            (graph.initializer[0] = floats('weights', [13, 256], (i) => Math.cos(3 * i))),
        ),
      ].map((bytes) => openImportedGenerator(bytes)),
    );
    const labels = Array.from({ length: 12 }, (_, i) => labelOf(i));
    const [one] = members;
    const all = await one?.sample({ labels, seed: 5 });
    expect(await one?.sample({ labels: labels.slice(4), seed: 5, first: 4 })).toEqual(
      all?.slice(4 * 256),
    );
    expect(await one?.sample({ labels, seed: 6 })).not.toEqual(all);
    const mixed = mixGenerators(members);
    const [drawn, ...single] = await Promise.all(
      [mixed, ...members].map((each) => each.sample({ labels, seed: 5 })),
    );
    const from = labels.map((_, i) =>
      single.findIndex((images) =>
        images.subarray(i * 256, i * 256 + 256).every((x, at) => x === drawn?.[i * 256 + at]),
      ),
    );
    expect(new Set(from)).toEqual(new Set([0, 1]));
    await mixed.dispose();
  });
});

describe('a hostile file', patience, () => {
  /** Whatever is in it: a refusal by name, or a graph that the checks know all of. */
  const read = (bytes: Uint8Array): 'refused' | 'read' => {
    try {
      checkGraph(readOnnxFile(bytes), 9);
      return 'read';
    } catch (error) {
      if (error instanceof GeneratorImportError) return 'refused';
      throw error;
    }
  };

  it('that ends early, anywhere, is refused', () => {
    const bytes = fixture('monai.onnx');
    // The declared range is the last thing in it, and a file without one is whole.
    const whole = bytes.length - new TextEncoder().encode('..scapis.range..0,1').length;
    for (let length = 0; length < whole - 20; length += 11)
      expect(read(bytes.subarray(0, length))).toBe('refused');
  });

  it('with bytes changed at random never gets further than the checks understand', () => {
    const random = new RandomStream(1, 'sampling');
    const outcomes = new Set<string>();
    for (let round = 0; round < 400; round++) {
      const bytes = small();
      for (let flips = 0; flips <= random.integer(4); flips++)
        bytes[random.integer(400)] = random.integer(256);
      outcomes.add(read(bytes));
    }
    expect(outcomes).toContain('refused');
  });

  it('with graphs nested a thousand deep is refused at the first', () => {
    const wrap = (inner: Uint8Array, tag: number): Uint8Array => {
      const length: number[] = [];
      for (let rest = inner.length; rest > 0 || length.length === 0; rest = Math.floor(rest / 128))
        length.push((rest % 128) + (rest >= 128 ? 128 : 0));
      return Uint8Array.from([tag, ...length, ...inner]);
    };
    let graph: Uint8Array = new Uint8Array();
    for (let depth = 0; depth < 1_000; depth++) graph = wrap(wrap(wrap(graph, 0x32), 0x2a), 0x0a);
    const bytes = Uint8Array.from([
      0x08,
      8,
      ...wrap(Uint8Array.from([0x10, 17]), 0x42),
      ...wrap(graph, 0x3a),
    ]);
    expect(() => readOnnxFile(bytes)).toThrow(expect.objectContaining({ reason: 'control_flow' }));
  });
});
