import { getNumbers } from '../dicom/dataset.ts';
import type { DicomDataset } from '../dicom/dataset.ts';

export type Vector = readonly [number, number, number];

/**
 * Where a slice lies in the patient (PS3.3 C.7.6.2): millimetres, axes to the left, back and head
 * of the patient.
 */
export type SliceGeometry = {
  /** Centre of the first pixel. */
  position: Vector;
  /** Unit vectors along a row and down a column. */
  rowDirection: Vector;
  columnDirection: Vector;
  /** Unit vector across the slice, row x column. */
  normal: Vector;
  /** Millimetres between rows, and between columns. */
  spacing: readonly [number, number];
};

/**
 * @returns the geometry, or undefined when it is missing or no geometry (axes not of length one or
 * not at right angles, no spacing).
 */
export function readGeometry(dataset: DicomDataset): SliceGeometry | undefined {
  const position = toVector(getNumbers(dataset, '00200032'));
  const orientation = getNumbers(dataset, '00200037');
  const [rowSpacing, columnSpacing] = getNumbers(dataset, '00280030');
  const rowDirection = toVector(orientation.slice(0, 3));
  const columnDirection = toVector(orientation.slice(3));
  if (
    !position ||
    !rowDirection ||
    !columnDirection ||
    !rowSpacing ||
    !columnSpacing ||
    rowSpacing < 0 ||
    columnSpacing < 0
  )
    return undefined;
  // 1e-3 is what six decimals, the fewest in use, leave; PS3.3 asks for 1e-4 of new files only.
  const isOrthonormal =
    Math.abs(dot(rowDirection, rowDirection) - 1) < 1e-3 &&
    Math.abs(dot(columnDirection, columnDirection) - 1) < 1e-3 &&
    Math.abs(dot(rowDirection, columnDirection)) < 1e-3;
  if (!isOrthonormal) return undefined;
  return {
    position,
    rowDirection,
    columnDirection,
    normal: cross(rowDirection, columnDirection),
    spacing: [rowSpacing, columnSpacing],
  };
}

/**
 * Most that a row or column may turn from the patient's axes within the slice, in degrees. Couches
 * and positioning turn a body by a few; a view can be turned by quarters only.
 */
const mostTurnDegrees = 15;

/** Which way the patient's axis lies along the rows or columns of a slice, and in which sense. */
type Axis = { isAcross: boolean; sign: 1 | -1 };

/**
 * @returns where a row and a column of an axial slice lead, by the nearest of the patient's axes;
 * null when it lies too far turned for any, or both lead along one.
 */
export function readPatientAxes({
  rowDirection,
  columnDirection,
}: SliceGeometry): { row: Axis; column: Axis } | null {
  const row = nearestAxis(rowDirection);
  const column = nearestAxis(columnDirection);
  return row === null || column === null || row.isAcross === column.isAcross
    ? null
    : { row, column };
}

/** The tilt of a gantry, which leads out of the axial plane, is not asked: it turns nothing. */
function nearestAxis([x, y]: Vector): Axis | null {
  const [along, off] = Math.abs(x) > Math.abs(y) ? [x, y] : [y, x];
  const turn = (Math.atan2(Math.abs(off), Math.abs(along)) * 180) / Math.PI;
  if (along === 0 || turn > mostTurnDegrees) return null;
  return { isAcross: Math.abs(x) > Math.abs(y), sign: along > 0 ? 1 : -1 };
}

export function dot(first: Vector, second: Vector): number {
  return first[0] * second[0] + first[1] * second[1] + first[2] * second[2];
}

export function subtract(first: Vector, second: Vector): Vector {
  return [first[0] - second[0], first[1] - second[1], first[2] - second[2]];
}

function cross(first: Vector, second: Vector): Vector {
  return [
    first[1] * second[2] - first[2] * second[1],
    first[2] * second[0] - first[0] * second[2],
    first[0] * second[1] - first[1] * second[0],
  ];
}

function toVector(numbers: readonly number[]): Vector | undefined {
  const [x, y, z] = numbers;
  return numbers.length === 3 && x !== undefined && y !== undefined && z !== undefined
    ? [x, y, z]
    : undefined;
}
