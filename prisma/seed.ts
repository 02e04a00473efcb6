import { ensureTerms } from '@scapis/lab';
import { loadEnvOf, openDatabase, refuseStart } from '@scapis/platform';

// node prisma/seed.ts   what a new lab must hold before anyone signs in: the terms of use. People
// come by signing in, never from here.
const database = openDatabase(readUrl());
try {
  const added = await ensureTerms(database);
  process.stdout.write(
    added === 0
      ? 'The terms of use are there already.\n'
      : `Added ${added} version(s) of the terms of use.\n`,
  );
} catch (error) {
  refuseStart(error);
} finally {
  await database.close();
}

function readUrl(): string {
  try {
    return loadEnvOf(['DATABASE_URL']).DATABASE_URL;
  } catch (error) {
    return refuseStart(error);
  }
}
