import {
  ageBands,
  calciumGrades,
  CodedError,
  sexes,
  type ImageLabels,
  type LabelsFault,
} from '@scapis/contracts';
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
 * Reads labels.csv (RFC 4180; comma or semicolon, UTF-8 with or without a mark). The result holds
 * original patient ids: it stays in memory while a version is taken in, and is stored nowhere.
 * @returns labels by original patient id.
 * @throws LabelsError
 */
export function parseLabelsTable(bytes: Uint8Array): Map<string, ImageLabels> {
  const lines = decode(bytes).split(/\r?\n/);
  const separator = separatorOf(lines[0] ?? '');
  const names = parseLine(lines[0] ?? '', separator);
  const missing = labelColumns.filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw new LabelsError({
      code: 'labels_column_missing',
      params: { missing, columns: [...labelColumns] },
    });
  const place = (column: (typeof labelColumns)[number]): number => names.indexOf(column);
  const table = new Map<string, ImageLabels>();
  lines.forEach((line, index) => {
    if (index === 0 || line.trim() === '') return;
    const cells = parseLine(line, separator);
    const patientId = cells[place('patientId')] ?? '';
    if (patientId === '')
      throw new LabelsError({ code: 'labels_without_person', params: { line: index + 1 } });
    const labels: ImageLabels = {
      calciumGrade: read('calciumGrade', cells[place('calciumGrade')], index),
      sex: read('sex', cells[place('sex')], index),
      ageBand: read('ageBand', cells[place('ageBand')], index),
    };
    const before = table.get(patientId);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(labels)) {
      throw new LabelsError({ code: 'labels_person_twice', params: { line: index + 1 } });
    }
    table.set(patientId, labels);
  });
  if (table.size === 0) throw new LabelsError({ code: 'labels_empty', params: {} });
  return table;
}

function read<Column extends keyof typeof values>(
  column: Column,
  cell: string | undefined,
  index: number,
): z.output<(typeof values)[Column]> {
  const result = values[column].safeParse(cell);
  if (!result.success)
    throw new LabelsError({
      code: 'labels_value_unknown',
      params: { line: index + 1, column, values: values[column].options },
    });
  return result.data as z.output<(typeof values)[Column]>;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

/** Excel in Sweden writes semicolons. */
function separatorOf(firstLine: string): string {
  return firstLine.includes(';') ? ';' : ',';
}

/**
 * One line's cells, without quotes; a quoted cell may hold the separator and doubled quotes, but no
 * line break.
 */
function parseLine(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (isQuoted && character === '"' && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
}
