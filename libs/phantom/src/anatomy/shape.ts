/**
 * One closed outline in the axial plane, in mm: an ellipse, squared off by `exponent`, made
 * personal by `waves`. Axes are DICOM's patient axes: x to the patient's left, y to the back.
 */
export interface Shape {
  x: number;
  y: number;
  /** Half axes along the shape's own two directions. */
  rx: number;
  ry: number;
  /** Turn of the shape's first direction from x towards y, radians. */
  turn: number;
  hu: number;
  /** 2 (the default) is an ellipse; more is squarer. */
  exponent?: number;
  /**
   * The radius is multiplied by 1 + the sum of amplitude * cos(k * angle + phase), k = 2, 3, ...
   */
  waves?: readonly Wave[];
}

export interface Wave {
  amplitude: number;
  phase: number;
}

/**
 * A square picture being painted: HU in rows from front to back, columns from the patient's right
 * to left.
 */
export interface Canvas {
  hu: Float32Array;
  matrix: number;
  pixelMm: number;
  /** Patient coordinates of the centre of the first pixel. */
  left: number;
  top: number;
}

export function createCanvas(
  matrix: number,
  fieldOfViewMm: number,
  centreMm: readonly [number, number],
  hu: number,
): Canvas {
  const pixelMm = fieldOfViewMm / matrix;
  const toFirst = ((matrix - 1) / 2) * pixelMm;
  return {
    hu: new Float32Array(matrix * matrix).fill(hu),
    matrix,
    pixelMm,
    left: centreMm[0] - toFirst,
    top: centreMm[1] - toFirst,
  };
}

/**
 * Paints the shape over what is there. A pixel on the edge gets its share of both (partial volume):
 * from the distance to the edge where the shape is large, by counting sub-pixels where it is small,
 * so that a 1 mm plaque puts its exact mass in a 3 mm pixel.
 */
export function paint(canvas: Canvas, shape: Shape): void {
  const { pixelMm, matrix, hu } = canvas;
  const span = Math.max(shape.rx, shape.ry) * (1 + waveSum(shape)) + pixelMm;
  const cos = Math.cos(shape.turn);
  const sin = Math.sin(shape.turn);
  const halfWidth = Math.min(
    span,
    Math.hypot(shape.rx * cos, shape.ry * sin) * stretch(shape) + pixelMm,
  );
  const halfHeight = Math.min(
    span,
    Math.hypot(shape.rx * sin, shape.ry * cos) * stretch(shape) + pixelMm,
  );
  const firstRow = Math.max(0, Math.ceil((shape.y - halfHeight - canvas.top) / pixelMm));
  const lastRow = Math.min(matrix - 1, Math.floor((shape.y + halfHeight - canvas.top) / pixelMm));
  const firstColumn = Math.max(0, Math.ceil((shape.x - halfWidth - canvas.left) / pixelMm));
  const lastColumn = Math.min(
    matrix - 1,
    Math.floor((shape.x + halfWidth - canvas.left) / pixelMm),
  );
  const coverage =
    Math.min(shape.rx, shape.ry) < 2 * pixelMm
      ? countedCoverage(shape, pixelMm)
      : edgeCoverage(shape, pixelMm);
  for (let row = firstRow; row <= lastRow; row++) {
    const dy = canvas.top + row * pixelMm - shape.y;
    const blend = (column: number): number => {
      const dx = canvas.left + column * pixelMm - shape.x;
      const share = coverage(dx * cos + dy * sin, dy * cos - dx * sin);
      if (share > 0) {
        const index = row * matrix + column;
        const under = hu[index] ?? 0;
        hu[index] = under + share * (shape.hu - under);
      }
      return share;
    };
    // From both ends to the first pixel that is wholly inside; between those all are, since our
    // outlines are convex or nearly so.
    let left = firstColumn;
    while (left <= lastColumn && blend(left) < 1) left++;
    let right = lastColumn;
    while (right > left && blend(right) < 1) right--;
    if (right > left) hu.fill(shape.hu, row * matrix + left, row * matrix + right);
  }
}

/**
 * @returns the point at `angle` (the shape's own direction) and `scale` times the outline's radius,
 * in patient mm.
 */
export function outlinePoint(shape: Shape, angle: number, scale: number): [number, number] {
  const radius = scale * waveFactor(shape, angle);
  const u = shape.rx * radius * Math.cos(angle);
  const v = shape.ry * radius * Math.sin(angle);
  return [
    shape.x + u * Math.cos(shape.turn) - v * Math.sin(shape.turn),
    shape.y + u * Math.sin(shape.turn) + v * Math.cos(shape.turn),
  ];
}

