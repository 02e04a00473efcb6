import { LabError } from '@scapis/contracts';

/**
 * An upload as it streams in, cut off with an error beyond `limit` bytes. @throws LabError
 * too_large
 */
export async function* limited(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new LabError('too_large');
    yield chunk;
  }
}
