import type { KeyObject } from 'node:crypto';
import { openKeyring, type StoredBlob, type Transaction } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import { documentKeyOf } from './vault.ts';

/** A row that names an object: whose key it is sealed with, or none. */
interface Named {
  sha256: string | null;
  dataKey?: Uint8Array;
  applicationId?: string;
}

const own = (table: string, column: string): string =>
  `SELECT ${column} AS sha256, data_key AS "dataKey" FROM ${table}`;
const through = (table: string, column: string, path: string): string =>
  `SELECT named.${column} AS sha256, keyed.data_key AS "dataKey" FROM ${table} named ${path}`;
const toDataset = 'JOIN dataset_version keyed ON keyed.id = named.dataset_version_id';
const toRunsDataset = `JOIN training_run run ON run.id = named.training_run_id
  JOIN dataset_version keyed ON keyed.id = run.dataset_version_id`;
const toCohort = 'JOIN cohort_version keyed ON keyed.id = named.cohort_version_id';

/**
 * Every column that names an object of the storage. One that is missing here would have its objects
 * taken for orphans, so a test holds the table and the database's columns together.
 */
export const namingColumns: Readonly<Record<`${string}.${string}`, string>> = {
  'application.ethics_document_sha256':
    'SELECT ethics_document_sha256 AS sha256, id AS "applicationId" FROM application',
  'dataset_version.upload_sha256': own('dataset_version', 'upload_sha256'),
  'dataset_version.view_sha256': own('dataset_version', 'view_sha256'),
  'dataset_version.contact_sheet_sha256': own('dataset_version', 'contact_sheet_sha256'),
  'file.sha256': through('file', 'sha256', toDataset),
  'training_run.calm_sha256': through('training_run', 'calm_sha256', toDataset),
  'training_run.sample_sheet_sha256': through('training_run', 'sample_sheet_sha256', toDataset),
  'training_sheet.sha256': through('training_sheet', 'sha256', toRunsDataset),
  'checkpoint.sha256': through('checkpoint', 'sha256', toRunsDataset),
  'generator_import.sha256': through('generator_import', 'sha256', toDataset),
  'generator.sha256': through(
    'generator',
    'sha256',
    `LEFT JOIN training_run run ON run.id = named.training_run_id
     LEFT JOIN generator_import import ON import.id = named.generator_import_id
     JOIN dataset_version keyed
       ON keyed.id = coalesce(run.dataset_version_id, import.dataset_version_id)`,
  ),
  'cohort_version.images_sha256': own('cohort_version', 'images_sha256'),
  'cohort_version.sample_sheet_sha256': own('cohort_version', 'sample_sheet_sha256'),
  // A released bundle is public to permit holders and lies as it is.
  'cohort_version.bundle_sha256': 'SELECT bundle_sha256 AS sha256 FROM cohort_version',
  'gate_run.evidence_sha256': through('gate_run', 'evidence_sha256', toCohort),
  'gate_run.pairs_sheet_sha256': through('gate_run', 'pairs_sheet_sha256', toCohort),
};

/** Columns of checksums of texts, which name no object. */
export const checksumColumns: readonly string[] = [
  'terms.sha256_sv',
  'terms.sha256_en',
  'terms_signature.text_sha256',
];

export interface Sweep {
  /** Objects in the storage. */
  objects: number;
  /** Objects that no row names, with their sizes together. */
  orphans: { count: number; bytes: number };
}

/**
 * Work that was killed leaves objects that no row names: encrypted, and read by nothing, but held
 * for ever. `unsafe`: it looks at all rows and asks nobody's permission; the command line runs it.
 */
export class SweepService {
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
  }

  /**
   * @param writtenBefore what is newer may belong to work under way, whose rows come at its end
   * @param isDeleting false: only looks
   */
  async unsafeSweep({
    writtenBefore,
    isDeleting,
  }: {
    writtenBefore: Date;
    isDeleting: boolean;
  }): Promise<Sweep> {
    const { storage } = this.#context;
    // The storage is listed first: what is written and named meanwhile is then no candidate.
    const old: StoredBlob[] = [];
    let objects = 0;
    for await (const blob of storage.list()) {
      objects += 1;
      if (blob.writtenAt < writtenBefore) old.push(blob);
    }
    const named = await this.#context.database.unsafeAsSystem('storage.sweep', (tx) =>
      this.#listNamed(tx),
    );
    const orphans = old.filter(({ name }) => !named.has(name));
    if (isDeleting) for (const { name } of orphans) await storage.remove(name);
    return {
      objects,
      orphans: {
        count: orphans.length,
        bytes: orphans.reduce((sum, { size }) => sum + size, 0),
      },
    };
  }

  async #listNamed(tx: Transaction): Promise<Set<string>> {
    const keyring = openKeyring(this.#context.masterKey);
    const keys = new Map<string, KeyObject>();
    const unwrapped = (wrapped: Uint8Array): KeyObject => {
      const id = Buffer.from(wrapped).toString('base64');
      const key = keys.get(id) ?? keyring.unwrapDataKey(wrapped);
      keys.set(id, key);
      return key;
    };
    const names = new Set<string>();
    for (const query of Object.values(namingColumns)) {
      for (const { sha256, dataKey, applicationId } of await tx.$queryRawUnsafe<Named[]>(query)) {
        if (sha256 === null) continue;
        const key =
          applicationId === undefined
            ? dataKey && unwrapped(dataKey)
            : documentKeyOf(this.#context, applicationId);
        names.add(this.#context.storage.nameOf(sha256, key && { key }));
      }
    }
    return names;
  }
}
