/** Keycloak realm roles. Roles open doors; permits decide (domain/decision). */
export const roles = [
  'applicant',
  'lab-admin',
  'reviewer',
  'pilot',
  'auditor',
  'operator',
] as const;
export type Role = (typeof roles)[number];

/**
 * Every act that the lab knows, with the roles that open its door. `[]`: any signed-in person; the
 * other conditions then decide alone.
 */
export const actions = {
  'application:create': ['applicant'],
  'application:read': [],
  'application:edit': ['applicant'],
  'application:submit': ['applicant'],
  'application:withdraw': ['applicant'],
  'application:return': ['lab-admin'],
  'application:vote': ['lab-admin'],
  'permit:read': [],
  'permit:sign': [],
  'permit:revoke': ['lab-admin'],
  'dataset:create': ['lab-admin'],
  'dataset:read': [],
  'dataset:ingest': ['lab-admin'],
  'dataset:inspect': ['lab-admin', 'reviewer'],
  'dataset:approve': ['lab-admin'],
  'thresholds:set': ['lab-admin'],
  'training:create': ['applicant', 'pilot'],
  'training:read': [],
  'training:cancel': [],
  'generator:import': ['applicant', 'pilot'],
  'generator:read': [],
  'sheet:view': ['lab-admin', 'reviewer'],
  'cohort:create': ['applicant', 'pilot'],
  'cohort:read': [],
  'gate:run': ['applicant', 'pilot'],
  'gate:read': [],
  'pairs:view': ['reviewer'],
  'release:override': ['lab-admin', 'reviewer'],
  'release:submit': ['applicant', 'pilot'],
  'release:vote': ['reviewer'],
  'release:withdraw': ['lab-admin'],
  'cohort:download': [],
  'receipt:read': [],
  'audit:read': ['auditor', 'lab-admin'],
  'provenance:read': [],
  'system:read': ['lab-admin', 'operator', 'auditor'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof actions;
export const actionNames = Object.keys(actions) as Action[];

/**
 * Roles whose holders work inside the lab and see every project's case (never by that the right to
 * act in it).
 */
export const staffRoles = [
  'lab-admin',
  'reviewer',
  'auditor',
  'operator',
] as const satisfies readonly Role[];
