import type { Action, RouteOutput } from '@scapis/contracts';
import { type Actor, decide, type Resource } from '@scapis/domain';
import type { LabContext } from '../context.ts';
import {
  type HomeItem,
  readApplicationItems,
  readCohortItems,
  readDatasetItems,
  readPermitItems,
  readTrainingItems,
} from './home.repository.ts';

/**
 * What waits for me, and what I wait for: worked out from states and decisions, so it can't
 * disagree with what the pages allow.
 */
export class HomeService {
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
  }

  /** Mine first, longest waiting first. `counts`: shown items of each kind. */
  async get(actor: Actor): Promise<RouteOutput<'home.get'>> {
    const now = this.#context.now();
    const may = (action: Action, resource: Resource): boolean =>
      decide({ action, actor, resource, now }).allowed;
    return this.#context.database.as(actor, async (tx) => {
      const items: HomeItem[] = [
        ...(await readApplicationItems(tx, actor, may)),
        ...(await readPermitItems(tx, actor, now)),
        ...(await readDatasetItems(tx, actor, may, now)),
        ...(await readTrainingItems(tx, actor, now)),
        ...(await readCohortItems(tx, actor, may, now)),
      ].sort((a, b) =>
        a.turn === b.turn ? a.since.localeCompare(b.since) : a.turn === 'mine' ? -1 : 1,
      );
      const counts: Record<string, number> = {};
      for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
      return { items, counts };
    });
  }
}
