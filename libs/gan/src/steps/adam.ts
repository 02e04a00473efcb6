import {
  add,
  div,
  gradients,
  input,
  mul,
  scalar,
  sqrt,
  sub,
  sum,
  type Shape,
  type Tensor,
} from '@scapis/numerics';
import {
  flattenParameters,
  flattenTensors,
  parameterLayout,
  parameterViews,
  unflattenParameters,
  type ParameterLayout,
  type Parameters,
} from '../base/parameters.ts';
import { compile, type CompileOptions } from '../runtime/runtime.ts';

/**
 * Training by Adam, one ONNX Runtime call per step: forward pass, backward pass and update are one
 * graph.
 */

export interface AdamOptions {
  learningRate: number;
  beta1: number;
  beta2: number;
  eps: number;
  /** Decoupled (AdamW, Loshchilov & Hutter 2019), per step and times the learning rate. */
  weightDecay?: number;
}

/**
 * @param weights as `parameterViews` returned them
 * @param detached tensors treated as constants (stop-gradient)
 * @returns the gradient of the loss in the weights, as one vector [layout.size].
 */
export function flatGradient(
  layout: ParameterLayout,
  loss: Tensor,
  weights: Record<string, Tensor>,
  detached: readonly Tensor[] = [],
): Tensor {
  const names = layout.entries.map(({ name }) => name);
  const found = gradients(
    loss,
    names.map((name) => weights[name] ?? scalar(0)),
    detached,
  );
  return flattenTensors(
    layout,
    Object.fromEntries(names.map((name, at) => [name, found[at] ?? scalar(0)])),
  );
}

export interface AdamState {
  weights: Tensor;
  /** Of the gradient: m and v in the paper. */
  firstMoment: Tensor;
  secondMoment: Tensor;
}

/**
 * Scalars of one Adam step. They are computed outside the graph, in float64, with the learning rate
 * and both bias corrections folded in.
 */
export interface AdamScalars<Value> {
  /** learningRate / (1 - beta1^t) */
  stepSize: Value;
  /** Bias correction of the second moment: 1 / (1 - beta2^t) */
  secondMomentScale: Value;
  /** Weight decay: 1 - learningRate * weightDecay */
  decay: Value;
}

/** One update of Adam (Kingma & Ba 2015, algorithm 1), as graph. Without `decay` there is none. */
export function adamUpdate(
  state: AdamState,
  gradient: Tensor,
  { stepSize, secondMomentScale, decay }: Omit<AdamScalars<Tensor>, 'decay'> & { decay?: Tensor },
  { beta1, beta2, eps }: Omit<AdamOptions, 'learningRate'>,
): AdamState {
  const firstMoment =
    beta1 === 0 ? gradient : add(mul(state.firstMoment, beta1), mul(gradient, 1 - beta1));
  const secondMoment = add(mul(state.secondMoment, beta2), mul(mul(gradient, gradient), 1 - beta2));
  const update = div(
    mul(firstMoment, stepSize),
    add(sqrt(mul(secondMoment, secondMomentScale)), eps),
  );
  const decayed = decay === undefined ? state.weights : mul(state.weights, decay);
  return { weights: sub(decayed, update), firstMoment, secondMoment };
}

/** @returns the scalars of step t = 1, 2, ... */
export function adamScalars(
  t: number,
  { learningRate, beta1, beta2, weightDecay = 0 }: AdamOptions,
): AdamScalars<number> {
  return {
    stepSize: learningRate / (1 - beta1 ** t),
    secondMomentScale: 1 / (1 - beta2 ** t),
    decay: 1 - learningRate * weightDecay,
  };
}

export interface TrainStepOptions {
  parameters: Parameters;
  /** Shapes of the feeds of a step. */
  inputs: Readonly<Record<string, Shape>>;
  /** Builds the loss (a scalar), and further scalars to report. */
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
  /** @returns a copy of the current weights. */
  parameters(): Parameters;
  dispose(): Promise<void>;
}

/** Compiles forward pass, backward pass and Adam into one program, which keeps its state. */
export async function compileTrainStep(options: TrainStepOptions): Promise<TrainStep> {
  const layout = parameterLayout(options.parameters);
  const { outputs, reported } = trainStepGraph(layout, options);
  const program = await compile(outputs, options.compile);
  const zeros = (): Float32Array => new Float32Array(layout.size);
  let current = {
    weights: flattenParameters(layout, options.parameters),
    first: zeros(),
    second: zeros(),
  };
  let spare = { weights: zeros(), first: zeros(), second: zeros() };
  let steps = 0;
  return {
    async step(feeds, { learningRate = options.adam.learningRate } = {}) {
      const scalars = adamScalars(steps + 1, { ...options.adam, learningRate });
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
          'adam.stepSize': Float32Array.of(scalars.stepSize),
          'adam.secondMomentScale': Float32Array.of(scalars.secondMomentScale),
          'adam.decay': Float32Array.of(scalars.decay),
        },
        { 'next.weights': spare.weights, 'next.first': spare.first, 'next.second': spare.second },
      );
      const values = Object.fromEntries(reported.map((name) => [name, results[name]?.[0] ?? NaN]));
      const bad = Object.entries(values).find(([, value]) => !Number.isFinite(value));
      if (bad !== undefined)
        throw new Error(
          `step ${steps + 1}: ${bad[0]} is ${bad[1]}; lower the learning rate or check the data`,
        );
      [current, spare] = [spare, current];
      steps++;
      return values;
    },
    parameters: () => unflattenParameters(layout, current.weights),
    dispose: () => program.dispose(),
  };
}

function trainStepGraph(
  layout: ParameterLayout,
  { inputs: shapes, loss: buildLoss, adam }: TrainStepOptions,
): { outputs: Record<string, Tensor>; reported: string[] } {
  const vector = (name: string): Tensor => input(name, [layout.size]);
  const state: AdamState = {
    weights: vector('adam.weights'),
    firstMoment: vector('adam.first'),
    secondMoment: vector('adam.second'),
  };
  const scalars: AdamScalars<Tensor> = {
    stepSize: input('adam.stepSize', []),
    secondMomentScale: input('adam.secondMomentScale', []),
    decay: input('adam.decay', []),
  };
  const weights = parameterViews(layout, state.weights);
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]),
  );
  const built = buildLoss(weights, inputs);
  const { loss, metrics } = 'loss' in built ? built : { loss: built, metrics: {} };
  const gradient = flatGradient(layout, loss, weights);
  const updated = adamUpdate(state, gradient, scalars, adam);
  const reported: Record<string, Tensor> = {
    loss,
    gradientNorm: sqrt(sum(mul(gradient, gradient))),
    ...metrics,
  };
  return {
    outputs: {
      ...reported,
      'next.weights': updated.weights,
      'next.first': updated.firstMoment,
      'next.second': updated.secondMoment,
    },
    reported: Object.keys(reported),
  };
}
