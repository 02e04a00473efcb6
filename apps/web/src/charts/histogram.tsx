import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../i18n/format.ts';
import { extentOf, niceTicks, scaleOf } from './chart-scale.ts';
import { ChartLegend } from './chart-legend.tsx';
import { ChartTable } from './chart-table.tsx';
import { useWidth } from './use-width.ts';
import styles from './charts.module.css';

interface HistogramData {
  name: string;
  edges: number[];
  counts: number[];
}
interface HistogramProps {
  title: string;
  xLabel: string;
  histograms: readonly HistogramData[];
  threshold?: number | null;
}

const height = 210;
const margin = { top: 10, right: 12, bottom: 28, left: 46 };

/**
 * Distributions as outlines over each other, each as a share of its own total, so that groups of
 * unequal size compare; the threshold as a line.
 */
export function Histogram({ title, xLabel, histograms, threshold }: HistogramProps) {
  const formats = useFormats();
  const { t } = useTranslation();
  const [frame, width] = useWidth<HTMLElement>(560);
  const shown = histograms
    .map((histogram) => ({ ...histogram, shares: toShares(histogram.counts) }))
    .filter((histogram) => histogram.shares.length > 0);
  if (shown.length === 0) return null;
  const xExtent = extentOf([
    ...shown.flatMap((histogram) => histogram.edges),
    ...(threshold === undefined || threshold === null ? [] : [threshold]),
  ]);
  const x = scaleOf(xExtent, [margin.left, width - margin.right]);
  const y = scaleOf(
    [0, Math.max(...shown.flatMap((histogram) => histogram.shares), 1e-9)],
    [height - margin.bottom, margin.top],
  );
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
      >
        {niceTicks(...xExtent, width / 90).map((tick) => (
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
          y1={y(0)}
          y2={y(0)}
        />
        {shown.map((histogram, index) => (
          <path
            key={histogram.name}
            className={styles.area}
            data-series={index}
            d={outline(histogram.edges, histogram.shares, x, y)}
          />
        ))}
        {threshold !== undefined && threshold !== null && (
          <Threshold value={threshold} at={x(threshold)} bottom={y(0)} width={width} />
        )}
      </svg>
      <ChartLegend series={shown.map(({ name }) => ({ name }))} xLabel={xLabel} />
      <ChartTable
        title={title}
        head={[t('chart.name'), t('chart.from'), t('chart.to'), t('chart.count')]}
        rows={shown.flatMap((histogram) =>
          histogram.counts.map((count, index) => [
            histogram.name,
            formats.number(histogram.edges[index]),
            formats.number(histogram.edges[index + 1]),
            formats.number(count),
          ]),
        )}
      />
    </figure>
  );
}

interface ThresholdProps {
  value: number;
  /** Its x on the screen, px, as are the others. */
  at: number;
  bottom: number;
  width: number;
}

function Threshold({ value, at, bottom, width }: ThresholdProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <g>
      <line className={styles.thresholdLine} x1={at} x2={at} y1={margin.top} y2={bottom} />
      <text
        className={styles.tick}
        x={at + (at > width * 0.7 ? -6 : 6)}
        y={margin.top + 10}
        textAnchor={at > width * 0.7 ? 'end' : 'start'}
      >
        {t('gate.threshold')} {formats.number(value)}
      </text>
    </g>
  );
}

function toShares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? [] : counts.map((count) => count / total);
}

function outline(
  edges: readonly number[],
  shares: readonly number[],
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const first = edges[0] ?? 0;
  const steps = shares.map(
    (share, index) => `V${y(share).toFixed(1)}H${x(edges[index + 1] ?? first).toFixed(1)}`,
  );
  return `M${x(first).toFixed(1)},${y(0).toFixed(1)}${steps.join('')}V${y(0).toFixed(1)}`;
}
