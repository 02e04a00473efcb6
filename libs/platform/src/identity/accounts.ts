import { createHash, timingSafeEqual } from 'node:crypto';
import type { Realm, RealmUser } from './realm.ts';

type PasswordCheck = { user: RealmUser } | { refusal: 'wrong' | 'locked' };

/** The realm's people: password check with Keycloak's lock-out after repeated failures. */
export interface Accounts {
  find(personId: string): RealmUser | undefined;
  /** The same answer, after the same work, for an unknown name as for a wrong password. */
  checkPassword(username: string, password: string): PasswordCheck;
  setEnabled(username: string, isEnabled: boolean): void;
  setRoles(username: string, roles: readonly string[]): void;
}

interface Failures {
  count: number;
  lockedUntil: number;
}

/** Names that somebody tries and that don't exist must not fill the memory. */
const MAX_TRACKED = 10_000;

export function createAccounts(realm: Realm): Accounts {
  const disabled = new Set(
    realm.users.filter((user) => !user.enabled).map((user) => user.username),
  );
  const users = new Map(realm.users.map((user) => [user.username, user]));
  const failures = new Map<string, Failures>();
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

  return {
    find: (personId) =>
      [...users.values()].find((user) => user.id === personId && !disabled.has(user.username)),
    checkPassword(username, password) {
      const name = username.trim().toLowerCase();
      const failed = failures.get(name);
      if (failed !== undefined && failed.lockedUntil > Date.now()) return { refusal: 'locked' };
      const user = users.get(name);
      const isRight = timingSafeEqual(digest(user?.credentials[0]?.value ?? ''), digest(password));
      if (user !== undefined && isRight && !disabled.has(name)) {
        failures.delete(name);
        return { user };
      }
      const count = (failed?.count ?? 0) + 1;
      if (failures.size >= MAX_TRACKED) failures.clear();
      failures.set(name, {
        count: count >= realm.failureFactor ? 0 : count,
        lockedUntil:
          count >= realm.failureFactor ? Date.now() + realm.maxFailureWaitSeconds * 1000 : 0,
      });
      return { refusal: 'wrong' };
    },
    setEnabled(username, isEnabled) {
      if (isEnabled) disabled.delete(username);
      else disabled.add(username);
    },
    setRoles(username, roles) {
      const user = users.get(username);
      if (user !== undefined) users.set(username, { ...user, realmRoles: [...roles] });
    },
  };
}
