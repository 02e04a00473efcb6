import styles from './charts.module.css';

interface ChartLegendProps {
  /** The series in their order; `reading` is a value to show beside the name. */
  series: readonly { name: string; reading?: string }[];
  xLabel: string;
}

/** Which line is which, by colour and dash, and what the x axis counts. */
export function ChartLegend({ series, xLabel }: ChartLegendProps) {
  return (
    <div className={styles.legend}>
      {series.map(({ name, reading }, index) => (
        <span key={name}>
          <svg width="26" height="8" aria-hidden="true">
            <line className={styles.line} data-series={index} x1="0" x2="26" y1="4" y2="4" />
          </svg>
          {name}
          {reading !== undefined && <span className={styles.reading}>{reading}</span>}
        </span>
      ))}
      <span className={styles.xLabel}>{xLabel}</span>
    </div>
  );
}
