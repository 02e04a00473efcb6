import {
  add,
  concat,
  div,
  gradients,
  input,
  mul,
  reshape,
  scalar,
  sizeOf,
  slice,
  sqrt,
  sub,
  sum,
  type Shape,
  type Tensor,
} from '@scapis/numerics';
import { compile, type CompileOptions } from '../runtime/runtime.ts';

/**
 * Training of any program by Adam, one ONNX Runtime call per step: forward pass, backward pass and
 * update are one graph.
 */

/** Named weights, in a fixed order: the order is that of the packed vectors and of files. */
export type Parameters = Map<string, { shape: number[]; data: Float32Array }>;

export interface AdamOptions {
  learningRate: number;
  beta1: number;
  beta2: number;
  eps: number;
  /** Decoupled (AdamW, Loshchilov & Hutter 2019), per step and times the learning rate. */
  weightDecay?: number;
}

export interface Layout {
  /** Numbers in the packed vector. */
  size: number;
  entries: { name: string; shape: number[]; start: number }[];
}

/**
 * All weights live in one vector: three arrays (weights, first and second moment) are the whole
 * state of an optimiser, and Adam is ten operations instead of ten per weight.
 */
export function layoutOf(parameters: Parameters): Layout {
  let size = 0;
  const entries = [...parameters].map(([name, { shape }]) => {
    const entry = { name, shape, start: size };
    size += sizeOf(shape);
    return entry;
  });
  return { size, entries };
}

/**
 * @returns the weights as one vector, in the layout's order. @throws Error when one is missing or
 * of another size.
 */
export function pack(layout: Layout, parameters: Parameters): Float32Array {
  const packed = new Float32Array(layout.size);
  for (const { name, shape, start } of layout.entries) {
    const data = parameters.get(name)?.data;
    if (data?.length !== sizeOf(shape))
      throw new Error(
        `weight ${name} must have ${sizeOf(shape)} values, it has ${data?.length ?? 'none'}`,
      );
    packed.set(data, start);
  }
  return packed;
}

/** @returns a copy of the packed weights, by name. */
export function unpack(layout: Layout, packed: Float32Array): Parameters {
  return new Map(
    layout.entries.map(({ name, shape, start }) => [
      name,
      { shape, data: packed.slice(start, start + sizeOf(shape)) },
    ]),
  );
}

/** @returns each weight as a part of the packed vector [size]. */
export function views(layout: Layout, packed: Tensor): Record<string, Tensor> {
  return Object.fromEntries(
    layout.entries.map(({ name, shape, start }) => [
      name,
      reshape(slice(packed, [start], [start + sizeOf(shape)]), shape),
    ]),
  );
}

/** @returns tensors by name as one vector, in the layout's order. */
export function packedVector(layout: Layout, tensors: Readonly<Record<string, Tensor>>): Tensor {
  return concat(
    layout.entries.map(({ name, shape }) => reshape(tensors[name] ?? scalar(0), [sizeOf(shape)])),
    0,
  );
}

/**
 * @returns the gradient of the loss in the weights, packed. `weights` are what `views` gave; `held`
 * is taken as given.
 */
export function packedGradient(
  layout: Layout,
  loss: Tensor,
  weights: Record<string, Tensor>,
  held: readonly Tensor[] = [],
): Tensor {
  const names = layout.entries.map(({ name }) => name);
  const found = gradients(
    loss,
    names.map((name) => weights[name] ?? scalar(0)),
    held,
  );
  return packedVector(
    layout,
    Object.fromEntries(names.map((name, at) => [name, found[at] ?? scalar(0)])),
  );
}

export interface AdamState {
  weights: Tensor;
  first: Tensor;
  second: Tensor;
}

/**
 * What changes from step to step, computed outside in float64: the learning rate with both bias
 * corrections folded in.
 */
export interface AdamRates {
  /** learningRate / (1 - beta1^t) */
  rate: Tensor;
  /** 1 / (1 - beta2^t) */
  secondScale: Tensor;
  /** 1 - learningRate * weightDecay; omitted = 1 */
  keep?: Tensor;
}

/** One update of Adam (Kingma & Ba 2015, algorithm 1) as graph. */
export function adamUpdate(
  state: AdamState,
  gradient: Tensor,
  rates: AdamRates,
  { beta1, beta2, eps }: Omit<AdamOptions, 'learningRate'>,
): AdamState {
  const first = beta1 === 0 ? gradient : add(mul(state.first, beta1), mul(gradient, 1 - beta1));
  const second = add(mul(state.second, beta2), mul(mul(gradient, gradient), 1 - beta2));
  const move = div(mul(first, rates.rate), add(sqrt(mul(second, rates.secondScale)), eps));
  const kept = rates.keep === undefined ? state.weights : mul(state.weights, rates.keep);
  return { weights: sub(kept, move), first, second };
}

