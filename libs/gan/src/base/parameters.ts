import { concat, reshape, scalar, sizeOf, slice, type Tensor } from '@scapis/numerics';

/**
 * Named weights, and the flat vector that holds all weights of a network. With flat vectors the
 * whole state of an optimiser is three arrays (weights, first and second moment), and Adam takes
 * ten operations for a network, not ten for each weight.
 */

/** Named weights. Their order is that of the flat vectors and of files. */
export type Parameters = Map<string, { shape: number[]; data: Float32Array }>;

/** Where each weight lies in the flat vector. */
export interface ParameterLayout {
  /** Length of the flat vector. */
  size: number;
  entries: { name: string; shape: number[]; start: number }[];
}

export function parameterLayout(parameters: Parameters): ParameterLayout {
  let size = 0;
  const entries = [...parameters].map(([name, { shape }]) => {
    const entry = { name, shape, start: size };
    size += sizeOf(shape);
    return entry;
  });
  return { size, entries };
}

/**
 * @returns the weights as one vector [layout.size].
 * @throws Error when a weight is missing or has another size.
 */
export function flattenParameters(layout: ParameterLayout, parameters: Parameters): Float32Array {
  const flat = new Float32Array(layout.size);
  for (const { name, shape, start } of layout.entries) {
    const data = parameters.get(name)?.data;
    if (data?.length !== sizeOf(shape))
      throw new Error(
        `weight ${name} must have ${sizeOf(shape)} values, it has ${data?.length ?? 'none'}`,
      );
    flat.set(data, start);
  }
  return flat;
}

/** @returns a copy of the weights in the vector [layout.size], by name. */
export function unflattenParameters(layout: ParameterLayout, flat: Float32Array): Parameters {
  return new Map(
    layout.entries.map(({ name, shape, start }) => [
      name,
      { shape, data: flat.slice(start, start + sizeOf(shape)) },
    ]),
  );
}

/** @returns each weight as a slice of the vector [layout.size], in the graph. */
export function parameterViews(layout: ParameterLayout, flat: Tensor): Record<string, Tensor> {
  return Object.fromEntries(
    layout.entries.map(({ name, shape, start }) => [
      name,
      reshape(slice(flat, [start], [start + sizeOf(shape)]), shape),
    ]),
  );
}

/** @returns tensors by name as one vector [layout.size], in the graph; 0 where one is missing. */
export function flattenTensors(
  layout: ParameterLayout,
  tensors: Readonly<Record<string, Tensor>>,
): Tensor {
  return concat(
    layout.entries.map(({ name, shape }) => reshape(tensors[name] ?? scalar(0), [sizeOf(shape)])),
    0,
  );
}
