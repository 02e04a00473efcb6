/**
 * DA, DT and TM values (PS3.5 table 6.2-1). All are strict: what is not a date may be a name, so it
 * is never passed on.
 */
const dayMs = 86_400_000;

/**
 * @returns the date moved by whole days, or undefined when it is no date of the calendar. The
 * retired form YYYY.MM.DD is read too.
 */
export function shiftDate(value: string, days: number): string | undefined {
  const parts = /^(\d{4})(\.?)(\d{2})\2(\d{2})$/.exec(value.trim());
  if (!parts) return undefined;
  const [year, month, day] = [Number(parts[1]), Number(parts[3]), Number(parts[4])];
  // Before 1800 no one was scanned; and Date.UTC would read years below 100 as 19xx.
  if (year < 1800) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return new Date(date.getTime() + days * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/**
 * @returns the date and time with its date moved, or undefined; a DT without a day can't be moved
 * by days.
 */
export function shiftDateTime(value: string, days: number): string | undefined {
  const parts = /^(\d{8})((?:\d{2}){0,3}(?:\.\d{1,6})?(?:[+-]\d{4})?)$/.exec(value.trim());
  if (!parts) return undefined;
  const date = shiftDate(parts[1] ?? '', days);
  return date === undefined ? undefined : `${date}${parts[2] ?? ''}`;
}

/**
 * @returns the time, which whole days don't move, or undefined when it is none. The retired form
 * HH:MM:SS is read too, and written without colons.
 */
export function checkedTime(value: string): string | undefined {
  const time = value.trim().replace(/^(\d\d):(\d\d):(\d\d)/, '$1$2$3');
  return /^(?:[01]\d|2[0-3])(?:[0-5]\d(?:(?:[0-5]\d|60)(?:\.\d{1,6})?)?)?$/.test(time)
    ? time
    : undefined;
}
