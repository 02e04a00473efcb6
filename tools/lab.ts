import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLab } from '@scapis/lab';
import { FolderInUseError, findRepositoryRoot, loadSettings, openDatabase, openMemoryDriver, openStorage, startEmbeddedLab, type EmbeddedLab } from '@scapis/platform';

// npm run lab -- verify-audit   walks the audit log's hash chain and names the first bad row
// Works on DATABASE_URL where that is set, else on the embedded lab in LAB_DATA, whether it runs or not.

const [verb] = process.argv.slice(2);

async function verifyAudit(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl);
  try {
    const lab = createLab({ database, storage: openStorage(openMemoryDriver()), now: () => new Date(), masterKey: new Uint8Array(32) });
    const { rows, firstBadSequence, head } = await lab.audit.unsafeVerify();
    process.stdout.write(firstBadSequence === null ? `The audit log is whole: ${rows} rows, head ${head ?? 'none'}.\n` : `The audit log is broken: row ${firstBadSequence} does not fit the chain (${rows} rows).\n`);
    process.exitCode = firstBadSequence === null ? 0 : 1;
  } finally {
    await database.close();
  }
}

async function main(): Promise<void> {
  if (verb !== 'verify-audit') throw new Error('Usage: npm run lab -- verify-audit');
  const given = readDatabaseUrl();
  if (given !== null) return verifyAudit(given);
  const folder = resolve(findRepositoryRoot(), loadSettings(['LAB_DATA']).LAB_DATA);
  if (!existsSync(join(folder, 'lab.json'))) throw new Error(`There is no lab in ${folder}. Run npm run demo or npm start first, or set DATABASE_URL.`);
  let embedded: EmbeddedLab;
  try {
    embedded = await startEmbeddedLab({ dataFolder: folder });
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    throw new Error(`The lab in ${folder} is running. Verify it on its Audit page, or stop it first.`, { cause: error });
  }
  try {
    await verifyAudit(embedded.settings.DATABASE_URL ?? '');
  } finally {
    await embedded.stop();
  }
}

function readDatabaseUrl(): string | null {
  try {
    return loadSettings(['DATABASE_URL']).DATABASE_URL;
  } catch {
    return null;
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
