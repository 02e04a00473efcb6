import { createRequire } from 'node:module';
import type * as OnnxProto from 'onnx-proto';
import type * as Ort from 'onnxruntime-node';
import { computeProviders, type ComputeProvider } from '@scapis/contracts';
import { input, sizeOf, toOnnx, type Shape, type Tensor } from '@scapis/numerics';

/** The only file that imports ONNX Runtime and the protobuf classes of ONNX. */

// Both are loaded when the first program is compiled. The gateway never computes, so it never loads
// their 100 MB.
const require = createRequire(import.meta.url);
const ort = (): typeof Ort => require('onnxruntime-node') as typeof Ort;
const proto = (): typeof OnnxProto => require('onnx-proto') as typeof OnnxProto;

/**
 * The version of ONNX Runtime. It is part of the evidence, because another version may round
 * differently.
 */
export const runtimeVersion: string = (
  require('onnxruntime-node/package.json') as { version: string }
).version;

export interface CompileOptions {
  /** Threads within one operation; default 2. */
  threads?: number | undefined;
  /** Tried in order; default the CPU. Only the CPU gives the same bytes for the same seed. */
  providers?: readonly ComputeProvider[] | undefined;
  /**
   * Called once per process for each provider that can't be used, with the reason and what to do.
   */
  onFallback?: ((sentence: string) => void) | undefined;
}

/** No requested provider can be used on this machine. The message says what to do. */
export class ProviderError extends Error {
  override name = 'ProviderError';
}

/** The machine has too little memory for a program. */
export class OutOfMemoryError extends Error {
  override name = 'OutOfMemoryError';
}

/** Messages of ONNX Runtime (CPU and CUDA arenas), C++ and V8 when memory runs out. */
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
type ProgramResults = Record<string, Float32Array>;

/**
 * A compiled program: static shapes, float32 in and out.
 *
 * On the CPU the same values give the same bytes, wherever they lie in memory: `run` sees to that.
 * They need not give the same bytes at another place within a batch, or in a batch of another
 * size: kernels that reduce (means, sums, norms over an image) add in another order there. So
 * whoever promises that an image depends on nothing else runs a program of batch 1, as both kinds
 * of generator do, and whoever compares numbers of two runs gives both the same batches.
 */
export interface Program {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  /**
   * The provider that it was compiled for. Operations that a GPU's provider lacks run on the CPU.
   */
  readonly provider: ComputeProvider;
  /**
   * Runs once. The caller owns the returned arrays. Outputs named in `into` are written to the
   * given arrays, without copy or allocation: training keeps its state in two such buffers that
   * change roles. An array must not be fed and written in the same run.
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
  // protobufjs returns a view of a pooled Buffer. The copy can be kept and transferred.
  return Uint8Array.from(bytes);
}

/**
 * Compiles a program for ONNX Runtime.
 * @throws ProviderError when no provider of the list can be used; OutOfMemoryError, here or in
 * `run`
 */
export function compile(
  outputs: Record<string, Tensor>,
  options: CompileOptions = {},
): Promise<Program> {
  return openProgram(encodeOnnx('program', outputs), shapesOf(outputs), options);
}

/**
 * Compiles a model that numerics did not build. Its inputs and outputs are float32, with static
 * shapes.
 * @param model a ModelProto under the names of protobuf's JavaScript mapping
 */
export function compileModel(
  model: object,
  outputs: Record<string, Shape>,
  options: CompileOptions = {},
): Promise<Program> {
  return openProgram(encodeModel(model), outputs, options);
}

/** As `compile`, from the bytes of an ONNX file. `outputs` gives their shapes. */
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

/** @returns the feeds that the program has inputs for. */
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
    `no compute provider of the list can be used; add cpu to it, or repair one of these. ${faults.join(' ')}`,
  );
}

/** The fault of each provider that this process has tried; null: none. */
const knownFaults = new Map<ComputeProvider, Promise<string | null>>();

/**
 * Tries a provider once per process, with a trivial graph. So a faulty model is never mistaken for
 * a missing GPU.
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
 * Turns off TF32. NVIDIA's libraries otherwise multiply float32 with 10-bit mantissas, and a
 * finite-difference penalty divides that error by sigma. With TF32, losses on an H100 differ from
 * the CPU's by 5 % after three steps; without it, by no more than WebGPU's. The variable must be
 * set before the libraries are loaded.
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
    // From the second run on, a memory pattern would double the memory without being faster.
    enableMemPattern: false,
    // Errors are thrown. The runtime's own log lines would repeat them, and could put text of an
    // imported file into the worker's log.
    logSeverityLevel: 4,
    extra: {
      session: {
        // Vanishing gradients make denormals, which are a hundred times slower. As zeros they are
        // also the same on every CPU.
        set_denormal_as_zero: '1',
        // Spinning threads take cores from other processes and double the CPU time of a step.
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
        const wanted = into[name];
        if (wanted === undefined || isAligned(wanted)) return [name, data];
        wanted.set(data);
        return [name, wanted];
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
  return new (ort().Tensor)('float32', isAligned(data) ? data : data.slice(), [...shape]);
}

/**
 * The runtime computes on the memory that it is given. Its vector kernels take the numbers up to
 * the first multiple of 16 bytes one by one, so a view that begins elsewhere is summed in another
 * order: the mean of an image had up to four values, by the offset of its first byte. A buffer
 * itself begins at such a multiple, a view on it need not; one that doesn't is copied.
 */
const ALIGNMENT_BYTES = 16;

function isAligned(data: Float32Array): boolean {
  return data.byteOffset % ALIGNMENT_BYTES === 0;
}
