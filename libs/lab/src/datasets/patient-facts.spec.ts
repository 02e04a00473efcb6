import { setText, type DicomDataset } from '@scapis/imaging';
import { describe, expect, it } from 'vitest';
import { PatientFacts } from './patient-facts.ts';

const file = (birthDate: string, sex = '', issuer = ''): DicomDataset => {
  const dataset: DicomDataset = new Map();
  setText(dataset, '00100030', 'DA', birthDate);
  setText(dataset, '00100040', 'CS', sex);
  setText(dataset, '00100021', 'LO', issuer);
  return dataset;
};

describe('an ID', () => {
  it.each<[string, DicomDataset[], boolean]>([
    ['equal facts', [file('19640823', 'F', 'A'), file('19640823', 'F', 'A')], false],
    ['facts that one file lacks', [file('19640823', 'F', 'A'), file('')], false],
    ['two birth dates', [file('19640823'), file('19600229')], true],
    ['two sexes', [file('', 'F'), file('', 'M')], true],
    ['a sex that tells nothing', [file('', 'F'), file('', 'O')], false],
    ['a birth date of another form', [file('19640823'), file('1964')], false],
    [
      'two hospitals and one birth date',
      [file('19640823', 'F', 'A'), file('19640823', 'F', 'B')],
      false,
    ],
    ['two hospitals and no birth date', [file('', 'F', 'A'), file('', 'F', 'B')], true],
  ])('with %s', (_, files, isShared) => {
    const facts = new PatientFacts();
    for (const dataset of files) facts.add('P-1', dataset);
    facts.add('P-2', file('19001231', 'M', 'C'));
    expect(facts.isShared('P-1')).toBe(isShared);
    expect([facts.isShared('P-2'), facts.isShared('P-3')]).toEqual([false, false]);
  });
});
