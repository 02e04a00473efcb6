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

  it('may hold line breaks, separators and quotation marks in quoted cells, and empty rows', () => {
    const table = parseLabelsTable(
      bytes(
        '\ufeffnote,patientId,calciumGrade,sex,ageBand\n"two\nlines, ""quoted""",7,mild,female,55-59\n,,,,\n,8,none,male,60-64\n',
      ),
    );
    expect([...table]).toEqual([
      ['7', { calciumGrade: 'mild', sex: 'female', ageBand: '55-59' }],
      ['8', { calciumGrade: 'none', sex: 'male', ageBand: '60-64' }],
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
    [
      'a row that lacks a cell',
      'patientId,calciumGrade,sex,ageBand\n1,mild,male',
      /line 2: ageBand must be one of/,
    ],
    [
      'a fault below a cell of two lines',
      'patientId,calciumGrade,sex,ageBand,note\n1,mild,male,50-54,"a\nb"\n2,huge,male,50-54,',
      /line 4: calciumGrade/,
    ],
    [
      'a fault within a row of two lines',
      'patientId,calciumGrade,sex,ageBand,note\n1,huge,male,50-54,"a\nb"\n',
      /line 2: calciumGrade/,
    ],
    [
      'a column that stands twice',
      'patientId,sex,calciumGrade,sex,ageBand\n1,male,mild,female,50-54',
      /the column sex more than once/,
    ],
    [
      'a quotation mark that is never closed',
      `patientId,calciumGrade,sex,ageBand\n"${row}\n`,
      /cannot be read as CSV/,
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
