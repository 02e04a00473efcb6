import { LabError, trainingSettings } from '@scapis/contracts';
import {
  CheckpointError,
  createTraining,
  storedGanConfig,
  openTraining,
  SafetensorsError,
  type ImageSet,
  type Training,
} from '@scapis/gan';
import { decodePack, toImageSet } from '../images/image-pack.ts';
import type { LabContext } from '../context.ts';
import { openVault, type Vault } from '../storage/vault.ts';
import { findNewestCheckpoint, listLooks, type RunRow } from './training.repository.ts';
import { Watch } from './watch.ts';

export interface LiveTraining {
  training: Training;
  /** Null when the run is private, or has too few people to watch for memorisation. */
  watch: Watch | null;
  vault: Vault;
}

/**
 * The training of the last slice, kept in memory: the next slice of the same run goes on with it
 * and need not compile its programs again. Only the newest one is kept. A slice that finds none, or
 * one at another step, opens the checkpoint instead; on the CPU both give the same bytes.
 */
export class LiveTrainings {
  readonly #parts: LabContext;
  #kept: { runId: string; step: number; live: LiveTraining } | null = null;

  constructor(parts: LabContext) {
    this.#parts = parts;
  }

  /** @throws LabError checkpoint_damaged, storage_damaged */
  async take(run: RunRow, fromStep: number): Promise<LiveTraining> {
    if (
      this.#kept?.runId === run.id &&
      this.#kept.step === fromStep &&
      this.#kept.live.training.step === fromStep
    )
      return this.#kept.live;
    await this.#forget();
    const vault = openVault(this.#parts, run.datasetVersion.dataKey);
    const live = { vault, ...(await this.#open(run, vault)) };
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
    await kept?.live.watch?.dispose();
  }

  async #open(run: RunRow, vault: Vault): Promise<Pick<LiveTraining, 'training' | 'watch'>> {
    const compile = this.#parts.compute ?? {};
    const config = storedGanConfig.parse(run.config);
    const { training: images, reference } = await readImages(vault, run.datasetVersion.viewSha256);
    const { own, begunFrom, looks } = await this.#parts.database.unsafeAsSystem(
      'training.slice',
      async (tx) => {
        const newest = await findNewestCheckpoint(tx, run.id);
        return {
          own: newest,
          begunFrom:
            newest === null && run.continuedFromId !== null
              ? await findNewestCheckpoint(tx, run.continuedFromId)
              : null,
          looks: await listLooks(tx, run.id, newest?.step ?? 0),
        };
      },
    );
    const training = await asCheckpointFault(async () => {
      if (own !== null) return openTraining(await vault.read(own.sha256), images, compile);
      const from = begunFrom === null ? undefined : await vault.read(begunFrom.sha256);
      return createTraining({ config, images, seed: run.seed, from, compile });
    });
    // Never a private run: a look shows real images to its discriminator and tells what came of it,
    // outside of what epsilon counts.
    if (config.privacy !== null) return { training, watch: null };
    const { lookEvery } = trainingSettings.parse(run.settings);
    return {
      training,
      watch: await Watch.open({
        training: images,
        reference,
        every: lookEvery,
        lastStep: run.steps,
        looks,
        compile,
      }),
    };
  }
}

/**
 * A checkpoint that is gone, damaged, of another version or of other images is one error to whoever
 * runs the slice.
 */
async function asCheckpointFault<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const isMissing =
      error instanceof LabError && (error.code === 'storage_damaged' || error.code === 'not_found');
    if (isMissing || error instanceof CheckpointError || error instanceof SafetensorsError)
      throw new LabError('checkpoint_damaged', { privateDetail: error.message, cause: error });
    throw error;
  }
}

/**
 * The training split, and the reference split for watching alone. The control split is the gate's:
 * no run may be chosen by it.
 */
export async function readImages(
  vault: Vault,
  viewSha256: string | null,
): Promise<{ training: ImageSet; reference: ImageSet }> {
  if (viewSha256 === null) throw new Error('an approved dataset version has no training view');
  const pack = decodePack(await vault.read(viewSha256));
  return { training: toImageSet(pack, ['T']).images, reference: toImageSet(pack, ['R']).images };
}
