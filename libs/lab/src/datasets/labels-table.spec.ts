import { describe, expect, it } from 'vitest';
import { LabelsError, parseLabelsTable } from './labels-table.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (table: Uint8Array) => parseLabelsTable(table, (patientId) => patientId);
const header = 'patientId;calciumGrade;sex;ageBand';
const row = '19640823-3234,mild,female,55-59';
/** As single bytes of Windows-1252, for letters that it shares with Latin-1. */
const inWindows = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const inUtf16 = (text: string, isBig = false): Uint8Array => {
  const little = Buffer.from(text, 'utf16le');
  return new Uint8Array(isBig ? little.swap16() : little);
};

describe('labels.csv', () => {
  it('is read with quotes, semicolons, other columns and Windows line ends', () => {
    const table = parse(
      bytes(
        'site;patientId;calciumGrade;sex;ageBand\r\n"Ume\u00e5; north";"A ""1""";none;male;60-64\r\n\r\n',
      ),
    );
    expect([...table]).toEqual([
      ['A "1"', { calciumGrade: 'none', sex: 'male', ageBand: '60-64' }],
    ]);
  });

  it('may hold line breaks, separators and quotation marks in quoted cells, and empty rows', () => {
    const table = parse(
      bytes(
        '\ufeffnote,patientId,calciumGrade,sex,ageBand\n"two\nlines, ""quoted""",7,mild,female,55-59\n,,,,\n,8,none,male,60-64\n',
      ),
    );
    expect([...table]).toEqual([
      ['7', { calciumGrade: 'mild', sex: 'female', ageBand: '55-59' }],
      ['8', { calciumGrade: 'none', sex: 'male', ageBand: '60-64' }],
    ]);
  });

  const table = `${header}\r\n191212121212;mild;female;55-59\r\nÅsa-2;none;male;60-64\r\n`;
  it.each<[string, Uint8Array]>([
    ['UTF-8', bytes(table)],
    ['UTF-8 with a mark', bytes(`\ufeff${table}`)],
    ['UTF-16 as Excel writes it', inUtf16(`\ufeff${table.replaceAll(';', '\t')}`)],
    ['UTF-16 of the other order', inUtf16(`\ufeff${table}`, true)],
    ['UTF-16 without a mark', inUtf16(table)],
    ['UTF-16 of the other order without a mark', inUtf16(table, true)],
    ['Windows-1252', inWindows(table)],
    ['tabs', bytes(table.replaceAll(';', '\t'))],
    ['commas', bytes(table.replaceAll(';', ','))],
    ['a hint for Excel', bytes(`sep=;\r\n${table}`)],
    ['a hint for Excel of another separator', bytes(`sep=|\n${table.replaceAll(';', '|')}`)],
    ['rows that Excel left over', bytes(`${table};;;\r\n;;;;;;\r\n" ";\u00a0;;\r\n`)],
    ['ids as formulas', bytes(table.replace('191212121212', '="191212121212"'))],
    ['ids as quoted formulas', bytes(table.replace('191212121212', '"=""191212121212"""'))],
    ['ids behind an apostrophe', bytes(table.replace('191212121212', "'191212121212"))],
    ['every cell as a formula', bytes(table.replaceAll(/[^;\r\n]+/g, '="$&"'))],
    [
      'other cases and spaces',
      bytes(
        table
          .replace(header, 'Patient ID;calcium_grade;SEX; AgeBand')
          .replace('mild;female', ' Mild ;FEMALE'),
      ),
    ],
    [
      'dashes of a word processor',
      bytes(table.replace('55-59', '55\u201359').replace('60-64', '60 - 64')),
    ],
    ['line ends of old Macs', bytes(table.replaceAll('\r\n', '\r'))],
  ])('is read in %s', (_, each) => {
    expect([...parse(each)]).toEqual([
      ['191212121212', { calciumGrade: 'mild', sex: 'female', ageBand: '55-59' }],
      ['Åsa-2', { calciumGrade: 'none', sex: 'male', ageBand: '60-64' }],
    ]);
  });

  it('reads a dash of Windows-1252 as one', () => {
    const dashed = Buffer.concat([
      inWindows(`${header}\nÅsa;none;male;60`),
      Buffer.of(0x96),
      inWindows('64\n'),
    ]);
    expect(parse(new Uint8Array(dashed)).get('Åsa')?.ageBand).toBe('60-64');
  });

  it.each([
    ['a missing column', 'patientId,sex,ageBand\n1,male,50-54', /lacks the column calciumGrade/],
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
    ['a fault below a hint', `sep=;\n${header}\n1;huge;male;50-54`, /line 3: calciumGrade/],
    [
      'a fault below rows that were left over',
      `${header}\n;;;\n;;;\n1;huge;male;50-54`,
      /line 4: calciumGrade/,
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
    ['nothing', '', /lacks the column patientId, calciumGrade, sex, ageBand/],
    [
      'an id that Excel rounded',
      `${header}\n1,91212E+11;mild;female;55-59\n1.964E+11;mild;male;55-59`,
      /lines 2 and 3: Excel has made a rounded number/,
    ],
  ])('is refused for %s, without telling who', (_, text, message) => {
    expect(() => parse(bytes(text))).toThrow(message);
    try {
      parse(bytes(text));
    } catch (error) {
      expect(String(error)).not.toMatch(/19640823|91212E/);
    }
  });

  it('is refused with all faults at once, each with its lines', () => {
    const faulty = `${header};sex\n;mild;female;55-59;\n1;huge;female;55-59;\n2;vast;x;5-9;\n3;none;male;60-64;\n3;mild;male;60-64;\n`;
    const failureOf = (): unknown => {
      try {
        return parse(bytes(faulty));
      } catch (error) {
        return error instanceof LabelsError ? error.failure : error;
      }
    };
    const code = 'labels_value_unknown';
    expect(failureOf()).toEqual({
      code: 'labels_faulty',
      params: {
        faults: [
          { code: 'labels_column_twice', params: { column: 'sex' } },
          { code: 'labels_without_person', params: { line: ['2'] } },
          {
            code,
            params: {
              line: ['3', '4'],
              column: 'calciumGrade',
              values: ['none', 'mild', 'moderate', 'severe'],
            },
          },
          { code, params: { line: ['4'], column: 'sex', values: ['female', 'male'] } },
          {
            code,
            params: { line: ['4'], column: 'ageBand', values: ['50-54', '55-59', '60-64'] },
          },
          { code: 'labels_person_twice', params: { line: ['6'] } },
        ],
      },
    });
  });

  it('takes spellings of one person for one', () => {
    const spellings = `${header}\n640823-3234;mild;female;55-59\n19640823-3234;mild;female;55-59\n`;
    const toPerson = (patientId: string): string => patientId.slice(-4);
    expect([...parseLabelsTable(bytes(spellings), toPerson).keys()]).toEqual(['3234']);
    expect(() =>
      parseLabelsTable(bytes(spellings.replace(/mild(?=.*\n$)/, 'none')), toPerson),
    ).toThrow(/line 3: a person who stands there before/);
  });

  it.each([
    ['new', [0x50, 0x4b, 3, 4, 20]],
    ['old', [0xd0, 0xcf, 0x11, 0xe0, 0xa1]],
  ])('is refused for a workbook of the %s kind', (_, start) => {
    expect(() => parse(Uint8Array.from(start))).toThrow(/is an Excel workbook/);
  });
});
