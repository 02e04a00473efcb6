import {
  ageBands,
  calciumGrades,
  CodedError,
  sexes,
  type ImageLabels,
  type LabelsFault,
} from '@scapis/contracts';
import { CsvError, parse } from 'csv-parse/sync';

/** A labels.csv that can't be used. The sentences name lines and columns, never a value. */
export class LabelsError extends CodedError {
  override name = 'LabelsError';

  constructor(fault: LabelsFault) {
    super(fault);
  }
}

/** Columns that labels.csv must have; others are ignored. */
export const labelColumns = ['patientId', 'calciumGrade', 'sex', 'ageBand'] as const;
type LabelColumn = (typeof labelColumns)[number];

const values = { calciumGrade: calciumGrades, sex: sexes, ageBand: ageBands } as const;

type Fault = Extract<LabelsFault, { code: 'labels_faulty' }>['params']['faults'][number];

/**
 * Reads labels.csv as people and Excel write it: RFC 4180 with comma, semicolon or tab; UTF-8,
 * UTF-16 or Windows-1252; a first line `sep=;`, cells `="..."`, rows of empty cells. Original
 * patient ids are handed to `toPerson` and held nowhere else.
 * @param toPerson what stands for a patient id; all spellings of one person give the same.
 * @returns labels by what `toPerson` gave.
 * @throws LabelsError that names every fault
 */
export function parseLabelsTable(
  bytes: Uint8Array,
  toPerson: (patientId: string) => string,
): Map<string, ImageLabels> {
  const faults = new FaultList();
  const [header, ...rows] = readRows(bytes);
  const places = placesOf(header?.cells ?? [], faults);
  const table = new Map<string, ImageLabels>();
  for (const { cells, line } of rows) {
    const cell = (column: LabelColumn): string => {
      const place = places[column];
      return place === undefined ? '' : (cells[place] ?? '');
    };
    const read = <Value extends string>(
      column: keyof typeof values,
      allowed: readonly Value[],
    ): Value | undefined => {
      const found = allowed.find((value) => value === toValue(cell(column)));
      if (found === undefined && places[column] !== undefined)
        faults.add('labels_value_unknown', line, { column, values: [...allowed] });
      return found;
    };
    const patientId = places.patientId === undefined ? null : cell('patientId');
    if (patientId === '') faults.add('labels_without_person', line);
    else if (patientId !== null && isRoundedByExcel(patientId)) faults.add('labels_number', line);
    const calciumGrade = read('calciumGrade', values.calciumGrade);
    const sex = read('sex', values.sex);
    const ageBand = read('ageBand', values.ageBand);
    if (!patientId || !calciumGrade || !sex || !ageBand) continue;
    const labels: ImageLabels = { calciumGrade, sex, ageBand };
    const person = toPerson(patientId);
    const before = table.get(person);
    if (before === undefined) table.set(person, labels);
    else if (JSON.stringify(before) !== JSON.stringify(labels))
      faults.add('labels_person_twice', line);
  }
  if (rows.length === 0) faults.add('labels_empty');
  faults.throwAny();
  return table;
}

/** Faults in the order in which they are met; those that differ only in their line are one. */
class FaultList {
  readonly #faults = new Map<string, Fault>();

  add(
    code: Extract<LabelsFault['code'], `labels_${string}`>,
    line?: number,
    params: Fault['params'] = {},
  ): void {
    const key = JSON.stringify([code, params]);
    const known = this.#faults.get(key);
    const lines = known?.params['line'];
    if (line !== undefined && Array.isArray(lines)) lines.push(String(line));
    else
      this.#faults.set(key, {
        code,
        params: line === undefined ? params : { line: [String(line)], ...params },
      });
  }

  throwAny(): void {
    const faults = [...this.#faults.values()];
    if (faults.length > 0) throw new LabelsError({ code: 'labels_faulty', params: { faults } });
  }
}

