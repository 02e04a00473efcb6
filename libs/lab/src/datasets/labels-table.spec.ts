import { describe, expect, it } from 'vitest';
import { parseLabelsTable } from './labels-table.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const row = '19640823-3234,mild,female,55-59';

describe('labels.csv', () => {
  it('is read with quotes, semicolons, other columns and Windows line ends', () => {
    const table = parseLabelsTable(
      bytes(
        'site;patientId;calciumGrade;sex;ageBand\r\n"Ume\u00e5; north";"A ""1""";none;male;60-64\r\n\r\n',
      ),
    );
    expect([...table]).toEqual([
      ['A "1"', { calciumGrade: 'none', sex: 'male', ageBand: '60-64' }],
    ]);
  });

  it.each([
    ['a missing column', 'patientId,sex,ageBand\n1,male,50-54', /calciumGrade/],
    [
      'a grade that is none of ours',
      'patientId,calciumGrade,sex,ageBand\n1,huge,male,50-54',
      /line 2: calciumGrade must be one of none, mild/,
    ],
    [
      'a line without a person',
      'patientId,calciumGrade,sex,ageBand\n,mild,male,50-54',
      /line 2: no patientId/,
    ],
    [
      'a person with two answers',
      `patientId,calciumGrade,sex,ageBand\n${row}\n19640823-3234,none,female,55-59`,
      /line 3/,
    ],
    ['nobody', 'patientId,calciumGrade,sex,ageBand\n', /no person/],
  ])('is refused for %s, without telling who', (_, text, message) => {
    expect(() => parseLabelsTable(bytes(text))).toThrow(message);
    try {
      parseLabelsTable(bytes(text));
    } catch (error) {
      expect(String(error)).not.toContain('19640823');
    }
  });
});
