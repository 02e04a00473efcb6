import { createHash } from 'node:crypto';
import type { Database } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { checkTermsUnchanged, insertTerms } from './permit.repository.ts';
import { termsTexts } from './terms-text.ts';

/**
 * Puts every version of the terms that the database lacks into it, in both languages with their
 * hashes. Safe to run at each start.
 * @returns how many were new.
 * @throws LabError terms_edited when a version that is in the database was edited in the
 * code: its signers signed something else.
 */
export async function ensureTerms(database: Database): Promise<number> {
  // As the lab itself: this is its set-up, before anyone has signed in.
  return database.unsafeAsSystem('set up the terms', async (tx) => {
    let added = 0;
    for (const { version, sv, en } of termsTexts) {
      const terms = { version, textSv: sv, textEn: en, sha256Sv: sha256(sv), sha256En: sha256(en) };
      if (await insertTerms(tx, { id: uuidv7(), ...terms })) added++;
      else await checkTermsUnchanged(tx, terms);
    }
    return added;
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
