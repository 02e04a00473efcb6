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
import { findNewestCheckpoint, listEvaluations, type RunRow } from './training.repository.ts';
import { RunMonitor } from './run-monitor.ts';

export interface LiveTraining {
  training: Training;
  /** Null when the run is private, or has too few people to watch for memorisation. */
  monitor: RunMonitor | null;
  vault: Vault;
}

/**
 * The training of the last slice, kept in memory: the next slice of the same run goes on with it
 * and need not compile its programs again. Only the newest one is kept. A slice that finds none, or
 * one at another step, opens the checkpoint instead; on the CPU both give the same bytes.
 */
export class LiveTrainings {
  readonly #context: LabContext;
  #kept: { runId: string; step: number; live: LiveTraining } | null = null;

  constructor(context: LabContext) {
    this.#context = context;
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
    const vault = openVault(this.#context, run.datasetVersion.dataKey);
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
    await kept?.live.monitor?.dispose();
  }

  async #open(run: RunRow, vault: Vault): Promise<Pick<LiveTraining, 'training' | 'monitor'>> {
    const compile = this.#context.compute ?? {};
    const config = storedGanConfig.parse(run.config);
    const { training: images, reference } = await readImages(vault, run.datasetVersion.viewSha256);
    const { own, begunFrom, evaluations } = await this.#context.database.unsafeAsSystem(
      'training.slice',
      async (tx) => {
        const newest = await findNewestCheckpoint(tx, run.id);
        return {
          own: newest,
          begunFrom:
            newest === null && run.continuedFromId !== null
              ? await findNewestCheckpoint(tx, run.continuedFromId)
              : null,
          evaluations: await listEvaluations(tx, run.id, newest?.step ?? 0),
        };
      },
    );
    const training = await asCheckpointFault(async () => {
      if (own !== null) return openTraining(await vault.read(own.sha256), images, compile);
      const from = begunFrom === null ? undefined : await vault.read(begunFrom.sha256);
      return createTraining({ config, images, seed: run.seed, from, compile });
    });
    // Never a private run: an evaluation shows real images to its discriminator and tells the
    // result, outside of what epsilon counts.
    if (config.privacy !== null) return { training, monitor: null };
    const { lookEvery } = trainingSettings.parse(run.settings);
    return {
      training,
      monitor: await RunMonitor.open({
        training: images,
        reference,
        every: lookEvery,
        lastStep: run.steps,
        evaluations,
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
