import type { ObjectKind, ProvenanceRelation } from '@scapis/contracts';
import type { Transaction } from '@scapis/platform';
import { z } from 'zod';
import { readPeople } from '../access/project.ts';
import type { ObjectRef } from './trail.ts';

export interface Edge {
  from: ObjectRef;
  relation: ProvenanceRelation;
  to: ObjectRef;
}
export interface Title {
  title: string;
  at: string | null;
}

/** `origins`: edges out of the given objects (they rest on `to`); `outcomes`: edges into them. */
export async function readEdges(
  tx: Transaction,
  objects: readonly ObjectRef[],
  direction: 'origins' | 'outcomes',
): Promise<Edge[]> {
  const ids = objects.map((object) => object.id);
  const rows = await tx.provenanceEdge.findMany({
    where:
      direction === 'origins'
        ? { fromKind: { in: kindsOf(objects) }, fromId: { in: ids } }
        : { toKind: { in: kindsOf(objects) }, toId: { in: ids } },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => ({
    from: { kind: row.fromKind as ObjectKind, id: row.fromId },
    relation: row.relation as ProvenanceRelation,
    to: { kind: row.toKind as ObjectKind, id: row.toId },
  }));
}

/**
 * What to call each object and since when it is there; objects that the actor may not see, or that
 * are gone, are missing.
 */
export async function readTitles(
  tx: Transaction,
  objects: readonly ObjectRef[],
): Promise<Map<string, Title>> {
  const titles = new Map<string, Title>();
  for (const kind of kindsOf(objects)) {
    const ids = objects
      .filter((object) => object.kind === kind && z.uuid().safeParse(object.id).success)
      .map((object) => object.id);
    if (ids.length === 0) continue;
    for (const row of await titleReaders[kind](tx, ids))
      titles.set(row.id, { title: row.title, at: row.at?.toISOString() ?? null });
  }
  return titles;
}

function kindsOf(objects: readonly ObjectRef[]): ObjectKind[] {
  return [...new Set(objects.map((object) => object.kind))];
}

type Named = { id: string; title: string; at: Date | null };
const nothing = (): Promise<Named[]> => Promise.resolve([]);

/** One reader per kind of object; kinds that have no page of their own name nothing. */
const titleReaders: Record<ObjectKind, (tx: Transaction, ids: string[]) => Promise<Named[]>> = {
  async person(tx, ids) {
    const nameOf = await readPeople(tx, ids);
    return ids
      .map((id) => ({ id, title: nameOf(id).name, at: null }))
      .filter((person) => person.title !== '');
  },
  application: async (tx, ids) =>
    (await tx.application.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: `#${row.number} ${row.title}`.trim(),
      at: row.createdAt,
    })),
  permit: async (tx, ids) =>
    (await tx.permit.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: row.title,
      at: row.createdAt,
    })),
  terms: async (tx, ids) =>
    (await tx.terms.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: String(row.version),
      at: row.createdAt,
    })),
  dataset: async (tx, ids) =>
    (
      await tx.dataset.findMany({
        where: { id: { in: ids } },
        select: { id: true, title: true, createdAt: true },
      })
    ).map((row) => ({
      id: row.id,
      title: row.title,
      at: row.createdAt,
    })),
  'dataset-version': async (tx, ids) =>
    (
      await tx.datasetVersion.findMany({
        where: { id: { in: ids } },
        select: { id: true, number: true, createdAt: true, dataset: { select: { title: true } } },
      })
    ).map((row) => ({
      id: row.id,
      title: `${row.dataset.title} ${row.number}`,
      at: row.createdAt,
    })),
  'training-run': async (tx, ids) =>
    (await tx.trainingRun.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: row.title,
      at: row.createdAt,
    })),
  ensemble: async (tx, ids) =>
    (await tx.ensemble.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: row.title,
      at: row.createdAt,
    })),
  checkpoint: async (tx, ids) =>
    (await tx.checkpoint.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: String(row.step),
      at: row.createdAt,
    })),
  'generator-import': async (tx, ids) =>
    (await tx.generatorImport.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: row.title,
      at: row.createdAt,
    })),
  generator: async (tx, ids) =>
    (
      await tx.generator.findMany({
        where: { id: { in: ids } },
        include: {
          trainingRun: { select: { title: true } },
          generatorImport: { select: { title: true } },
        },
      })
    ).map((row) => ({
      id: row.id,
      title:
        row.trainingRun === null
          ? (row.generatorImport?.title ?? '')
          : `${row.trainingRun.title} ${row.step}`,
      at: row.createdAt,
    })),
  'synthesis-run': async (tx, ids) =>
    (await tx.synthesisRun.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: String(row.count),
      at: row.createdAt,
    })),
  cohort: async (tx, ids) =>
    (await tx.cohort.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: row.title,
      at: row.createdAt,
    })),
  'cohort-version': async (tx, ids) =>
    (
      await tx.cohortVersion.findMany({
        where: { id: { in: ids } },
        select: { id: true, number: true, createdAt: true, cohort: { select: { title: true } } },
      })
    ).map((row) => ({ id: row.id, title: `${row.cohort.title} ${row.number}`, at: row.createdAt })),
  'gate-run': async (tx, ids) =>
    (await tx.gateRun.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: row.verdict ?? row.state,
      at: row.createdAt,
    })),
  review: async (tx, ids) =>
    (await tx.review.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: row.outcome ?? '',
      at: row.openedAt,
    })),
  download: async (tx, ids) =>
    (await tx.download.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: '',
      at: row.startedAt,
    })),
  receipt: async (tx, ids) =>
    (await tx.receipt.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: `#${row.number}`,
      at: row.createdAt,
    })),
  'threshold-version': async (tx, ids) =>
    (await tx.thresholdVersion.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: String(row.number),
      at: row.createdAt,
    })),
  override: async (tx, ids) =>
    (await tx.overrideSignature.findMany({ where: { id: { in: ids } } })).map((row) => ({
      id: row.id,
      title: row.checks.join(', '),
      at: row.createdAt,
    })),
  session: nothing,
  audit: nothing,
};
