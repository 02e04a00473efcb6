import { DEFAULT_SCHEMA, LATEST_SCHEMA_VERSION, quoteSchemaName, runMigrations } from 'bullmq';
import type { Client } from 'pg';

/** Number of the newest of BullMQ's own migrations. */
export const LATEST_QUEUE_SCHEMA = LATEST_SCHEMA_VERSION;

/**
 * BullMQ's own tables, made by the owner so that the app's role needs no right to create anything,
 * then opened to that role. They hold job names and ids only, so no row-level security is needed
 * there.
 */
export async function migrateQueue(owner: Client, appRole: string): Promise<void> {
  await runMigrations(owner, DEFAULT_SCHEMA);
  const schema = quoteSchemaName(DEFAULT_SCHEMA);
  await owner.query(`
    grant usage on schema ${schema} to ${appRole};
    grant select, insert, update, delete on all tables in schema ${schema} to ${appRole};
    grant usage, select on all sequences in schema ${schema} to ${appRole};
    grant execute on all functions in schema ${schema} to ${appRole}`);
}
