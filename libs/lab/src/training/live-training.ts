import { createTraining, ganConfig, openTraining, type ImageSet, type Training } from '@scapis/gan';
import { decodePack, toImageSet } from '../images/image-pack.ts';
import type { LabParts } from '../lab.ts';
import { openVault, type Vault } from '../record/vault.ts';
import { findNewestCheckpoint, type RunRow } from './training.repository.ts';

export interface LiveTraining {
  training: Training;
  vault: Vault;
}

/**
 * The training of the last slice, kept in memory: the next slice of the same run goes on with it and need not compile its programs again.
 * Only the newest one is kept. A slice that finds none, or one at another step, opens the checkpoint instead; on the CPU both give the same bytes.
 */
export class LiveTrainings {
  readonly #parts: LabParts;
  #kept: { runId: string; step: number; live: LiveTraining } | null = null;

  constructor(parts: LabParts) {
    this.#parts = parts;
  }

  /** @throws LabError storage_damaged; CheckpointError when the checkpoint can't be resumed */
  async take(run: RunRow, fromStep: number): Promise<LiveTraining> {
    if (this.#kept?.runId === run.id && this.#kept.step === fromStep && this.#kept.live.training.step === fromStep) return this.#kept.live;
    await this.#forget();
    const vault = openVault(this.#parts, run.datasetVersion.dataKey);
    const live = { vault, training: await this.#open(run, vault) };
    this.#kept = { runId: run.id, step: fromStep, live };
    return live;
  }

  /** The slice was saved: its training stands at `step` now. */
  keep(runId: string, step: number): void {
    if (this.#kept?.runId === runId) this.#kept.step = step;
  }

  async drop(runId: string): Promise<void> {
    if (this.#kept?.runId === runId) await this.#forget();
  }

  async #forget(): Promise<void> {
    const kept = this.#kept;
    this.#kept = null;
    await kept?.live.training.dispose();
  }

  async #open(run: RunRow, vault: Vault): Promise<Training> {
    const { compute } = this.#parts;
    const images = await readTrainingImages(vault, run.datasetVersion.viewSha256);
    const checkpoint = await this.#parts.database.unsafeAsSystem('training.slice', (tx) => findNewestCheckpoint(tx, run.id));
    if (checkpoint === null) return createTraining({ config: ganConfig.parse(run.config), images, seed: run.seed, ...(compute !== undefined && { compile: compute }) });
    return openTraining(await vault.read(checkpoint.sha256), images, compute);
  }
}

/** The training split alone: the others are for the gate, and no generator may have seen them. */
async function readTrainingImages(vault: Vault, viewSha256: string | null): Promise<ImageSet> {
  if (viewSha256 === null) throw new Error('an approved dataset version has no training view');
  return toImageSet(decodePack(await vault.read(viewSha256)), ['T']).images;
}
