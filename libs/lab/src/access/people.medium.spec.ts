import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../testing/lab.fixture.ts';
import type { Principal } from './people.repository.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterEach(() => lab.resetClock());
afterAll(() => lab.close());

const newPrincipal = (): Principal => {
  const personId = uuidv7();
  return {
    personId,
    username: personId,
    name: 'Nils Nilsson',
    email: `${personId}@example.org`,
    roles: ['applicant'],
  };
};

it('signing in renews the row, and the log tells of it', async () => {
  const nils = newPrincipal();
  const actor = await lab.lab.people.signIn(nils);
  await lab.lab.people.signIn({ ...nils, name: 'Nils Berg', roles: ['reviewer', 'applicant'] });
  await lab.lab.people.signOut(actor);
  expect(
    await lab.test.query('SELECT name, roles FROM person WHERE id = $1', [nils.personId]),
  ).toEqual([{ name: 'Nils Berg', roles: ['applicant', 'reviewer'] }]);
  const log = await lab.test.query<{ type: string }>(
    'SELECT type FROM audit_event WHERE actor_id = $1 ORDER BY sequence',
    [nils.personId],
  );
  expect(log.map((row) => row.type)).toEqual([
    'session.opened',
    'session.opened',
    'session.closed',
  ]);
});

it('a caller with a token is known from the first call on, however many come at once', async () => {
  const nils = newPrincipal();
  await Promise.all(Array.from({ length: 8 }, () => lab.lab.people.recognise(nils)));
  await lab.lab.people.recognise({ ...nils, roles: ['pilot'] });
  expect(await lab.test.query('SELECT roles FROM person WHERE id = $1', [nils.personId])).toEqual([
    { roles: ['pilot'] },
  ]);
  expect(
    await lab.lab.people.session({ personId: nils.personId, roles: ['pilot'] }, lab.clock.now),
  ).toMatchObject({
    person: { name: 'Nils Nilsson', username: nils.username },
    roles: ['pilot'],
    actions: expect.not.arrayContaining(['release:vote', 'application:create']),
    endsAt: lab.clock.now.toISOString(),
  });
});

it('an unknown person has no session', async () => {
  await expect(
    lab.lab.people.session({ personId: uuidv7(), roles: [] }, lab.clock.now),
  ).rejects.toMatchObject({ code: 'not_signed_in' });
});

it('messages are shown once delivered, to their person alone, and read once', async () => {
  const { admin1, admin2 } = lab.people;
  const applicationId = await lab.submitApplication(await lab.addDataset());
  const page = { limit: 50 };
  expect((await lab.lab.notifications.list(admin1, page)).items).toEqual([]);
  const rows = await lab.test.query<{ id: string }>('SELECT id FROM notification');
  for (const { id } of rows) await lab.lab.notifications.deliver({ notificationId: id });
  const {
    items: [message],
  } = await lab.lab.notifications.list(admin1, page);
  expect(message).toMatchObject({
    kind: 'application.submitted',
    objectId: applicationId,
    title: 'Calcium in synthetic CT',
    readAt: null,
  });
  await expect(lab.lab.notifications.markRead(admin2, message?.id ?? '')).rejects.toMatchObject({
    code: 'not_found',
  });
  await lab.lab.notifications.markRead(admin1, message?.id ?? '');
  lab.clock.now = new Date('2026-11-24T09:00:00Z');
  await lab.lab.notifications.markRead(admin1, message?.id ?? '');
  expect((await lab.lab.notifications.list(admin1, page)).items[0]?.readAt).toBe(
    '2026-11-23T09:00:00.000Z',
  );
});