/** @returns the numbers to feed for step t = 1, 2, ... */
export function adamRates(
  t: number,
  { learningRate, beta1, beta2, weightDecay = 0 }: AdamOptions,
): { rate: number; secondScale: number; keep: number } {
  return {
    rate: learningRate / (1 - beta1 ** t),
    secondScale: 1 / (1 - beta2 ** t),
    keep: 1 - learningRate * weightDecay,
  };
}

export interface TrainStepOptions {
  parameters: Parameters;
  /** Shapes of what `step` is fed. */
  inputs: Readonly<Record<string, Shape>>;
  /** Builds the loss (a scalar) and further scalars to report. */
  loss: (
    weights: Record<string, Tensor>,
    inputs: Record<string, Tensor>,
  ) => Tensor | { loss: Tensor; metrics: Record<string, Tensor> };
  adam: AdamOptions;
  compile?: CompileOptions;
}

export interface TrainStep {
  /**
   * One step of Adam on one batch.
   * @returns `loss`, `gradientNorm` and the named metrics, before the update.
   * @throws Error when one of them is not finite; the weights then stay as they were.
   */
  step(
    feeds: Readonly<Record<string, Float32Array>>,
    options?: { learningRate?: number },
  ): Promise<Record<string, number>>;
  /** A copy of the weights as they are now. */
  parameters(): Parameters;
  dispose(): Promise<void>;
}

/**
 * Compiles forward pass, backward pass and Adam into one program that keeps its state between
 * calls.
 */
export async function compileTrainStep(options: TrainStepOptions): Promise<TrainStep> {
  const layout = layoutOf(options.parameters);
  const vector = (name: string): Tensor => input(name, [layout.size]);
  const state: AdamState = {
    weights: vector('adam.weights'),
    first: vector('adam.first'),
    second: vector('adam.second'),
  };
  const rates = {
    rate: input('adam.rate', []),
    secondScale: input('adam.secondScale', []),
    keep: input('adam.keep', []),
  };
  const weights = views(layout, state.weights);
  const inputs = Object.fromEntries(
    Object.entries(options.inputs).map(([name, shape]) => [name, input(name, shape)]),
  );
  const built = options.loss(weights, inputs);
  const { loss, metrics } = 'loss' in built ? built : { loss: built, metrics: {} };
  const gradient = packedGradient(layout, loss, weights);
  const updated = adamUpdate(state, gradient, rates, options.adam);
  const reported: Record<string, Tensor> = {
    loss,
    gradientNorm: sqrt(sum(mul(gradient, gradient))),
    ...metrics,
  };
  const program = await compile(
    {
      ...reported,
      'next.weights': updated.weights,
      'next.first': updated.first,
      'next.second': updated.second,
    },
    options.compile,
  );

  const zeros = (): Float32Array => new Float32Array(layout.size);
  let current = { weights: pack(layout, options.parameters), first: zeros(), second: zeros() };
  let spare = { weights: zeros(), first: zeros(), second: zeros() };
  let steps = 0;
  return {
    async step(feeds, { learningRate = options.adam.learningRate } = {}) {
      const rate = adamRates(steps + 1, { ...options.adam, learningRate });
      const results = await program.run(
        {
          // An input that the loss doesn't use is not part of the program.
          ...Object.fromEntries(
            Object.entries(feeds).filter(
              ([name]) => name in program.inputs || !(name in options.inputs),
            ),
          ),
          'adam.weights': current.weights,
          'adam.second': current.second,
          ...(options.adam.beta1 === 0 ? {} : { 'adam.first': current.first }),
          'adam.rate': Float32Array.of(rate.rate),
          'adam.secondScale': Float32Array.of(rate.secondScale),
          'adam.keep': Float32Array.of(rate.keep),
        },
        { 'next.weights': spare.weights, 'next.first': spare.first, 'next.second': spare.second },
      );
      const values = Object.fromEntries(
        Object.keys(reported).map((name) => [name, results[name]?.[0] ?? NaN]),
      );
      const bad = Object.entries(values).find(([, value]) => !Number.isFinite(value));
      if (bad !== undefined)
        throw new Error(
          `step ${steps + 1}: ${bad[0]} is ${bad[1]}; lower the learning rate or check the data`,
        );
      [current, spare] = [spare, current];
      steps++;
      return values;
    },
    parameters: () => unpack(layout, current.weights),
    dispose: () => program.dispose(),
  };
}
