import { add, constant, matmul, square, sub, type Tensor } from '@scapis/numerics';

/**
 * Power of every wave in square images: the squared modulus of their discrete Fourier transform.
 *
 * @param images [count, 1, s, s]
 * @returns [count, 1, s, s]; frequencies along both axes 0, 1, ... s/2, -(s/2 - 1), ... -1 waves
 * per image
 */
export function powerOf(images: Tensor): Tensor {
  const size = images.shape.at(-1) ?? 0;
  const wave = (f: (x: number) => number): Tensor =>
    constant(
      Float64Array.from({ length: size * size }, (_, at) =>
        f((2 * Math.PI * Math.floor(at / size) * (at % size)) / size),
      ),
      [size, size],
    );
  const [cosines, sines] = [wave(Math.cos), wave(Math.sin)];
  // e^(-i t) = cos t - i sin t along both axes; the matrices are symmetric.
  const [byCosine, bySine] = [matmul(cosines, images), matmul(sines, images)];
  const real = sub(matmul(byCosine, cosines), matmul(bySine, sines));
  const imaginary = add(matmul(byCosine, sines), matmul(bySine, cosines));
  return add(square(real), square(imaginary));
}
