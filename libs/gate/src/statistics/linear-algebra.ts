/** A dense row-major matrix of float64: `data[r * columns + c]`. */
export interface Matrix {
  rows: number;
  columns: number;
  data: Float64Array;
}

/** One feature vector per row; float32 as it comes out of a network. */
export interface Features {
  count: number;
  width: number;
  data: Float32Array;
}

/** @returns `features` restricted to `rows`, in that order. */
export function takeRows(features: Features, rows: readonly number[]): Features {
  const { width } = features;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    if (row < 0 || row >= features.count)
      throw new RangeError(`Row ${row} is outside 0..${features.count - 1}.`);
    data.set(features.data.subarray(row * width, (row + 1) * width), at * width);
  });
  return { count: rows.length, width, data };
}

/** @returns the rows of several sets one after another. */
export function stack(...parts: readonly Features[]): Features {
  const width = parts[0]?.width ?? 0;
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { count: parts.reduce((sum, part) => sum + part.count, 0), width, data };
}

/** @returns the mean of the rows. */
export function meanOf({ count, width, data }: Features): Float64Array {
  const mean = new Float64Array(width);
  for (let at = 0; at < data.length; at += 1) mean[at % width]! += data[at]! / count;
  return mean;
}

/** @returns the same vectors seen from another origin, subtracted in float64. */
export function moveOrigin(features: Features, origin: Float64Array): Features {
  const { width } = features;
  return { ...features, data: features.data.map((x, at) => x - origin[at % width]!) };
}

export interface Moments {
  mean: Float64Array;
  covariance: Matrix;
}

/** @returns mean and unbiased covariance (n - 1) of the rows; needs at least two rows. */
export function moments(features: Features): Moments {
  const { count, width, data } = features;
  if (count < 2) throw new Error(`A covariance needs at least 2 feature vectors, got ${count}.`);
  const mean = meanOf(features);
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let row = 0; row < count; row += 1) {
    for (let c = 0; c < width; c += 1) centred[c] = data[row * width + c]! - mean[c]!;
    for (let i = 0; i < width; i += 1) {
      const scale = centred[i]! / (count - 1);
      for (let j = 0; j <= i; j += 1) covariance[i * width + j]! += scale * centred[j]!;
    }
  }
  for (let i = 0; i < width; i += 1)
    for (let j = 0; j < i; j += 1) covariance[j * width + i] = covariance[i * width + j]!;
  return { mean, covariance: { rows: width, columns: width, data: covariance } };
}

/** @returns a · b. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  if (a.columns !== b.rows)
    throw new Error(`Cannot multiply ${a.rows}x${a.columns} by ${b.rows}x${b.columns}.`);
  const data = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i += 1) {
    for (let k = 0; k < a.columns; k += 1) {
      const factor = a.data[i * a.columns + k]!;
      for (let j = 0; j < b.columns; j += 1)
        data[i * b.columns + j]! += factor * b.data[k * b.columns + j]!;
    }
  }
  return { rows: a.rows, columns: b.columns, data };
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van
 * Loan, Matrix Computations, 8.5). Chosen over QR because it is short, keeps small eigenvalues
 * accurate, and 128 dimensions take some tens of milliseconds.
 *
 * @returns `values[i]` belongs to the column i of `vectors`; unordered.
 */
export function symmetricEigen(matrix: Matrix): { values: Float64Array; vectors: Matrix } {
  const n = matrix.rows;
  if (matrix.columns !== n)
    throw new Error(`An eigendecomposition needs a square matrix, got ${n}x${matrix.columns}.`);
  const a = Float64Array.from(matrix.data);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) v[i * n + i] = 1;
  const total = a.reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let off = 0;
    for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) off += 2 * a[i * n + j]! ** 2;
    if (!(off > 1e-24 * total)) break;
    for (let p = 0; p < n - 1; p += 1) for (let q = p + 1; q < n; q += 1) rotate(a, v, n, p, q);
  }
  return {
    values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!),
    vectors: { rows: n, columns: n, data: v },
  };
}

/**
 * One Jacobi rotation that makes a[p, q] zero, applied to rows and columns of `a` and to the
 * columns of `v`.
 */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k += 1) {
    const kp = a[k * n + p]!;
    const kq = a[k * n + q]!;
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k += 1) {
    const pk = a[p * n + k]!;
    const qk = a[q * n + k]!;
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
    const vp = v[k * n + p]!;
    const vq = v[k * n + q]!;
    v[k * n + p] = c * vp - s * vq;
    v[k * n + q] = s * vp + c * vq;
  }
}

/**
 * @returns the symmetric square root of a positive semidefinite matrix; eigenvalues that rounding
 * made negative count as zero.
 */
export function symmetricSqrt(matrix: Matrix): Matrix {
  const { values, vectors } = symmetricEigen(matrix);
  const n = matrix.rows;
  const scaled = new Float64Array(n * n);
  const transposed = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      scaled[i * n + j] = vectors.data[i * n + j]! * Math.sqrt(Math.max(values[j]!, 0));
      transposed[j * n + i] = vectors.data[i * n + j]!;
    }
  }
  return multiply({ rows: n, columns: n, data: scaled }, { rows: n, columns: n, data: transposed });
}
