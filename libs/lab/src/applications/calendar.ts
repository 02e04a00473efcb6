const ZONE = 'Europe/Stockholm';
const dateOf = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' });
const offsetOf = new Intl.DateTimeFormat('en-US', { timeZone: ZONE, timeZoneName: 'longOffset' });

/** The calendar day in Sweden at a moment, as YYYY-MM-DD. */
export function toSwedishDay(moment: Date): string {
  return dateOf.format(moment);
}

/**
 * Last millisecond of a Swedish day (YYYY-MM-DD): a permit that says "until the 31st" holds the
 * whole of that day.
 */
export function endOfSwedishDay(day: string): Date {
  const nextMidnightUtc = Date.parse(`${day}T00:00:00Z`) + 24 * 3_600_000;
  // Sweden is one or two hours ahead and changes at 01:00 UTC, so the offset at 22:30 UTC is that
  // of the coming midnight.
  const offset =
    offsetOf
      .formatToParts(new Date(nextMidnightUtc - 90 * 60_000))
      .find((part) => part.type === 'timeZoneName')?.value ?? '';
  const hours = /^GMT([+-]\d{2}):/.exec(offset)?.[1];
  if (hours === undefined)
    throw new Error(`No offset of ${ZONE} on ${day}: this Node lacks the time zones (full ICU)`);
  return new Date(nextMidnightUtc - Number(hours) * 3_600_000 - 1);
}
