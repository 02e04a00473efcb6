import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@scapis/client';
import { type ComputeProvider, receiptStatement } from '@scapis/contracts';
import { compile } from '@scapis/gan';
import { createLab, judgeReceipt, type Lab } from '@scapis/lab';
import { input } from '@scapis/numerics';
import {
  createTokenSource,
  examine,
  FolderInUseError,
  findRepositoryRoot,
  loadEnv,
  loadEnvOf,
  openDatabase,
  openFolderDriver,
  openMemoryDriver,
  openStorage,
  readDemoPeople,
  readEmbeddedSettings,
  renderFindings,
  renderRealm,
  startEmbeddedLab,
  type EmbeddedLab,
} from '@scapis/platform';
import yazl from 'yazl';
import { z } from 'zod';

// npm run lab -- verify-audit  walks the audit log's hash chain and names the first bad row
//   works on DATABASE_URL where that is set, else on the embedded lab in LAB_DATA while it stands
//     still
// npm run lab -- ingest FOLDER_OR_ZIP DATASET_ID PERSON  takes a folder of DICOM files and
//     labels.csv (or a zip of them) into quarantine as a new version
//   on the running embedded lab as that demo person (cecilia), or, with LAB_URL and LAB_TOKEN set,
//     on any lab as the token's person

// npm run lab -- rerun-gate COHORT_VERSION_ID  runs the release gate once more and says whether the
//     evidence comes out the same, byte by byte, and is what the audit log was told of
//   works where verify-audit does, and needs STORAGE_PATH and MASTER_KEY too; changes nothing
// npm run lab -- sweep [--delete]  says how many objects of the storage no row names (work that was
//     killed leaves such), and deletes them only when told so; what is younger than a day stays
//   works where rerun-gate does

// npm run lab -- verify-receipt FILE [PUBLIC_KEY]  says whether a receipt is as the lab signed it,
//     and what it proves; the key is the lab's own, or that of the lab at LAB_URL
//   needs no lab of its own
// npm run lab -- doctor [--json]  looks at every part that the settings name (database, queue,
//     storage, sign-in, keys, Node, compute): a line each, and what to do where one is wrong
//   without settings it looks at the embedded lab, running or not; ends with 1 where one is wrong
// npm run lab -- realm [FILE]  writes the Keycloak realm of a real lab at PUBLIC_URL, to FILE or to
//     standard output: no people, no secret
//   needs no lab of its own

const verbs: Record<string, (...args: string[]) => Promise<void>> = {
  'verify-audit': verifyAudit,
  ingest,
  'rerun-gate': rerunGate,
  sweep,
  'verify-receipt': verifyReceipt,
  realm,
  doctor,
};
const usage =
  'Usage: npm run lab -- verify-audit | ingest FOLDER_OR_ZIP DATASET_ID [PERSON] | rerun-gate COHORT_VERSION_ID | sweep [--delete] | verify-receipt FILE [PUBLIC_KEY] | realm [FILE] | doctor [--json]';

async function verifyAudit(): Promise<void> {
  const given = readDatabaseUrl();
  if (given !== null) return verifyAuditOf(given);
  await onEmbeddedLab('Verify it on its Audit page, or stop it first.', ({ settings }) =>
    verifyAuditOf(settings.DATABASE_URL ?? ''),
  );
}

async function rerunGate(cohortVersionId = ''): Promise<void> {
  if (!z.uuid().safeParse(cohortVersionId).success)
    throw new Error(
      `"${cohortVersionId}" is no id of a cohort version: it stands in the address of the cohort's page. ${usage}`,
    );
  await onLab(async (lab) => {
    let shown = '';
    const found = await lab.gate.unsafeRerun(cohortVersionId, (stage) => {
      if (stage !== shown) process.stdout.write(`${(shown = stage)}\n`);
    });
    process.stdout.write(
      found.isEqual
        ? `The bytes are equal: sha256 ${found.storedSha256}.\n`
        : `The bytes differ: stored sha256 ${found.storedSha256}, now ${found.freshSha256}. Different: ${found.differences.join(', ') || 'only the form of the file'}.\n`,
    );
    const isKnown = found.storedSha256 === found.auditedSha256;
    if (!isKnown)
      process.stdout.write(
        `The audit log was told of ${found.auditedSha256 === null ? 'no evidence' : `other evidence, sha256 ${found.auditedSha256}`} when this run ended: one of the two was changed later, and verify-audit tells whether it was the log.\n`,
      );
    process.exitCode = found.isEqual && isKnown ? 0 : 1;
  });
}

