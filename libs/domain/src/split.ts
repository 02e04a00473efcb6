import type { Split } from '@scapis/contracts';

/**
 * Share of people per split (docs/gate.md): 60 % train, 20 % held-out control, 20 % reference.
 */
export const splitShares: Record<Split, number> = { T: 0.6, H: 0.2, R: 0.2 };

/**
 * A person's split, fixed by hash before any training: the same person is in the same split in
 * every version of a dataset.
 * @param digest sha256 over the dataset's secret and the person's pseudonym, hex; its first 52 bits
 * are read as a fraction.
 */
export function splitOf(digest: string): Split {
  if (!/^[0-9a-f]{13}/.test(digest))
    throw new Error('splitOf needs a hex digest of at least 13 digits');
  const fraction = parseInt(digest.slice(0, 13), 16) / 2 ** 52;
  if (fraction < splitShares.T) return 'T';
  return fraction < splitShares.T + splitShares.H ? 'H' : 'R';
}
