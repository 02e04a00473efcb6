import { LabError, objectKinds, type ObjectKind, type RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { LabContext } from '../context.ts';
import { checkDecision } from '../access/project.ts';
import type { ObjectRef } from './trail.ts';
import { type Edge, readEdges, readTitles } from './provenance.repository.ts';

/**
 * A page that draws more than this helps nobody; the walk goes breadth first, so what is left out
 * lies farthest away.
 */
const MOST_NODES = 400;

/**
 * Where a thing came from and what came of it: W3C PROV relations, walked as far as the person may
 * see.
 */
export class ProvenanceService {
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
  }

  /** @throws LabError not_found when there is no such thing that the actor may see. */
  async get(actor: Actor, kind: string, id: string): Promise<RouteOutput<'provenance.get'>> {
    checkDecision('provenance:read', actor, {}, this.#context.now());
    if (!isObjectKind(kind)) throw new LabError('not_found');
    return this.#context.database.as(actor, async (tx) => {
      const start: ObjectRef = { kind, id };
      const seen = new Map([[id, start]]);
      const edges = new Map<string, Edge>();
      // Two walks, each one way only: turning round at a shared dataset would draw in every other
      // project that used it.
      for (const direction of ['origins', 'outcomes'] as const) {
        let frontier = [start];
        while (frontier.length > 0 && seen.size < MOST_NODES) {
          const found = await readEdges(tx, frontier, direction);
          frontier = [];
          for (const edge of found) {
            const next = direction === 'origins' ? edge.to : edge.from;
            edges.set(`${edge.from.id} ${edge.relation} ${edge.to.id}`, edge);
            if (seen.has(next.id) || seen.size >= MOST_NODES) continue;
            seen.set(next.id, next);
            // People are ends: what else a person did is no part of where this came from.
            if (next.kind !== 'person') frontier.push(next);
          }
        }
      }
      const titles = await readTitles(tx, [...seen.values()]);
      if (!titles.has(id)) throw new LabError('not_found');
      return {
        nodes: [...seen.values()].flatMap((node) => {
          const found = titles.get(node.id);
          return found === undefined ? [] : [{ ...node, ...found }];
        }),
        edges: [...edges.values()]
          .filter((edge) => titles.has(edge.from.id) && titles.has(edge.to.id))
          .map((edge) => ({ from: edge.from.id, relation: edge.relation, to: edge.to.id })),
      };
    });
  }
}

function isObjectKind(kind: string): kind is ObjectKind {
  return (objectKinds as readonly string[]).includes(kind);
}
