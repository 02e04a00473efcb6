import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findRepositoryRoot } from '../config/root.ts';

/**
 * The part of a Keycloak realm export that the embedded provider acts on. Keycloak reads the same
 * file whole.
 */
const realmSchema = z.object({
  realm: z.string(),
  failureFactor: z.int(),
  maxFailureWaitSeconds: z.int(),
  accessTokenLifespan: z.int(),
  ssoSessionIdleTimeout: z.int(),
  ssoSessionMaxLifespan: z.int(),
  clients: z.array(
    z.object({
      clientId: z.string(),
      publicClient: z.boolean(),
      secret: z.string().optional(),
      standardFlowEnabled: z.boolean(),
      directAccessGrantsEnabled: z.boolean(),
      redirectUris: z.array(z.string()),
    }),
  ),
  users: z.array(
    z.object({
      id: z.uuid(),
      username: z.string(),
      firstName: z.string(),
      lastName: z.string(),
      email: z.string(),
      emailVerified: z.boolean(),
      enabled: z.boolean(),
      realmRoles: z.array(z.string()),
      credentials: z.array(z.object({ type: z.literal('password'), value: z.string() })).length(1),
    }),
  ),
});

export type Realm = z.infer<typeof realmSchema>;
export type RealmUser = Realm['users'][number];

/** Reads docker/realm.json, or another export of that form. @throws Error when it is not one. */
export function readRealm(
  file: string = join(findRepositoryRoot(), 'docker', 'realm.json'),
): Realm {
  return realmSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** A person of the demo, with the password that docker/realm.json gives him. */
export interface DemoPerson {
  personId: string;
  username: string;
  password: string;
  name: string;
  email: string;
  roles: readonly string[];
}

/**
 * The demo people in the order of docker/realm.json: applicant, second team member, two admins who
 * also review, pilot, auditor.
 */
export function readDemoPeople(file?: string): DemoPerson[] {
  return readRealm(file).users.map((user) => ({
    personId: user.id,
    username: user.username,
    password: user.credentials[0]?.value ?? '',
    name: `${user.firstName} ${user.lastName}`,
    email: user.email,
    roles: user.realmRoles,
  }));
}
