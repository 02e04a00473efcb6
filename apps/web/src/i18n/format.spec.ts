import { describe, expect, it } from 'vitest';
import { formatsOf } from './format.ts';

const sv = formatsOf('sv');
const en = formatsOf('en');
/** Intl sets narrow and no-break spaces, which look like spaces to a reader. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('times', () => {
  it("are Stockholm's, summer and winter, wherever the reader is", () => {
    expect(plain(sv.dateTime('2026-07-01T22:30:00Z'))).toBe('2 juli 2026 00:30');
    expect(plain(sv.dateTime('2026-01-01T22:30:00Z'))).toBe('1 jan. 2026 23:30');
    expect(plain(en.dateTime('2026-07-01T22:30:00Z'))).toBe('2 Jul 2026, 00:30');
  });

  it('leave a plain date as it stands', () => {
    expect(plain(sv.date('2028-06-30'))).toBe('30 juni 2028');
    expect(plain(sv.date('2028-06-30T22:30:00Z'))).toBe('1 juli 2028');
  });

  it('show a dash where there is none', () => {
    expect([
      sv.dateTime(null),
      sv.date(undefined),
      sv.duration(null),
      sv.bytes(null),
      sv.number(null),
      sv.share(undefined),
    ]).toEqual(['–', '–', '–', '–', '–', '–']);
  });
});

describe('quantities', () => {
  it('are written as each language writes them', () => {
    expect(plain(sv.number(1234.5678))).toBe('1 235');
    expect(en.number(1234.5678)).toBe('1,235');
    expect(sv.number(0.12345)).toBe('0,123');
    expect(sv.number(0.00004)).toBe('4.0e-5');
    expect(plain(sv.share(0.125))).toBe('12,5 %');
  });

  it('give sizes in decimal units and durations in the two largest parts', () => {
    expect([sv.bytes(999), sv.bytes(1_000), sv.bytes(18_200_441), sv.bytes(0)].map(plain)).toEqual([
      '999 B',
      '1 kB',
      '18,2 MB',
      '0 B',
    ]);
    expect([sv.duration(42), sv.duration(640), sv.duration(3_725), sv.duration(-1)]).toEqual([
      '42 s',
      '10 min 40 s',
      '1 h 2 min',
      '0 s',
    ]);
  });
});