/** What is younger may belong to work under way, whose rows come at its end. */
const sweptAfterMs = 24 * 3600 * 1000;

async function sweep(option = ''): Promise<void> {
  if (!['', '--delete'].includes(option)) throw new Error(usage);
  await onLab(async (lab) => {
    const { objects, orphans } = await lab.storage.unsafeSweep({
      writtenBefore: new Date(Date.now() - sweptAfterMs),
      isDeleting: option === '--delete',
    });
    const found = `${orphans.count} that no row names (${(orphans.bytes / 1e6).toFixed(1)} MB)`;
    const advice =
      option === '--delete'
        ? 'They were deleted.'
        : orphans.count > 0
          ? 'Delete them with: npm run lab -- sweep --delete'
          : 'There is nothing to delete.';
    process.stdout.write(`${objects} objects in the storage, ${found}. ${advice}\n`);
  });
}

/** The lab that the environment names, or the embedded one while it stands still. */
async function onLab(work: (lab: Lab) => Promise<void>): Promise<void> {
  if (readDatabaseUrl() !== null)
    return onLabOf(loadEnvOf(['DATABASE_URL', 'STORAGE_PATH', 'MASTER_KEY']), work);
  await onEmbeddedLab('Stop it first.', ({ settings }) => onLabOf(loadEnv(settings, {}), work));
}

async function onLabOf(
  {
    DATABASE_URL,
    STORAGE_PATH,
    MASTER_KEY,
  }: Pick<ReturnType<typeof loadEnv>, 'DATABASE_URL' | 'STORAGE_PATH' | 'MASTER_KEY'>,
  work: (lab: Lab) => Promise<void>,
): Promise<void> {
  const database = openDatabase(DATABASE_URL);
  try {
    await work(
      createLab({
        database,
        storage: openStorage(await openFolderDriver(STORAGE_PATH)),
        now: () => new Date(),
        masterKey: MASTER_KEY,
      }),
    );
  } finally {
    await database.close();
  }
}

/**
 * Starts the embedded lab's database for one piece of work. @param advice what to do while the lab
 * is running
 */
async function onEmbeddedLab(
  advice: string,
  work: (embedded: EmbeddedLab) => Promise<void>,
): Promise<void> {
  const folder = embeddedFolder();
  let embedded: EmbeddedLab;
  try {
    embedded = await startEmbeddedLab({ dataFolder: folder });
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    throw new Error(`The lab in ${folder} is running. ${advice}`, { cause: error });
  }
  try {
    await work(embedded);
  } finally {
    await embedded.stop();
  }
}

async function verifyAuditOf(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl);
  try {
    const lab = createLab({
      database,
      storage: openStorage(openMemoryDriver()),
      now: () => new Date(),
      masterKey: new Uint8Array(32),
    });
    const { rows, firstBadSequence, head } = await lab.audit.unsafeVerify();
    process.stdout.write(
      firstBadSequence === null
        ? `The audit log is whole: ${rows} rows, head ${head ?? 'none'}.\n`
        : `The audit log is broken: row ${firstBadSequence} does not fit the chain (${rows} rows).\n`,
    );
    process.exitCode = firstBadSequence === null ? 0 : 1;
  } finally {
    await database.close();
  }
}

