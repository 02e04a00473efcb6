import { broadcast, mostValues, sizeOf, type Call, type Known, type OpRow } from './onnx-call.ts';
import { elementTypes } from './onnx-file.ts';

/** Rows of operations that work element by element. */

/** @returns the element of a tensor broadcast to shape `to`, at a flat index. */
function at({ shape, values }: Known, index: number, to: readonly number[]): number {
  let [flat, stride, rest] = [0, 1, index];
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const length = to[axis] ?? 1;
    const own = shape[axis - to.length + shape.length] ?? 1;
    if (own > 1) flat += (rest % length) * stride;
    stride *= own;
    rest = Math.floor(rest / length);
  }
  return values?.[flat] ?? NaN;
}

type Compute = (...values: number[]) => number;

/** Element by element over any number of broadcast inputs. `compute` gives values of constants. */
export function elementwise(
  attributes: OpRow['attributes'] = {},
  compute?: Compute,
  dataType?: number,
): OpRow {
  return {
    attributes,
    rule: (call) => {
      const { inputs } = call;
      const shape = broadcast(
        call,
        inputs.map((each) => each.shape),
      );
      const isKnown =
        compute !== undefined &&
        sizeOf(shape) <= mostValues &&
        inputs.every((each) => each.values !== null);
      const values = isKnown
        ? Array.from({ length: sizeOf(shape) }, (_, i) =>
            compute(...inputs.map((each) => at(each, i, shape))),
          )
        : null;
      const isWhole = call.input(0).dataType !== elementTypes.float;
      return call.known(
        shape,
        dataType ?? call.input(0).dataType,
        isWhole && call.opType === 'Div' ? (values?.map(Math.trunc) ?? null) : values,
      );
    },
  };
}

/** A result with the shape and type of the first input; other inputs are parameters. */
export function alike(attributes: OpRow['attributes'] = {}): OpRow {
  return { attributes, rule: (call) => call.known(call.input(0).shape, call.input(0).dataType) };
}

/** The first input itself, with its values. */
export function same(call: Call, dataType = call.input(0).dataType): Known {
  const { shape, values } = call.input(0);
  return call.known(
    shape,
    dataType,
    dataType === elementTypes.float ? values : (values?.map(Math.trunc) ?? null),
  );
}