function placesOf(
  header: readonly string[],
  faults: FaultList,
): Partial<Record<LabelColumn, number>> {
  const names = header.map(toName);
  const places: Partial<Record<LabelColumn, number>> = {};
  const missing: LabelColumn[] = [];
  for (const column of labelColumns) {
    const place = names.indexOf(toName(column));
    if (place === -1) missing.push(column);
    else places[column] = place;
    if (place !== names.lastIndexOf(toName(column)))
      faults.add('labels_column_twice', undefined, { column });
  }
  if (missing.length > 0)
    faults.add('labels_column_missing', undefined, { missing, columns: [...labelColumns] });
  return places;
}

/** People write Patient ID, patient_id and patientid. */
const toName = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]/g, '');
/** Word processors make a dash of a hyphen. */
const toValue = (text: string): string =>
  text.toLowerCase().replaceAll(/\s*[\u2010-\u2015\u2212-]\s*/g, '-');

/** 191212121212 as Excel shows it in a narrow column, and then saves it: 1.91212E+11. */
const isRoundedByExcel = (text: string): boolean => /^\d[.,]\d+E\+\d+$/i.test(text);

/** A row of the table and the line of the file, from 1, on which it begins. */
interface Row {
  cells: string[];
  line: number;
}

function readRows(bytes: Uint8Array): Row[] {
  const whole = decodeText(bytes);
  // Excel's own hint to itself, which it hides when it opens the file.
  const hint = /^sep=(.)(?:\r\n|\r|\n|$)/i.exec(whole);
  const text = whole.slice(hint?.[0].length ?? 0);
  const firstLine = 1 + (hint === null ? 0 : 1);
  try {
    const records = parse(text, {
      delimiter: hint?.[1] ?? delimiterOf(text),
      trim: true,
      // Cells such as ="1212" begin with no quotation mark and hold some.
      relax_quotes: true,
      // A row that lacks a cell is told of by its column, which says more than a wrong count.
      relax_column_count: true,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records
      .map(({ record, info }) => ({
        cells: record.map(toCell),
        line: firstLine + info.lines - record.join('').split(/\r\n|\r|\n/).length,
      }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
  } catch (error) {
    // The parser's own sentence quotes the value, which may be a person's.
    if (!(error instanceof CsvError)) throw error;
    const line = firstLine - 1 + Number(error['lines'] ?? 1);
    throw new LabelsError({
      code: 'labels_faulty',
      params: { faults: [{ code: 'labels_malformed', params: { line } }] },
    });
  }
}

/** A cell without what keeps Excel from taking it for a number: ="..." or a leading apostrophe. */
function toCell(text: string): string {
  const inner = /^="(.*)"$/s.exec(text)?.[1]?.replaceAll('""', '"') ?? text;
  return inner.replace(/^'/, '').trim();
}

/** @throws LabelsError for a workbook under the name of a table */
function decodeText(bytes: Uint8Array): string {
  const begins = (...first: number[]): boolean => first.every((byte, at) => bytes[at] === byte);
  if (begins(0x50, 0x4b, 3, 4) || begins(0xd0, 0xcf, 0x11, 0xe0))
    throw new LabelsError({ code: 'labels_workbook', params: {} });
  const decode = (encoding: string, fatal = false): string =>
    new TextDecoder(encoding, { fatal }).decode(bytes);
  // Without a mark, Latin letters in UTF-16 have a zero for their other byte.
  if (begins(0xff, 0xfe) || (bytes.length > 1 && bytes[1] === 0)) return decode('utf-16le');
  if (begins(0xfe, 0xff) || (bytes.length > 1 && bytes[0] === 0)) return decode('utf-16be');
  try {
    return decode('utf-8', true);
  } catch {
    return decode('windows-1252');
  }
}

/** The separator by which the first line holds most of the columns; Excel in Sweden writes ;. */
function delimiterOf(text: string): string {
  const header = text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  const wanted = new Set<string>(labelColumns.map(toName));
  const found = (delimiter: string): number =>
    header.split(delimiter).filter((name) => wanted.has(toName(name.replaceAll(/[="]/g, ''))))
      .length;
  return [';', '\t', ','].reduce((best, each) => (found(each) > found(best) ? each : best));
}
