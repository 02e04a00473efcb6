import type { CheckResult } from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { extentOf, scaleOf } from '../../charts/chart-scale.ts';
import styles from './check-scale.module.css';
import chartStyles from '../../charts/charts.module.css';

const width = 360;
const height = 46;

/**
 * The upper limit of a check that passes between two; the evidence names the lower one `threshold`.
 */
export function upperLimit(result: CheckResult): number | null {
  const high = result.details['thresholdHigh'];
  return result.passesWhen === 'between' && typeof high === 'number' ? high : null;
}

/**
 * One check on a number line: the shaded side passes (none where the check is only reported), the
 * tick is the real-against-real baseline, the dot is the cohort with its interval. A continuous
 * picture lets people see how near a limit lies; a bare pass/fail only raises confidence.
 */
export function CheckScale({ result }: { result: CheckResult }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { value, baseline, threshold, interval, passesWhen } = result;
  if (value === null || (threshold === null && baseline === null)) return null;
  const upper = upperLimit(result);
  const numbers = [
    value,
    threshold ?? value,
    baseline ?? value,
    upper ?? value,
    ...(interval ?? []),
  ];
  const [low, high] = extentOf(numbers);
  const pad = (high - low) * 0.12;
  // Counts, shares and distances have no side below zero.
  const extent: [number, number] = [
    Math.min(...numbers) >= 0 ? Math.max(0, low - pad) : low - pad,
    high + pad,
  ];
  const x = scaleOf(extent, [6, width - 6]);
  const zone = (limit: number): [number, number] =>
    passesWhen === 'at-least'
      ? [x(limit), width - 6]
      : passesWhen === 'at-most'
        ? [6, x(limit)]
        : [x(limit) - 2, x(upper ?? limit) + 2];
  const [from, to] = threshold === null ? [6, 6] : zone(threshold);
  const words = [
    `${t('gate.value')} ${formats.number(value)}`,
    baseline === null ? '' : `${t('gate.baseline')} ${formats.number(baseline)}`,
    threshold === null ? '' : `${t('gate.threshold')} ${formats.number(threshold)}`,
  ];
  return (
    <svg
      className={styles.scale}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={words.filter((word) => word !== '').join(', ')}
    >
      {threshold !== null && (
        <rect
          className={styles.passZone}
          x={from}
          y="8"
          width={Math.max(2, to - from)}
          height="18"
          rx="3"
        />
      )}
      <line className={chartStyles.axisLine} x1="6" x2={width - 6} y1="17" y2="17" />
      {threshold !== null && (
        <line
          className={chartStyles.thresholdLine}
          x1={x(threshold)}
          x2={x(threshold)}
          y1="4"
          y2="30"
        />
      )}
      {upper !== null && (
        <line className={chartStyles.thresholdLine} x1={x(upper)} x2={x(upper)} y1="4" y2="30" />
      )}
      {baseline !== null && (
        <path className={styles.baselineMark} d={`M${x(baseline)},10 l5,7 l-5,7 l-5,-7 z`} />
      )}
      {interval && (
        <line
          className={styles.intervalLine}
          x1={x(interval[0])}
          x2={x(interval[1])}
          y1="17"
          y2="17"
        />
      )}
      <circle
        className={styles.valueDot}
        data-verdict={result.verdict}
        cx={x(value)}
        cy="17"
        r="5.5"
      />
      <text className={chartStyles.tick} x="6" y="42" textAnchor="start">
        {formats.number(extent[0])}
      </text>
      <text className={chartStyles.tick} x={width - 6} y="42" textAnchor="end">
        {formats.number(extent[1])}
      </text>
    </svg>
  );
}
