import { LabError } from '@scapis/contracts';
import type { ByteRange } from '@scapis/platform';

/**
 * Reads a Range header (RFC 9110, 14.1.2 and 14.2) against a file of `size` bytes.
 * @returns the one range asked for, or null for the whole file: no header, another unit, several
 * ranges or a malformed one, all of which a
 *   server may answer whole.
 * @throws LabError range_not_satisfiable when the range begins past the end.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | null {
  const match = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '');
  if (match === null) return null;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return null;
  if (from === '') {
    const length = Number(to);
    if (length === 0 || size === 0) throw unsatisfiable(size);
    return { first: Math.max(0, size - length), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return null;
  if (first >= size) throw unsatisfiable(size);
  return { first, last };
}

/** What the ranges together lack of the bytes from 0 to `size - 1`, in order. */
export function findGaps(ranges: readonly ByteRange[], size: number): ByteRange[] {
  const gaps: ByteRange[] = [];
  let reached = 0;
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    if (first > reached) gaps.push({ first: reached, last: first - 1 });
    reached = Math.max(reached, last + 1);
  }
  if (reached < size) gaps.push({ first: reached, last: size - 1 });
  return gaps;
}

function unsatisfiable(size: number): LabError {
  return new LabError('range_not_satisfiable', { details: { size } });
}
