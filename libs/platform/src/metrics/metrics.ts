import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricName,
  type MetricSpec,
  metricTable,
} from './metric-table.ts';

/** What code that does the work tells of it; another process may pass it on. */
export interface Meter {
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void;
}

/** One call of a `Meter`, for the way between two processes. */
export interface Measurement {
  kind: 'count' | 'observe';
  name: MetricName;
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface Metrics extends Meter {
  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Takes a measurement of another process over. */
  take(measurement: Measurement): void;
  /**
   * Called at each scrape, before it is answered. One that fails leaves its gauges out, since an
   * old number would look like a new one.
   */
  onScrape(names: readonly GaugeName[], look: () => Promise<void>): void;
  /** In Prometheus's text format. */
  render(): Promise<{ text: string; contentType: string }>;
}

/**
 * The metrics of one process, each of the table that is its own, with those of Node beside them.
 */
export function openMetrics(process: MetricSpec['of']): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const [counters, gauges, histograms] = [
    new Map<string, Counter>(),
    new Map<string, Gauge>(),
    new Map<string, Histogram>(),
  ];
  for (const [name, spec] of Object.entries<MetricSpec>(metricTable)) {
    if (spec.of !== process) continue;
    const common = { name, help: spec.help, labelNames: spec.labels, registers: [registry] };
    if (spec.type === 'counter') counters.set(name, new Counter(common));
    else if (spec.type === 'gauge') gauges.set(name, new Gauge(common));
    else histograms.set(name, new Histogram({ ...common, buckets: [...(spec.buckets ?? [])] }));
  }
  const looks: { names: readonly GaugeName[]; look: () => Promise<void> }[] = [];
  const count = (name: string, labels: object, by: number): void =>
    of(counters, name).inc({ ...labels }, by);
  const observe = (name: string, labels: object, value: number): void =>
    of(histograms, name).observe({ ...labels }, value);

  return {
    count: (name, labels, by = 1) => count(name, labels, by),
    observe,
    set: (name, labels, value) => of(gauges, name).set({ ...labels }, value),
    take({ kind, name, labels, value }) {
      (kind === 'count' ? count : observe)(name, labels, value);
    },
    onScrape: (names, look) => void looks.push({ names, look }),
    async render() {
      await Promise.all(
        looks.map(async ({ names, look }) => {
          try {
            await look();
          } catch {
            for (const name of names) {
              const gauge = of(gauges, name);
              gauge.reset();
              // Reset, one without labels is 0.
              if (metricTable[name].labels.length === 0) gauge.remove();
            }
          }
        }),
      );
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}

function of<Kind>(metrics: ReadonlyMap<string, Kind>, name: string): Kind {
  const metric = metrics.get(name);
  if (metric === undefined)
    throw new Error(`${name} is no metric of this process, or of another kind`);
  return metric;
}

/** A meter whose measurements go elsewhere. */
export function forwardingMeter(send: (measurement: Measurement) => void): Meter {
  return {
    count: (name, labels, by = 1) => send({ kind: 'count', name, labels, value: by }),
    observe: (name, labels, value) => send({ kind: 'observe', name, labels, value }),
  };
}

/** The table, and what Node's own are, as a page for operators. */
export function renderMetricsPage(): string {
  const rows = Object.entries<MetricSpec>(metricTable).map(
    ([name, { type, of: process, labels, help }]) =>
      `| \`${name}\` | ${type} | ${process} | ${labels.map((label) => `\`${label}\``).join(', ') || '-'} | ${help} |`,
  );
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const ofNode = registry
    .getMetricsAsArray()
    .map(({ name, help }) => `| \`${name}\` | ${help.replaceAll('|', '\\|')} |`);
  return `# Metrics\n\nGenerated from libs/platform/src/metrics/metric-table.ts by \`npm run generate\`. Do not edit.\n\nGateway and worker answer \`GET /metrics\` on METRICS_PORT, in Prometheus's text format. No label names a person or a project.\n\n| Metric | Type | Process | Labels | What it is |\n|---|---|---|---|---|\n${rows.join('\n')}\n\n## Of the process\n\nEach process also tells how Node itself is.\n\n| Metric | What it is |\n|---|---|\n${ofNode.join('\n')}\n`;
}
