import { Text } from '@mantine/core';
import { useState, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../i18n/format.ts';
import { decadeTicks, extentOf, niceTicks, scaleOf, thin } from './chart-scale.ts';
import { ChartLegend } from './chart-legend.tsx';
import { ChartTable } from './chart-table.tsx';
import { useWidth } from './use-width.ts';
import styles from './charts.module.css';

export interface Line {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
}
interface LineChartProps {
  title: string;
  lines: readonly Line[];
  xLabel: string;
  empty: string;
  height?: number;
  /** Shows the y axis from zero, where only the whole size tells something. */
  isFromZero?: boolean;
  /**
   * A logarithmic x axis, for rates whose smallest values matter most. Points at or under 0 have no
   * place there; the table holds them.
   */
  isLogX?: boolean;
}

const margin = { top: 10, right: 12, bottom: 30, left: 52 };

/**
 * Lines over a common x axis, told apart by colour and by dash; a table holds the same numbers.
 * Keeps its size while data comes in.
 */
export function LineChart({
  title,
  lines,
  xLabel,
  empty,
  height = 240,
  isFromZero,
  isLogX = false,
}: LineChartProps) {
  const formats = useFormats();
  const { t } = useTranslation();
  const [frame, width] = useWidth<HTMLElement>(560);
  const [hoverX, setHoverX] = useState<number | null>(null);
  const place = isLogX ? Math.log10 : (value: number) => value;
  const told = lines.filter((line) => line.points.length > 0);
  const shown = told.map((line) => ({
    ...line,
    points: thin(isLogX ? line.points.filter((point) => point[0] > 0) : line.points),
  }));
  const xExtent = extentOf(shown.flatMap((line) => line.points.map((point) => place(point[0]))));
  const yExtent = extentOf([
    ...shown.flatMap((line) => line.points.map((point) => point[1])),
    ...(isFromZero ? [0] : []),
  ]);
  const toScreen = scaleOf(xExtent, [margin.left, width - margin.right]);
  const x = (value: number) => toScreen(place(value));
  const xTicks = isLogX ? decadeTicks(...xExtent) : niceTicks(...xExtent, width / 90);
  const y = scaleOf(yExtent, [height - margin.bottom, margin.top]);

  function follow(event: PointerEvent<SVGSVGElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const pointer = ((event.clientX - box.left) / box.width) * width;
    const share = (pointer - margin.left) / (width - margin.left - margin.right);
    const hovered = xExtent[0] + share * (xExtent[1] - xExtent[0]);
    setHoverX(share < 0 || share > 1 ? null : isLogX ? 10 ** hovered : hovered);
  }
  // A line of one point has no length.
  const alone = shown.map(({ name, points }) => ({
    name,
    point: points.length === 1 ? points[0] : null,
  }));
  const readings =
    hoverX === null
      ? []
      : shown.map((line) => ({ name: line.name, point: nearest(line.points, hoverX) }));
  return (
    <figure className={styles.chart} ref={frame}>
      <figcaption>
        <Text fw={600} size="sm">
          {title}
        </Text>
      </figcaption>
      <svg
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${title}. ${t('chart.seeTable')}`}
        onPointerMove={follow}
        onPointerLeave={() => setHoverX(null)}
      >
        <Axes
          x={x}
          y={y}
          xTicks={shown.length === 0 ? [] : xTicks}
          yTicks={shown.length === 0 ? [] : niceTicks(...yExtent)}
          width={width}
          height={height}
        />
        {shown.map((line, index) => (
          <polyline
            key={line.name}
            className={styles.line}
            data-series={index}
            points={line.points
              .map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`)
              .join(' ')}
          />
        ))}
        {shown.length === 0 && (
          <text className={styles.tick} x={width / 2} y={height / 2} textAnchor="middle">
            {empty}
          </text>
        )}
        <Marks
          hoverX={hoverX}
          points={hoverX === null ? alone : readings}
          x={x}
          y={y}
          height={height}
        />
      </svg>
      <ChartLegend
        series={shown.map((line, index) => ({
          name: line.name,
          reading: formats.number((readings[index]?.point ?? line.points.at(-1))?.[1]),
        }))}
        xLabel={hoverX === null ? xLabel : `${xLabel} ${formats.number(readings[0]?.point?.[0])}`}
      />
      <ChartTable
        title={title}
        head={[xLabel, ...told.map((line) => line.name)]}
        rows={tableRows(told).map((row) => row.map((value) => formats.number(value)))}
      />
    </figure>
  );
}

interface AxesProps {
  x: (value: number) => number;
  y: (value: number) => number;
  xTicks: readonly number[];
  yTicks: readonly number[];
  /** Of the whole chart, px. */
  width: number;
  height: number;
}

function Axes({ x, y, xTicks, yTicks, width, height }: AxesProps) {
  const formats = useFormats();
  return (
    <>
      {yTicks.map((tick) => (
        <g key={tick}>
          <line
            className={styles.gridLine}
            x1={margin.left}
            x2={width - margin.right}
            y1={y(tick)}
            y2={y(tick)}
          />
          <text className={styles.tick} x={margin.left - 8} y={y(tick) + 4} textAnchor="end">
            {formats.number(tick)}
          </text>
        </g>
      ))}
      {xTicks.map((tick) => (
        <text
          key={tick}
          className={styles.tick}
          x={x(tick)}
          y={height - margin.bottom + 17}
          textAnchor="middle"
        >
          {formats.number(tick)}
        </text>
      ))}
      <line
        className={styles.axisLine}
        x1={margin.left}
        x2={width - margin.right}
        y1={height - margin.bottom}
        y2={height - margin.bottom}
      />
    </>
  );
}

interface MarksProps {
  /** Where the pointer is on the x axis. */
  hoverX: number | null;
  points: readonly { name: string; point: readonly [number, number] | null | undefined }[];
  x: (value: number) => number;
  y: (value: number) => number;
  /** Of the whole chart, px. */
  height: number;
}

/** The pointer's place, and a dot on each line there. */
function Marks({ hoverX, points, x, y, height }: MarksProps) {
  return (
    <>
      {hoverX !== null && (
        <line
          className={styles.cursorLine}
          x1={x(hoverX)}
          x2={x(hoverX)}
          y1={margin.top}
          y2={height - margin.bottom}
        />
      )}
      {points.map(
        ({ name, point }, index) =>
          point && (
            <circle
              key={name}
              className={styles.dot}
              data-series={index}
              cx={x(point[0])}
              cy={y(point[1])}
              r="3.5"
            />
          ),
      )}
    </>
  );
}

function nearest(points: Line['points'], x: number): readonly [number, number] | null {
  let best: readonly [number, number] | null = null;
  for (const point of points)
    if (best === null || Math.abs(point[0] - x) < Math.abs(best[0] - x)) best = point;
  return best;
}

function tableRows(lines: readonly Line[]): (number | null)[][] {
  const columns = lines.map((line) => new Map(line.points));
  const xs = [...new Set(lines.flatMap((line) => line.points.map((point) => point[0])))].sort(
    (a, b) => a - b,
  );
  return thin(xs, 50).map((x) => [x, ...columns.map((column) => column.get(x) ?? null)]);
}
