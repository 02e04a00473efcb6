import { createRequire } from 'node:module';
import type * as OnnxProto from 'onnx-proto';
import type * as Ort from 'onnxruntime-node';
import { computeProviders, type ComputeProvider } from '@scapis/contracts';
import { input, sizeOf, toOnnx, type Shape, type Tensor } from '@scapis/numerics';

/** The only door to ONNX Runtime and to the ONNX file format. */

// Both are loaded by the first program that is compiled: the gateway, which never computes, is
// spared their 100 MB.
const require = createRequire(import.meta.url);
const ort = (): typeof Ort => require('onnxruntime-node') as typeof Ort;
const proto = (): typeof OnnxProto => require('onnx-proto') as typeof OnnxProto;

/**
 * Which ONNX Runtime computes here: part of the evidence, since another one may round otherwise.
 */
export const runtimeVersion: string = (
  require('onnxruntime-node/package.json') as { version: string }
).version;

export interface CompileOptions {
  /** Threads of one operation; default 2, the machine that the lab's bars are written for. */
  threads?: number | undefined;
  /** Tried in order; default the CPU, which alone promises the same bytes for the same seed. */
  providers?: readonly ComputeProvider[] | undefined;
  /** Told once per process and provider that it cannot be used here, with what to do about it. */
  onFallback?: ((sentence: string) => void) | undefined;
}

/**
 * None of the providers that were asked for can be used on this machine. The message says what to
 * do.
 */
export class ProviderError extends Error {
  override name = 'ProviderError';
}

/** The machine has not the memory that a program asks for. */
export class OutOfMemoryError extends Error {
  override name = 'OutOfMemoryError';
}

/** How ONNX Runtime (its CPU and CUDA arenas), C++ and V8 say it. */
const memoryFault =
  /bad_alloc|failed to allocate memory|cudaMalloc|out of memory|array buffer allocation failed/i;

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
   * What it was compiled for. Operations that a GPU's provider lacks run on the CPU all the same.
   */
  readonly provider: ComputeProvider;
  /**
   * Runs once. The arrays that come back are the caller's. With `into`, those outputs are written
   * to the given arrays instead (no copy, no allocation): how a training state is kept in two
   * buffers that change roles. An array must not be fed and written in the same run.
   * @throws Error when an input is missing, unknown or of the wrong length.
   */
  run(feeds: ProgramFeeds, into?: ProgramFeeds): Promise<ProgramResults>;
  dispose(): Promise<void>;
}

/** @returns the program as the bytes of an ONNX file. */
export function encodeOnnx(name: string, outputs: Record<string, Tensor>): Uint8Array {
  return encodeModel(toOnnx({ name, outputs }));
}

/** @param model a ModelProto under the names of protobuf's JavaScript mapping */
function encodeModel(model: object): Uint8Array {
  const { ModelProto } = proto().onnx;
  const bytes = ModelProto.encode(ModelProto.create(model)).finish();
  // protobufjs hands out a part of a pooled Buffer; the runtime and writers of files want bytes of
  // their own.
  return Uint8Array.from(bytes);
}

/**
 * Compiles a program for ONNX Runtime. @throws ProviderError when no provider of the list can be
 * used; OutOfMemoryError, here or when it runs.
 */
export function compile(
  outputs: Record<string, Tensor>,
  options: CompileOptions = {},
): Promise<Program> {
  return openProgram(encodeOnnx('program', outputs), shapesOf(outputs), options);
}

/**
 * Compiles a model that was not built by numerics. Its inputs must have static shapes; they and the
 * given outputs are float32.
 * @param model a ModelProto under the names of protobuf's JavaScript mapping
 */
export function compileModel(
  model: object,
  outputs: Record<string, Shape>,
  options: CompileOptions = {},
): Promise<Program> {
  return openProgram(encodeModel(model), outputs, options);
}

/** As `compile`, from the bytes of an ONNX file with these outputs. */
export async function openProgram(
  model: Uint8Array,
  outputs: Record<string, Shape>,
  options: CompileOptions = {},
): Promise<Program> {
  const { session, provider } = await openSession(model, options);
  return new OrtProgram(session, provider, outputs);
}

export function shapesOf(tensors: Record<string, Tensor>): Record<string, Shape> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
}

/** @returns of the feeds what the program takes; the rest is for others. */
export function feedsOf(program: Program, feeds: ProgramFeeds): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.keys(program.inputs).map((name) => [name, feeds[name] ?? new Float32Array()]),
  );
}

