// dcmjs ships no types, and a declaration file is seen only by the project that includes it; this
// brings it to all that import us.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./dcmjs.d.ts" />
import { dictionary } from 'dcmjs/dictionary';

import type { Tag } from './dataset.ts';

/**
 * PS3.6: which tags exist and how their values are represented. The one door to dcmjs's dictionary
 * (its only other use is as a second reader in the tests). Private, illegal and non-DICOM entries
 * of that dictionary are left out.
 */

/**
 * Representations in the dictionary that depend on other elements: `xs` US or SS by Pixel
 * Representation, `ox` OB or OW.
 */
const ambiguousVrs: Record<string, string> = { lt: 'OW', na: 'UN', ox: 'OW', up: 'UL', xs: 'US' };

const entries = new Map<Tag, { vr: string; name: string }>();
for (const [key, { vr, name, version }] of Object.entries(dictionary)) {
  const tag = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/i.exec(key);
  if (!tag || !vr || !name || version === 'PrivateTag') continue;
  entries.set(`${tag[1]}${tag[2]}`.toUpperCase(), { vr, name });
}

/**
 * @returns whether PS3.6 knows the tag; repeating groups 50xx and 60xx are not counted, since
 * nothing of them is ever kept.
 */
export function isStandardTag(tag: Tag): boolean {
  return entries.has(tag);
}

export function isPrivateTag(tag: Tag): boolean {
  return parseInt(tag.slice(0, 4), 16) % 2 === 1;
}

/** @returns the keyword of a standard tag, or 'Unknown'. */
export function tagName(tag: Tag): string {
  return entries.get(tag)?.name ?? (isPrivateTag(tag) ? 'Private' : 'Unknown');
}

/**
 * @param isSigned whether Pixel Representation (0028,0103) is 1, which decides US or SS where PS3.6
 * says either.
 * @returns the representation that implicit data must be read with; UN where PS3.6 has no answer
 * (PS3.5 6.2.2).
 */
export function lookUpVr(tag: Tag, isSigned: boolean): string {
  if (isPrivateTag(tag)) return /^....00[1-9A-F][0-9A-F]$/.test(tag) ? 'LO' : 'UN';
  const vr = entries.get(tag)?.vr;
  if (vr === undefined) return 'UN';
  if (vr === 'xs' && isSigned) return 'SS';
  return ambiguousVrs[vr] ?? vr;
}