async function ingest(source = '', datasetId = '', person?: string): Promise<void> {
  if (!existsSync(source)) throw new Error(`There is nothing at "${source}". ${usage}`);
  if (!z.uuid().safeParse(datasetId).success)
    throw new Error(
      `"${datasetId}" is no dataset id: it stands in the address of the dataset's page.`,
    );
  const client = createClient(access(person));
  await client.call('datasets.get', { path: { id: datasetId } });
  const workFolder = mkdtempSync(join(tmpdir(), 'scapis-ingest-'));
  try {
    const zip = statSync(source).isDirectory()
      ? await zipFolder(source, join(workFolder, 'upload.zip'))
      : source;
    const { id } = await client.call('datasetVersions.create', { path: { id: datasetId } });
    process.stdout.write(
      `Uploading ${(statSync(zip).size / 1e6).toFixed(1)} MB as version ${id}\n`,
    );
    await client.upload('datasetVersions.upload', {
      path: { id },
      body: await openAsBlob(zip),
      media: 'application/zip',
    });
    for (;;) {
      const { state, counts, failure } = await client.call('datasetVersions.get', { path: { id } });
      if (state === 'failed')
        throw new Error(`The version failed: ${failure?.text ?? 'see its page'}`);
      if (state === 'checked' && counts !== null) {
        const reasons = Object.entries(counts.byReason)
          .map(([reason, count]) => `  ${count} ${reason}\n`)
          .join('');
        process.stdout.write(
          `${counts.accepted} accepted, ${counts.quarantined} quarantined, ${counts.rejected} rejected\n${reasons}Another admin must approve the version now.\n`,
        );
        return;
      }
      await sleep(1_000);
    }
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

async function verifyReceipt(file = '', givenKey?: string): Promise<void> {
  if (!existsSync(file))
    throw new Error(
      `There is no file "${file}". Save the receipt on the lab's page Receipts. ${usage}`,
    );
  const { LAB_URL } = process.env;
  const labKey =
    givenKey ??
    (LAB_URL === undefined
      ? null
      : (await createClient({ baseUrl: LAB_URL }).call('receipts.key')).publicKey);
  const judged = judgeReceipt(readFileSync(file, 'utf8'), labKey);
  const sentences: Record<typeof judged.verdict, string> = {
    genuine: 'The receipt is as the lab signed it.',
    'key-unknown':
      "The receipt is unchanged since it was signed, but anyone can sign with a key of their own. Name the lab's key, or set LAB_URL to the lab's address.",
    'other-key':
      "The receipt was signed with another key than this lab's. Ask the lab whether its master key was ever another; if not, the receipt is none of this lab.",
    altered: 'The receipt does not fit its signature: it was changed after it was signed.',
    unreadable:
      "This is no receipt, or one of a newer version of the lab. Save it anew on the lab's page Receipts, as it is.",
  };
  process.stdout.write(`${sentences[judged.verdict]}\n`);
  process.exitCode = judged.verdict === 'genuine' ? 0 : 1;
  if (judged.verdict === 'unreadable' || judged.verdict === 'altered') return;
  const { receipt } = judged;
  process.stdout.write(
    `No. ${receipt.number}, ${receipt.completedAt}: ${receipt.person.name}, "${receipt.cohortTitle}", ${receipt.bundleName}, ${receipt.bundleSize} bytes, sha256 ${receipt.bundleSha256}.\n${receiptStatement(receipt.schema).en}\n`,
  );
}

async function realm(file?: string): Promise<void> {
  const text = renderRealm(loadEnvOf(['PUBLIC_URL', 'KEYCLOAK_REALM', 'KEYCLOAK_CLIENT_ID']));
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  if (existsSync(file))
    throw new Error(`There is a file "${file}" already. Move it away, or name another one.`);
  await writeFile(file, text);
  process.stdout.write(
    `Wrote ${file}. Import it into Keycloak, which makes the client's secret then: docs/guides/en/operator.md, Keycloak.\n`,
  );
}

async function doctor(option = ''): Promise<void> {
  if (!['', '--json'].includes(option)) throw new Error(usage);
  if (isDeployment()) return report(option, {});
  const folder = embeddedFolder();
  let embedded: EmbeddedLab;
  try {
    embedded = await startEmbeddedLab({ dataFolder: folder });
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    return report(option, readEmbeddedSettings(folder));
  }
  try {
    await report(option, embedded.settings);
  } finally {
    await embedded.stop();
  }
}

async function report(
  option: string,
  settings: ReturnType<typeof readEmbeddedSettings>,
): Promise<void> {
  const { KEYCLOAK_URL, KEYCLOAK_REALM } = settings;
  const [demoPerson] = readDemoPeople();
  const token =
    KEYCLOAK_URL === undefined || KEYCLOAK_REALM === undefined || demoPerson === undefined
      ? undefined
      : await createTokenSource({ KEYCLOAK_URL, KEYCLOAK_REALM }, demoPerson)();
  const findings = await examine({
    overrides: { ...settings, ...(token !== undefined && { LAB_TOKEN: token }) },
    tryProvider,
  });
  process.stdout.write(
    option === '--json' ? `${JSON.stringify(findings, null, 2)}\n` : renderFindings(findings),
  );
  process.exitCode = findings.some(({ state }) => state === 'wrong') ? 1 : 0;
}

/** @returns what keeps a provider from computing a graph; null: it does */
async function tryProvider(provider: ComputeProvider): Promise<string | null> {
  try {
    const program = await compile({ y: input('x', [1]) }, { providers: [provider] });
    await program.run({ x: Float32Array.of(1) });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether the environment names a lab of its own, be it by one setting that is wrong. */
function isDeployment(): boolean {
  return ['DATABASE_URL', 'KEYCLOAK_URL', 'STORAGE_PATH', 'MASTER_KEY', 'PUBLIC_URL'].some(
    (name) => process.env[name] || process.env[`${name}_FILE`],
  );
}

/** Where the lab is and who asks. */
function access(person: string | undefined): {
  baseUrl: string;
  token: string | (() => Promise<string>);
} {
  const { LAB_URL, LAB_TOKEN } = loadEnvOf(['LAB_URL', 'LAB_TOKEN']);
  if (LAB_URL !== undefined && LAB_TOKEN !== undefined)
    return { baseUrl: LAB_URL, token: LAB_TOKEN };
  if (LAB_URL !== undefined || LAB_TOKEN !== undefined)
    throw new Error('LAB_URL and LAB_TOKEN go together: set both, or none for the embedded lab.');
  const demoPerson = readDemoPeople().find(({ username }) => username === person);
  if (demoPerson === undefined)
    throw new Error(`Name a demo person (such as cecilia), or set LAB_URL and LAB_TOKEN. ${usage}`);
  const { ports } = z
    .object({ ports: z.object({ gateway: z.int(), identity: z.int() }) })
    .parse(JSON.parse(readFileSync(join(embeddedFolder(), 'lab.json'), 'utf8')));
  return {
    baseUrl: `http://127.0.0.1:${ports.gateway}`,
    token: createTokenSource(
      { KEYCLOAK_URL: `http://127.0.0.1:${ports.identity}`, KEYCLOAK_REALM: 'scapis' },
      demoPerson,
    ),
  };
}

/** Links are not followed: what lies outside the folder was not meant. */
async function zipFolder(folder: string, path: string): Promise<string> {
  const zip = new yazl.ZipFile();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const entry of files) {
    const file = resolve(entry.parentPath, entry.name);
    zip.addFile(file, file.slice(resolve(folder).length + 1), { compress: false });
  }
  zip.end();
  const stream = createWriteStream(path, { mode: 0o600 });
  await new Promise<void>((done, failed) => {
    stream.on('close', done).on('error', failed);
    zip.on('error', failed);
    zip.outputStream.on('error', failed).pipe(stream);
  });
  return path;
}

function embeddedFolder(): string {
  const folder = resolve(findRepositoryRoot(), loadEnvOf(['LAB_DATA']).LAB_DATA);
  if (!existsSync(join(folder, 'lab.json')))
    throw new Error(`There is no lab in ${folder}. Run npm run demo or npm start first.`);
  return folder;
}

function readDatabaseUrl(): string | null {
  try {
    return loadEnvOf(['DATABASE_URL']).DATABASE_URL;
  } catch {
    return null;
  }
}

try {
  const [verb = '', ...args] = process.argv.slice(2);
  const run = verbs[verb];
  if (run === undefined) throw new Error(usage);
  await run(...args);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
