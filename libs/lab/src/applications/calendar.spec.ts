import { expect, test } from 'vitest';
import { endOfSwedishDay, toSwedishDay } from './calendar.ts';

test.each([
  ['2027-01-31', '2027-01-31T22:59:59.999Z'],
  ['2027-07-31', '2027-07-31T21:59:59.999Z'],
  // The nights of the change: 28 March and 31 October 2027.
  ['2027-03-27', '2027-03-27T22:59:59.999Z'],
  ['2027-03-28', '2027-03-28T21:59:59.999Z'],
  ['2027-10-30', '2027-10-30T21:59:59.999Z'],
  ['2027-10-31', '2027-10-31T22:59:59.999Z'],
])('the Swedish day %s ends at %s', (day, end) => {
  expect(endOfSwedishDay(day).toISOString()).toBe(end);
  expect(toSwedishDay(endOfSwedishDay(day))).toBe(day);
  expect(toSwedishDay(new Date(endOfSwedishDay(day).getTime() + 1))).not.toBe(day);
});
