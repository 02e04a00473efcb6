import {
  ageBands,
  calciumGrades,
  CodedError,
  sexes,
  type ImageLabels,
  type LabelsFault,
} from '@scapis/contracts';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';

/** A labels.csv that can't be used. The sentence names lines and columns, never a value. */
export class LabelsError extends CodedError {
  override name = 'LabelsError';

  constructor(fault: LabelsFault) {
    super(fault);
  }
}

/** Columns that labels.csv must have; others are ignored. */
export const labelColumns = ['patientId', 'calciumGrade', 'sex', 'ageBand'] as const;

const values = {
  calciumGrade: z.enum(calciumGrades),
  sex: z.enum(sexes),
  ageBand: z.enum(ageBands),
};

/**
 * Reads labels.csv (RFC 4180; comma or semicolon, UTF-8 with or without a mark; rows of empty cells
 * are passed over). The result holds original patient ids: it stays in memory while a version is
 * taken in, and is stored nowhere.
 * @returns labels by original patient id.
 * @throws LabelsError
 */
export function parseLabelsTable(bytes: Uint8Array): Map<string, ImageLabels> {
  const [header, ...rows] = readRows(bytes);
  const names = header?.cells ?? [];
  const missing = labelColumns.filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw new LabelsError({
      code: 'labels_column_missing',
      params: { missing, columns: [...labelColumns] },
    });
  const twice = labelColumns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined)
    throw new LabelsError({ code: 'labels_column_twice', params: { column: twice } });
  const place = (column: (typeof labelColumns)[number]): number => names.indexOf(column);
  const table = new Map<string, ImageLabels>();
  for (const { cells, line } of rows) {
    const patientId = cells[place('patientId')] ?? '';
    if (patientId === '')
      throw new LabelsError({ code: 'labels_without_person', params: { line } });
    const labels: ImageLabels = {
      calciumGrade: read('calciumGrade', cells[place('calciumGrade')], line),
      sex: read('sex', cells[place('sex')], line),
      ageBand: read('ageBand', cells[place('ageBand')], line),
    };
    const before = table.get(patientId);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(labels))
      throw new LabelsError({ code: 'labels_person_twice', params: { line } });
    table.set(patientId, labels);
  }
  if (table.size === 0) throw new LabelsError({ code: 'labels_empty', params: {} });
  return table;
}

/** A row of the table and the line of the file, from 1, on which it begins. */
interface Row {
  cells: string[];
  line: number;
}

function readRows(bytes: Uint8Array): Row[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  const firstLine = text.split(/[\r\n]/, 1)[0] ?? '';
  try {
    const records = parse(text, {
      // Excel in Sweden writes semicolons.
      delimiter: firstLine.includes(';') ? ';' : ',',
      bom: true,
      trim: true,
      // A row that lacks a cell is told of by its column, which says more than a wrong count.
      relax_column_count: true,
      skip_records_with_empty_values: true,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({
      cells: record,
      line: info.lines - record.join('').split(/\r\n|\r|\n/).length + 1,
    }));
  } catch (error) {
    // The parser's own sentence quotes the value, which may be a person's.
    if (error instanceof CsvError)
      throw new LabelsError({ code: 'labels_malformed', params: { line: lineOf(error) } });
    throw error;
  }
}

const lineOf = (error: CsvError): number => Number(error['lines'] ?? 1);

function read<Column extends keyof typeof values>(
  column: Column,
  cell: string | undefined,
  line: number,
): z.output<(typeof values)[Column]> {
  const result = values[column].safeParse(cell);
  if (!result.success)
    throw new LabelsError({
      code: 'labels_value_unknown',
      params: { line, column, values: values[column].options },
    });
  return result.data as z.output<(typeof values)[Column]>;
}
