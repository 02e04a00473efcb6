import { createRequire } from 'node:module';
import type * as OnnxProto from 'onnx-proto';
import type * as Ort from 'onnxruntime-node';
import { sizeOf, toOnnx, type Shape, type Tensor } from '@scapis/numerics';

/** The only door to ONNX Runtime and to the ONNX file format. */

// Both are loaded by the first program that is compiled: the gateway, which never computes, is spared their 100 MB.
const require = createRequire(import.meta.url);
const ort = (): typeof Ort => require('onnxruntime-node') as typeof Ort;
const proto = (): typeof OnnxProto => require('onnx-proto') as typeof OnnxProto;

/** Which ONNX Runtime computes here: part of the evidence, since another one may round otherwise. */
export const runtimeVersion: string = (require('onnxruntime-node/package.json') as { version: string }).version;

export type Provider = 'cpu' | 'cuda' | 'webgpu';

export interface CompileOptions {
  /** Threads of one operation; default 2, the machine that the lab's bars are written for. */
  threads?: number;
  /** Tried in order. Only the CPU promises the same bytes for the same seed. */
  providers?: readonly Provider[];
}

/** The machine has not the memory that a program asks for. */
export class OutOfMemoryError extends Error {
  override name = 'OutOfMemoryError';
}

/** How ONNX Runtime (its CPU and CUDA arenas), C++ and V8 say it. */
const memoryFault = /bad_alloc|failed to allocate memory|cudaMalloc|out of memory|array buffer allocation failed/i;

async function namingMemory<T>(compute: () => Promise<T>): Promise<T> {
  try {
    return await compute();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (memoryFault.test(message)) throw new OutOfMemoryError(message, { cause: error });
    throw error;
  }
}

export type ProgramFeeds = Readonly<Record<string, Float32Array>>;
export type ProgramResults = Record<string, Float32Array>;

/** A compiled program: static shapes, float32 in and out. */
export interface Program {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  /**
   * Runs once. The arrays that come back are the caller's.
   * With `into`, those outputs are written to the given arrays instead (no copy, no allocation): how a training state is kept in two
   * buffers that change roles. An array must not be fed and written in the same run.
   * @throws Error when an input is missing, unknown or of the wrong length.
   */
  run(feeds: ProgramFeeds, into?: ProgramFeeds): Promise<ProgramResults>;
  dispose(): Promise<void>;
}

/** @returns the program as the bytes of an ONNX file. */
export function encodeOnnx(name: string, outputs: Record<string, Tensor>): Uint8Array {
  const { ModelProto } = proto().onnx;
  const bytes = ModelProto.encode(ModelProto.create(toOnnx({ name, outputs }))).finish();
  // protobufjs hands out a part of a pooled Buffer; the runtime and writers of files want bytes of their own.
  return Uint8Array.from(bytes);
}

/** Compiles a program for ONNX Runtime. @throws OutOfMemoryError, here or when it runs */
export async function compile(outputs: Record<string, Tensor>, options: CompileOptions = {}): Promise<Program> {
  const { threads = 2, providers = ['cpu'] } = options;
  const settings: Ort.InferenceSession.SessionOptions = {
    executionProviders: [...providers],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // Errors only: warnings tell of initializers that an optimisation made superfluous.
    logSeverityLevel: 3,
    extra: {
      session: {
        // Denormals appear as gradients vanish and cost a hundredfold; as zero they are also the same on every CPU.
        set_denormal_as_zero: '1',
        // Threads that spin while they wait take the cores from everything else on the machine, and double the CPU time of a step.
        intra_op: { allow_spinning: '0' },
      },
    },
  };
  const session = await namingMemory(() => ort().InferenceSession.create(encodeOnnx('program', outputs), settings));
  return new OrtProgram(session, outputs);
}

class OrtProgram implements Program {
  readonly inputs: Record<string, Shape>;
  readonly outputs: Record<string, Shape>;
  readonly #session: Ort.InferenceSession;

  constructor(session: Ort.InferenceSession, outputs: Record<string, Tensor>) {
    this.#session = session;
    this.inputs = Object.fromEntries(session.inputMetadata.map((value) => [value.name, value.isTensor ? value.shape.map(Number) : []]));
    this.outputs = Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape]));
  }

  async run(feeds: ProgramFeeds, into: ProgramFeeds = {}): Promise<ProgramResults> {
    const unknown = Object.keys(feeds).find((name) => !(name in this.inputs));
    if (unknown !== undefined) throw new Error(`the program has no input ${unknown}; it takes ${Object.keys(this.inputs).join(', ')}`);
    const ortFeeds = Object.fromEntries(Object.entries(this.inputs).map(([name, shape]) => [name, wrap(name, feeds[name], shape)]));
    const fetches = Object.fromEntries(
      Object.entries(this.outputs).map(([name, shape]) => [name, name in into ? wrap(name, into[name], shape) : null]),
    );
    const results = await namingMemory(() => this.#session.run(ortFeeds, fetches));
    return Object.fromEntries(
      Object.keys(this.outputs).map((name) => {
        const data = results[name]?.data;
        if (!(data instanceof Float32Array)) throw new Error(`output ${name} is not float32`);
        return [name, data];
      }),
    );
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

function wrap(name: string, data: Float32Array | undefined, shape: Shape): Ort.Tensor {
  if (data === undefined) throw new Error(`input ${name} was not fed`);
  if (data.length !== sizeOf(shape))
    throw new Error(`${name} takes ${sizeOf(shape)} values of shape [${shape.join()}], ${data.length} were given`);
  return new (ort().Tensor)('float32', data, [...shape]);
}
