import { ageBands, calciumGrades, sexes, type ImageLabels } from '@scapis/contracts';
import { z } from 'zod';

/**
 * Thrown for a labels.csv that can't be used. The message names lines and columns, never a value:
 * values can be identities.
 */
export class LabelsError extends Error {
  override name = 'LabelsError';
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
    throw new LabelsError(
      `labels.csv lacks the column ${missing.join(', ')}. It needs ${labelColumns.join(', ')}; add it and upload again.`,
    );
  const place = (column: (typeof labelColumns)[number]): number => names.indexOf(column);
  const table = new Map<string, ImageLabels>();
  lines.forEach((line, index) => {
    if (index === 0 || line.trim() === '') return;
    const cells = parseLine(line, separator);
    const patientId = cells[place('patientId')] ?? '';
    if (patientId === '')
      throw new LabelsError(
        `labels.csv, line ${index + 1}: no patientId. Fill it in and upload again.`,
      );
    const labels: ImageLabels = {
      calciumGrade: read('calciumGrade', cells[place('calciumGrade')], index),
      sex: read('sex', cells[place('sex')], index),
      ageBand: read('ageBand', cells[place('ageBand')], index),
    };
    const before = table.get(patientId);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(labels)) {
      throw new LabelsError(
        `labels.csv, line ${index + 1}: a person who stands there before, with other labels. Keep one line for each person and upload again.`,
      );
    }
    table.set(patientId, labels);
  });
  if (table.size === 0)
    throw new LabelsError('labels.csv holds no person. Add one line for each and upload again.');
  return table;
}

function read<Column extends keyof typeof values>(
  column: Column,
  cell: string | undefined,
  index: number,
): z.output<(typeof values)[Column]> {
  const result = values[column].safeParse(cell);
  if (!result.success)
    throw new LabelsError(
      `labels.csv, line ${index + 1}: ${column} must be one of ${values[column].options.join(', ')}. Mend it and upload again.`,
    );
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