/** @returns whether a point in patient mm lies within `scale` times the outline. */
export function isInside(shape: Shape, x: number, y: number, scale = 1): boolean {
  const [dx, dy] = [x - shape.x, y - shape.y];
  const [cos, sin] = [Math.cos(shape.turn), Math.sin(shape.turn)];
  return ratio(shape, dx * cos + dy * sin, dy * cos - dx * sin) < scale;
}

/** @returns the shape as a person sees it who lies shifted and turned about the scanner's axis. */
export function moved<S extends Shape>(shape: S, shift: { x: number; y: number; turn: number }): S {
  const [cos, sin] = [Math.cos(shift.turn), Math.sin(shift.turn)];
  return {
    ...shape,
    x: shape.x * cos - shape.y * sin + shift.x,
    y: shape.x * sin + shape.y * cos + shift.y,
    turn: shape.turn + shift.turn,
  };
}

type Coverage = (u: number, v: number) => number;

function edgeCoverage(shape: Shape, pixelMm: number): Coverage {
  const margin = waveSum(shape) + pixelMm / Math.min(shape.rx, shape.ry);
  const surelyInside = Math.max(0, 1 - margin) ** 2;
  const surelyOutside = (1 + margin) ** 2;
  return (u, v) => {
    // An ellipse lies within the squared outline of the same half axes, and that within their box:
    // most pixels need no power.
    const square = (u / shape.rx) ** 2 + (v / shape.ry) ** 2;
    if (square < surelyInside) return 1;
    if (
      (shape.exponent ? Math.max((u / shape.rx) ** 2, (v / shape.ry) ** 2) : square) > surelyOutside
    )
      return 0;
    const distance = Math.sqrt(u * u + v * v) * (1 - 1 / ratio(shape, u, v));
    return Math.min(1, Math.max(0, 0.5 - distance / pixelMm));
  };
}

function countedCoverage(shape: Shape, pixelMm: number): Coverage {
  const smallest = Math.min(shape.rx, shape.ry);
  const parts = Math.min(40, Math.max(3, Math.ceil((5 * pixelMm) / smallest)));
  const step = pixelMm / parts;
  const start = (step - pixelMm) / 2;
  const [cos, sin] = [Math.cos(shape.turn), Math.sin(shape.turn)];
  const far = (stretch(shape) + pixelMm / smallest) ** 2;
  const isPlain = !shape.waves && !shape.exponent;
  return (u, v) => {
    if ((u / shape.rx) ** 2 + (v / shape.ry) ** 2 > far) return 0;
    let inside = 0;
    for (let i = 0; i < parts; i++) {
      for (let j = 0; j < parts; j++) {
        // Sub-pixels lie along the picture's rows and columns, which the shape sees turned.
        const dx = start + i * step;
        const dy = start + j * step;
        const a = u + dx * cos + dy * sin;
        const b = v + dy * cos - dx * sin;
        if (isPlain ? (a / shape.rx) ** 2 + (b / shape.ry) ** 2 < 1 : ratio(shape, a, b) < 1)
          inside++;
      }
    }
    return inside / (parts * parts);
  };
}

/** Radius of a point over the outline's radius in its direction: below 1 is inside. */
function ratio(shape: Shape, u: number, v: number): number {
  const plain = shape.exponent
    ? squared(u / shape.rx, v / shape.ry, shape.exponent)
    : Math.sqrt((u / shape.rx) ** 2 + (v / shape.ry) ** 2);
  return shape.waves ? plain / waveFactor(shape, Math.atan2(v / shape.ry, u / shape.rx)) : plain;
}

function squared(u: number, v: number, exponent: number): number {
  return (Math.abs(u) ** exponent + Math.abs(v) ** exponent) ** (1 / exponent);
}

function waveFactor(shape: Shape, angle: number): number {
  let factor = 1;
  let order = 2;
  for (const wave of shape.waves ?? [])
    factor += wave.amplitude * Math.cos(order++ * angle + wave.phase);
  return factor;
}

function waveSum(shape: Shape): number {
  return shape.waves?.reduce((sum, wave) => sum + Math.abs(wave.amplitude), 0) ?? 0;
}

/** How far a squared or wavy outline may stand out from the ellipse of the same half axes. */
function stretch(shape: Shape): number {
  return (1 + waveSum(shape)) * (shape.exponent ? Math.SQRT2 : 1);
}
