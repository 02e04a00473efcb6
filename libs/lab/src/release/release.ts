import type { CohortUsage, Evidence } from '@scapis/contracts';
import type { ImagePack } from '../images/image-pack.ts';
import type { OverrideDto } from '../reviews/override.ts';

/**
 * All that a released bundle is made of. Nothing here depends on the clock, so the same release
 * packs to the same bytes.
 */
export interface Release {
  cohortVersionId: string;
  title: string;
  number: number;
  datasetTitle: string;
  labelMix: string;
  usage: CohortUsage;
  /** Why it leaves though the gate found it of no use; null where it is of use. */
  noUseReason: { person: string; reason: string } | null;
  seed: number;
  generators: readonly { name: string; sha256: string }[];
  images: ImagePack;
  evidence: Evidence;
  /** The evidence file as it was written. */
  evidenceBytes: Uint8Array;
  /** Who signed that it may leave in spite of failed privacy checks; nobody where it passed. */
  override: OverrideDto['signatures'];
  terms: { version: number; textSv: string; textEn: string };
}
