import { sizeOf, type Call, type OpRow } from './onnx-call.ts';

/** Rows of convolutions, pooling, padding and resizing. */

const window = {
  auto_pad: 's',
  kernel_shape: 'ints',
  strides: 'ints',
  pads: 'ints',
  dilations: 'ints',
} as const;

/** Kernel, stride, padding and dilation of the spatial axes, for convolutions and pools. */
function windowOf(
  call: Call,
  kernel: readonly number[],
): {
  along: (length: number, axis: number) => number;
  strides: number[];
  dilations: number[];
  pads: number[];
} {
  if (!['NOTSET', 'VALID'].includes(call.text('auto_pad', 'NOTSET')))
    call.fail('unknown_op', 'auto_pad');
  const rank = kernel.length;
  const [strides, dilations] = [
    call.ints('strides') ?? kernel.map(() => 1),
    call.ints('dilations') ?? kernel.map(() => 1),
  ];
  const pads = call.ints('pads') ?? Array<number>(2 * rank).fill(0);
  const isWrong = (list: readonly number[], length: number, least: number): boolean =>
    list.length !== length || list.some((each) => each < least || each > 1_024);
  if (
    isWrong(kernel, rank, 1) ||
    isWrong(strides, rank, 1) ||
    isWrong(dilations, rank, 1) ||
    isWrong(pads, 2 * rank, 0)
  )
    call.fail('wrong_shape', 'kernel, strides, pads or dilations');
  const reach = (axis: number): number => (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
  const padding = (axis: number): number => (pads[axis] ?? 0) + (pads[axis + rank] ?? 0);
  return {
    strides,
    dilations,
    pads,
    along: (length, axis) =>
      Math.max(0, Math.floor((length + padding(axis) - reach(axis)) / (strides[axis] ?? 1)) + 1),
  };
}

export const conv: OpRow = {
  attributes: { ...window, group: 'i' },
  rule(call) {
    const [x, w] = [call.input(0), call.input(1)];
    const [images = 0, channels = 0, ...spatial] = x.shape;
    const [filters = 0, perGroup = 0, ...kernel] = w.shape;
    const group = call.int('group', 1);
    if (
      group < 1 ||
      spatial.length < 1 ||
      spatial.length !== kernel.length ||
      perGroup * group !== channels ||
      filters % group !== 0
    )
      call.fail('wrong_shape', `[${x.shape.join()}] by [${w.shape.join()}]`);
    call.vector(2, filters);
    const { along } = windowOf(call, kernel);
    const shape = [images, filters, ...spatial.map(along)];
    call.macs = sizeOf(shape) * perGroup * sizeOf(kernel);
    return call.known(shape, x.dataType);
  },
};

export const convTranspose: OpRow = {
  attributes: { ...window, group: 'i', output_padding: 'ints' },
  rule(call) {
    const [x, w] = [call.input(0), call.input(1)];
    const [images = 0, channels = 0, ...spatial] = x.shape;
    const [from = 0, perGroup = 0, ...kernel] = w.shape;
    const group = call.int('group', 1);
    const extra = call.ints('output_padding') ?? kernel.map(() => 0);
    if (
      group < 1 ||
      spatial.length < 1 ||
      spatial.length !== kernel.length ||
      from !== channels ||
      channels % group !== 0 ||
      extra.length !== kernel.length ||
      extra.some((each) => each < 0 || each > 64)
    )
      call.fail('wrong_shape', `[${x.shape.join()}] by [${w.shape.join()}]`);
    call.vector(2, perGroup * group);
    const { strides, dilations, pads } = windowOf(call, kernel);
    const shape = [
      images,
      perGroup * group,
      ...spatial.map(
        (length, axis) =>
          (strides[axis] ?? 1) * (length - 1) +
          (extra[axis] ?? 0) +
          ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) +
          1 -
          (pads[axis] ?? 0) -
          (pads[axis + kernel.length] ?? 0),
      ),
    ];
    call.macs = sizeOf(x.shape) * perGroup * sizeOf(kernel);
    return call.known(shape, x.dataType);
  },
};

export const pool: OpRow = {
  attributes: { ...window, ceil_mode: 'i', count_include_pad: 'i', storage_order: 'i' },
  rule(call) {
    const [images = 0, channels = 0, ...spatial] = call.input(0).shape;
    if (call.int('ceil_mode', 0) !== 0) call.fail('unknown_op', 'ceil_mode');
    if (call.outputs > 1) call.fail('unknown_op', 'a second output');
    const kernel = call.ints('kernel_shape') ?? [];
    if (kernel.length !== spatial.length) call.fail('wrong_shape', 'kernel_shape');
    const shape = [images, channels, ...spatial.map(windowOf(call, kernel).along)];
    call.macs = sizeOf(shape) * sizeOf(kernel);
    return call.known(shape, call.input(0).dataType);
  },
};

export const pad: OpRow = {
  attributes: { mode: 's' },
  rule(call) {
    const { shape, dataType } = call.input(0);
    const pads = call.constants(1);
    const axes = call.has(3)
      ? call.constants(3).map((axis) => call.axis(axis, shape.length))
      : [...shape.keys()];
    if (pads.length !== 2 * axes.length || pads.some((each) => Math.abs(each) > 1_024))
      call.fail('wrong_shape', `pads ${pads.slice(0, 8).join()}`);
    const mode = call.text('mode', 'constant');
    if (!['constant', 'reflect', 'edge'].includes(mode))
      call.fail('unknown_op', `mode ${mode.slice(0, 20)}`);
    const to = [...shape];
    for (const [i, axis] of axes.entries()) {
      const [length, before, after] = [shape[axis] ?? 0, pads[i] ?? 0, pads[i + axes.length] ?? 0];
      // Reflection can't pad by more than the axis has.
      if (
        mode !== 'constant' &&
        (length < 1 ||
          Math.min(before, after) < 0 ||
          (mode === 'reflect' && Math.max(before, after) >= length))
      )
        call.fail('wrong_shape', `${mode} by ${before} and ${after} of ${length}`);
      to[axis] = length + before + after;
    }
    return call.known(to, dataType);
  },
};

export const resize: OpRow = {
  attributes: {
    antialias: 'i',
    axes: 'ints',
    coordinate_transformation_mode: 's',
    cubic_coeff_a: 'f',
    exclude_outside: 'i',
    extrapolation_value: 'f',
    keep_aspect_ratio_policy: 's',
    mode: 's',
    nearest_mode: 's',
  },
  rule(call) {
    const { shape, dataType } = call.input(0);
    const axes = call.ints('axes')?.map((axis) => call.axis(axis, shape.length)) ?? [
      ...shape.keys(),
    ];
    if (call.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
      call.fail('unknown_op', 'keep_aspect_ratio_policy');
    if (call.text('coordinate_transformation_mode', '') === 'tf_crop_and_resize')
      call.fail('unknown_op', 'tf_crop_and_resize');
    const bySize = call.has(3) && call.input(3).shape[0] !== 0;
    const given = call.constants(bySize ? 3 : 2);
    if (given.length !== axes.length || given.some((each) => !(each > 0)))
      call.fail('wrong_shape', 'scales or sizes');
    const to = [...shape];
    for (const [i, axis] of axes.entries())
      to[axis] = bySize ? (given[i] ?? 0) : Math.floor((to[axis] ?? 0) * (given[i] ?? 0));
    call.macs = 16 * sizeOf(to);
    return call.known(to, dataType);
  },
};
