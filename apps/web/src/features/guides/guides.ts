import type { Locale, Role } from '@scapis/contracts';
import type { Guide } from './markdown.ts';

/** The guides in the order in which they are offered. `gate` explains the gate's rules. */
export const guideNames = [
  'applicant',
  'reviewer',
  'lab-admin',
  'operator',
  'readers',
  'gate',
] as const;
export type GuideName = (typeof guideNames)[number];

export const isGuideName = (name: string): name is GuideName =>
  (guideNames as readonly string[]).includes(name);

/** The guide that each role starts from. */
const guideOfRole: Record<Role, GuideName> = {
  applicant: 'applicant',
  pilot: 'applicant',
  reviewer: 'reviewer',
  'lab-admin': 'lab-admin',
  auditor: 'gate',
  operator: 'operator',
};

/** The guides of a person's roles, each once, in the order of `guideNames`. */
export const guidesFor = (roles: readonly Role[]): GuideName[] =>
  guideNames.filter((name) => roles.some((role) => guideOfRole[role] === name));

const modules = import.meta.glob<Guide>([
  '../../../../../docs/guides/*/*.md',
  '../../../../../docs/gate.md',
]);

/**
 * Loads a guide in the reader's language. Guides that exist in English only are shown in English.
 *
 * @returns null if there is no such guide
 */
export async function loadGuide(
  name: GuideName,
  locale: Locale,
): Promise<(Guide & { locale: Locale }) | null> {
  for (const each of [locale, 'en'] as const) {
    const load = modules[pathOf(name, each)];
    if (load) return { ...(await load()), locale: each };
  }
  return null;
}

const pathOf = (name: GuideName, locale: Locale): string =>
  name === 'gate'
    ? locale === 'en'
      ? '../../../../../docs/gate.md'
      : ''
    : `../../../../../docs/guides/${locale}/${name}.md`;
