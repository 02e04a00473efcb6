import { describe, expect, it } from 'vitest';

import { checkedTime, shiftDate, shiftDateTime } from './dates.ts';

describe('shiftDate', () => {
  it('counts calendar days over months, leap days and years', () => {
    expect([
      shiftDate('20160301', -1),
      shiftDate('20150301', -1),
      shiftDate('20160101', -365),
      shiftDate('2016.01.01', 1),
    ]).toEqual(['20160229', '20150228', '20150101', '20160102']);
  });
  it.each([
    '',
    '2015',
    '20151301',
    '20150229',
    '00000101',
    '2015-01-01',
    '20150101x',
    'Anna',
    '2015.0101',
  ])('refuses %j', (value) => {
    expect(shiftDate(value, -1)).toBeUndefined();
  });
});

describe('shiftDateTime', () => {
  it('moves the date and keeps the rest', () => {
    expect([
      shiftDateTime('20160301101112.123456+0100', -1),
      shiftDateTime('20160301', -1),
    ]).toEqual(['20160229101112.123456+0100', '20160229']);
  });
  it.each(['2016', '201603', '201603011', '20160301 Anna'])('refuses %j', (value) => {
    expect(shiftDateTime(value, -1)).toBeUndefined();
  });
});

describe('checkedTime', () => {
  it('reads times, also of the retired form', () => {
    expect(['10', '1011', '101112', '101112.5', '10:11:12.5', '235960 '].map(checkedTime)).toEqual([
      '10',
      '1011',
      '101112',
      '101112.5',
      '101112.5',
      '235960',
    ]);
  });
  it.each(['', '24', '1060', 'Anna', '101112.', '10:11'])('refuses %j', (value) => {
    expect(checkedTime(value)).toBeUndefined();
  });
});
