import table from './ps315.generated.json' with { type: 'json' };

import type { Tag } from '../dicom/dataset.ts';

/**
 * PS3.15 table E.1-1 as the Basic Profile with Modified Dates uses it. The table is generated
 * (tools/ps315.ts) and pinned by its hash; a code that this file has no answer for stops the load,
 * so a new edition can't slip through half-read.
 */
export const basicCodes = ['X', 'Z', 'D', 'U', 'X/Z', 'X/D', 'Z/D', 'X/Z/D', 'X/Z/U*'] as const;
export type BasicCode = (typeof basicCodes)[number];

/** What the profile asks of an element. */
export type ProfileRule = 'remove' | 'empty' | 'dummy' | 'map-uid' | 'map-inside';

/**
 * Where the code leaves a choice "as the IOD requires", the choice keeps CT Image Storage valid and
 * tells least: type 2 attributes are emptied, type 3 are removed. X/Z/U* are the two sequences of
 * references, kept with mapped UIDs so that links inside a study survive.
 */
export const ruleOfCode: Record<BasicCode, ProfileRule> = {
  X: 'remove',
  Z: 'empty',
  D: 'dummy',
  U: 'map-uid',
  'X/Z': 'empty',
  'X/D': 'remove',
  'Z/D': 'empty',
  'X/Z/D': 'empty',
  'X/Z/U*': 'map-inside',
};

export type ProfileRow = { rule: ProfileRule; hasModifiedDates: boolean };

const rows = new Map<Tag, ProfileRow>();
for (const row of table.rows) {
  if (!isBasicCode(row.basic))
    throw new Error(
      `PS3.15 row ${row.tag} has code ${row.basic}, which the profile has no rule for. Add it to ruleOfCode.`,
    );
  const options: { retainModifiedDates?: string } | null = row.options;
  rows.set(row.tag, {
    rule: ruleOfCode[row.basic],
    hasModifiedDates: options?.retainModifiedDates === 'C',
  });
}

function isBasicCode(code: string): code is BasicCode {
  return (basicCodes as readonly string[]).includes(code);
}

/**
 * @returns the row of a standard tag, or undefined. Curves, overlays and private tags have pattern
 * rows; they are refused before this.
 */
export function profileRow(tag: Tag): ProfileRow | undefined {
  return rows.get(tag);
}
