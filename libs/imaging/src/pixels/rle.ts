/**
 * RLE Lossless (PS3.5 annex G). Our own, because the WASM codec takes a cut frame for a whole one
 * and fills up with what its memory held before, which may be another patient's slice. Here every
 * segment must give exactly its bytes.
 */
export class RleError extends Error {
  override name = 'RleError';
}

const headerBytes = 64;

/**
 * @param pixels how many of them the frame holds; grey, one sample each.
 * @returns little endian words of `bytesPerPixel` bytes.
 * @throws RleError when the frame is damaged
 */
export function decodeRle(frame: Uint8Array, pixels: number, bytesPerPixel: number): Uint8Array {
  if (frame.length < headerBytes) throw new RleError('The RLE frame is shorter than its header.');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint32(0, true) !== bytesPerPixel)
    throw new RleError('The RLE frame has another number of segments than the pixels have bytes.');
  const decoded = new Uint8Array(pixels * bytesPerPixel);
  for (let segment = 0; segment < bytesPerPixel; segment += 1) {
    const start = view.getUint32(4 * (segment + 1), true);
    const end =
      segment + 1 < bytesPerPixel ? view.getUint32(4 * (segment + 2), true) : frame.length;
    if (start < headerBytes || end < start || end > frame.length)
      throw new RleError('A segment of the RLE frame lies outside it.');
    // The first segment holds the most significant bytes (G.2).
    unpackSegment(frame.subarray(start, end), decoded, bytesPerPixel - 1 - segment, bytesPerPixel);
  }
  return decoded;
}

/** The PackBits scheme of G.3.2, written to every `step`-th byte. */
function unpackSegment(
  segment: Uint8Array,
  decoded: Uint8Array,
  first: number,
  step: number,
): void {
  let from = 0;
  let to = first;
  while (to < decoded.length) {
    const control = segment[from];
    if (control === undefined) throw new RleError('A segment of the RLE frame ends too early.');
    from += 1;
    if (control === 128) continue;
    const isRun = control > 128;
    const count = isRun ? 257 - control : control + 1;
    if (to + (count - 1) * step >= decoded.length || from + (isRun ? 1 : count) > segment.length)
      throw new RleError('A run of the RLE frame is too long.');
    for (let index = 0; index < count; index += 1) {
      decoded[to] = segment[isRun ? from : from + index] ?? 0;
      to += step;
    }
    from += isRun ? 1 : count;
  }
}
