import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  diffSchema,
  explainStart,
  findRepositoryRoot,
  loadEnvOf,
  migrate,
  startPostgres,
} from '@scapis/platform';

// node tools/migrate.ts            brings DATABASE_URL's database to the newest migration, as
//                                  DATABASE_OWNER_URL
// node tools/migrate.ts diff NAME  writes the migration that schema.prisma still lacks; NAME is a
//                                  past-tense fact: added_outbox
// node tools/migrate.ts check      fails when schema.prisma and the migrations disagree

/** The difference, worked out on a throw-away server: the command needs no database of yours. */
async function diff(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'scapis-diff-'));
  try {
    const server = await startPostgres({
      folder,
      ownerPassword: randomBytes(16).toString('hex'),
      isDisposable: true,
    });
    try {
      return await diffSchema(server.ownerUrl('postgres'));
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(verb = 'apply', name?: string): Promise<void> {
  switch (verb) {
    case 'apply': {
      const config = loadEnvOf(['DATABASE_URL', 'DATABASE_OWNER_URL']);
      const applied = await migrate({
        ownerUrl: config.DATABASE_OWNER_URL,
        appUrl: config.DATABASE_URL,
      });
      process.stdout.write(
        applied.length === 0
          ? 'Already at the newest migration.\n'
          : `Applied ${applied.join(', ')}.\n`,
      );
      break;
    }
    case 'diff': {
      if (name === undefined || !/^[a-z][a-z0-9_]+$/.test(name))
        throw new Error(
          'Name the migration in lower case and underscores: node tools/migrate.ts diff added_outbox',
        );
      const sql = await diff();
      if (sql === '') {
        process.stdout.write('schema.prisma and the migrations agree; nothing written.\n');
        break;
      }
      const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
      const folder = join(findRepositoryRoot(), 'prisma', 'migrations', `${stamp}_${name}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'migration.sql'), `${sql}\n`);
      process.stdout.write(
        `Wrote prisma/migrations/${stamp}_${name}/migration.sql; read it before you commit it.\n`,
      );
      break;
    }
    case 'check': {
      const sql = await diff();
      if (sql !== '') {
        process.stderr.write(
          `schema.prisma says more than the migrations make. Run: node tools/migrate.ts diff NAME\n\n${sql}\n`,
        );
        process.exitCode = 1;
      }
      break;
    }
    default:
      throw new Error(`No verb "${verb}". Use: node tools/migrate.ts [apply | diff NAME | check]`);
  }
}

try {
  await run(...process.argv.slice(2));
} catch (error) {
  const sentence = explainStart(error) ?? (error instanceof Error ? error.message : String(error));
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