async function openSession(
  model: Uint8Array,
  { threads = 2, providers = ['cpu'], onFallback }: CompileOptions,
): Promise<{ session: Ort.InferenceSession; provider: ComputeProvider }> {
  const faults: string[] = [];
  for (const provider of providers) {
    const fault = await findFault(provider, onFallback);
    if (fault === null)
      return {
        session: await namingMemory(() =>
          ort().InferenceSession.create(model, sessionOptions(threads, provider)),
        ),
        provider,
      };
    faults.push(fault);
  }
  throw new ProviderError(
    `no compute provider of the list can be used; add cpu to it, or mend one of these. ${faults.join(' ')}`,
  );
}

/** What this process has found out about each provider: null, it can be used. */
const knownFaults = new Map<ComputeProvider, Promise<string | null>>();

/**
 * Tries a provider once per process with a graph that nothing is wrong with, so that a faulty model
 * is never taken for a missing GPU.
 */
function findFault(
  provider: ComputeProvider,
  onFallback: CompileOptions['onFallback'],
): Promise<string | null> {
  if (provider === 'cpu') return Promise.resolve(null);
  if (provider === 'cuda') keepFloat32();
  const known = knownFaults.get(provider);
  if (known !== undefined) return known;
  const found = ort()
    .InferenceSession.create(
      encodeOnnx('probe', { y: input('x', [1]) }),
      sessionOptions(1, provider),
    )
    .then(async (session) => {
      await session.release();
      return null;
    })
    .catch((error: unknown) => {
      const fault = `${provider} cannot be used here (${firstLine(error)}). ${computeProviders[provider].help}`;
      onFallback?.(`The next compute provider of the list takes over: ${fault}`);
      return fault;
    });
  knownFaults.set(provider, found);
  return found;
}

/**
 * NVIDIA's libraries multiply float32 with mantissas of 10 bits (TF32) unless told otherwise before
 * they are loaded. A penalty by finite differences divides such an error by sigma: on an H100
 * losses were 5 % off after three steps, and without TF32 as near to the CPU's as WebGPU's.
 */
function keepFloat32(): void {
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
}

function sessionOptions(
  threads: number,
  provider: ComputeProvider,
): Ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // From the second run on the runtime would take one more block for all that the first run took:
    // twice the memory, and no faster.
    enableMemPattern: false,
    // What goes wrong is thrown. The runtime's own lines would say it again, with texts of an
    // imported file among the worker's log.
    logSeverityLevel: 4,
    extra: {
      session: {
        // Denormals appear as gradients vanish and cost a hundredfold; as zero they are also the
        // same on every CPU.
        set_denormal_as_zero: '1',
        // Threads that spin while they wait take the cores from everything else on the machine, and
        // double the CPU time of a step.
        intra_op: { allow_spinning: '0' },
      },
    },
  };
}

function firstLine(error: unknown): string {
  return (
    (error instanceof Error ? error.message : String(error))
      .split('\n')[0]
      ?.replace(/^\S+\.cc:\d+ /, '')
      .slice(0, 300) ?? ''
  );
}

class OrtProgram implements Program {
  readonly inputs: Record<string, Shape>;
  readonly outputs: Record<string, Shape>;
  readonly provider: ComputeProvider;
  readonly #session: Ort.InferenceSession;

  constructor(
    session: Ort.InferenceSession,
    provider: ComputeProvider,
    outputs: Record<string, Shape>,
  ) {
    this.#session = session;
    this.provider = provider;
    this.inputs = Object.fromEntries(
      session.inputMetadata.map((value) => [
        value.name,
        value.isTensor ? value.shape.map(Number) : [],
      ]),
    );
    this.outputs = outputs;
  }

  async run(feeds: ProgramFeeds, into: ProgramFeeds = {}): Promise<ProgramResults> {
    const unknown = Object.keys(feeds).find((name) => !(name in this.inputs));
    if (unknown !== undefined)
      throw new Error(
        `the program has no input ${unknown}; it takes ${Object.keys(this.inputs).join(', ')}`,
      );
    const ortFeeds = Object.fromEntries(
      Object.entries(this.inputs).map(([name, shape]) => [name, wrap(name, feeds[name], shape)]),
    );
    const fetches = Object.fromEntries(
      Object.entries(this.outputs).map(([name, shape]) => [
        name,
        name in into ? wrap(name, into[name], shape) : null,
      ]),
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
    throw new Error(
      `${name} takes ${sizeOf(shape)} values of shape [${shape.join()}], ${data.length} were given`,
    );
  return new (ort().Tensor)('float32', data, [...shape]);
}
