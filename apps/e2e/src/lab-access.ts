import { createClient, type LabClient } from '@scapis/client';
import { createTokenSource, type DemoPerson } from '@scapis/platform';
import { inject } from 'vitest';
import { z } from 'zod';

/** What a spec file is told about the lab that runs beside it. */
export interface LabAccess {
  url: string;
  /** Where processes are killed and the database is stopped (control.ts). */
  controlUrl: string;
  /** Temporary folder of the whole run; the spec files leave each other notes here. */
  folder: string;
  people: DemoPerson[];
  identity: { KEYCLOAK_URL: string; KEYCLOAK_REALM: string };
}

export const lab = inject('lab');

/** The people of docker/realm.json by what they are in these stories. */
export const personNames = [
  'applicant',
  'stranger',
  'firstAdmin',
  'secondAdmin',
  'pilot',
  'auditor',
] as const;
export type PersonName = (typeof personNames)[number];

export const people: Record<PersonName, DemoPerson> = {
  applicant: personWith('applicant', 0),
  stranger: personWith('applicant', 1),
  firstAdmin: personWith('lab-admin', 0),
  secondAdmin: personWith('lab-admin', 1),
  pilot: personWith('pilot', 0),
  auditor: personWith('auditor', 0),
};
const tokenSources = Object.fromEntries(
  personNames.map((name) => [name, createTokenSource(lab.identity, people[name])]),
) as Record<PersonName, () => Promise<string>>;

/** A client of the public API for each of them, as a program would use it. */
export const cast = Object.fromEntries(
  personNames.map((name) => [name, createClient({ baseUrl: lab.url, token: tokenSources[name] })]),
) as Record<PersonName, LabClient>;

export const tokenOf = (name: PersonName): Promise<string> => tokenSources[name]();

/** A bare request as one of them, or as nobody: for what the client would not send. */
export async function request(
  name: PersonName | null,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (name !== null) headers.set('authorization', `Bearer ${await tokenOf(name)}`);
  return fetch(new URL(path, lab.url), { redirect: 'manual', ...init, headers });
}

const pidAnswer = z.object({ pid: z.int().nullable() });
type Process = 'gateway' | 'worker';

/** Id of the process that runs now; null while it is being started again. */
export async function pidOf(process: Process): Promise<number | null> {
  return pidAnswer.parse(await (await fetch(`${lab.controlUrl}/pid/${process}`)).json()).pid;
}

/** kill -9. The lab starts the process again by itself. */
export async function kill(process: Process): Promise<number> {
  const { pid } = pidAnswer.parse(
    await (await fetch(`${lab.controlUrl}/kill/${process}`, { method: 'POST' })).json(),
  );
  if (pid === null) throw new Error(`There was no ${process} to kill.`);
  return pid;
}

/** Stops the database server of the running lab, or starts it again on the same folder and port. */
export async function setDatabase(to: 'stopped' | 'started'): Promise<void> {
  const response = await fetch(`${lab.controlUrl}/database/${to}`, { method: 'POST' });
  if (!response.ok) throw new Error(await response.text());
}

function personWith(role: string, place: number): DemoPerson {
  const person = lab.people.filter(({ roles }) => roles.includes(role))[place];
  if (person === undefined)
    throw new Error(`docker/realm.json has no ${role} number ${place + 1}.`);
  return person;
}
