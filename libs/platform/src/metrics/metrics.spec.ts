import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobNames } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findRepositoryRoot } from '../config/root.ts';
import { type MetricSpec, metricTable } from './metric-table.ts';
import { forwardingMeter, type Measurement, openMetrics, renderMetricsPage } from './metrics.ts';

const rows = Object.entries<MetricSpec>(metricTable);
const page = renderMetricsPage();

describe('the metrics', () => {
  it.each(rows)('%s is named as Prometheus asks', (name, { type, help, buckets, labels }) => {
    expect(name).toMatch(/^scapis_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(
      /_(milliseconds|ms|minutes|kilobytes|mb|gb|percent|count|sum|bucket)$/,
    );
    expect(buckets !== undefined).toBe(type === 'histogram');
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    expect(help).toMatch(/\.$/);
    expect(labels).not.toContain('le');
  });

  it('have no label that could hold a person, a project or an id', () => {
    const closed = ['route', 'method', 'status', 'queue', 'job', 'outcome', 'state', 'stage'];
    expect(new Set(rows.flatMap(([, { labels }]) => labels))).toEqual(
      new Set([...closed, 'verdict']),
    );
  });

  it.each(rows)(
    '%s is told by its process alone, and described on the page',
    async (name, spec) => {
      const { text } = await openMetrics(spec.of).render();
      expect(text).toContain(`# HELP ${name} ${spec.help}`);
      expect(text).toContain(`# TYPE ${name} ${spec.type}`);
      const { text: other } = await openMetrics(
        spec.of === 'worker' ? 'gateway' : 'worker',
      ).render();
      expect(other).not.toContain(name);
      expect(page).toContain(`| \`${name}\` | ${spec.type} | ${spec.of} |`);
    },
  );

  it('describe on the page all that a process tells', async () => {
    for (const process of ['gateway', 'worker'] as const) {
      const { text } = await openMetrics(process).render();
      for (const [, name] of text.matchAll(/^# TYPE (\w+) /gm))
        expect(page).toContain(`\`${name}\``);
    }
  });

  it('count what another process has measured', async () => {
    const sent: Measurement[] = [];
    const meter = forwardingMeter((measurement) => void sent.push(measurement));
    meter.count('scapis_training_images_total', {}, 160);
    meter.observe('scapis_gate_stage_duration_seconds', { stage: 'attacks' }, 42);
    const metrics = openMetrics('worker');
    for (const measurement of structuredClone(sent)) metrics.take(measurement);
    const { text } = await metrics.render();
    expect(text).toMatch(/^scapis_training_images_total 160$/m);
    expect(text).toMatch(
      /^scapis_gate_stage_duration_seconds_bucket\{le="60",stage="attacks"\} 1$/m,
    );
    expect(text).toMatch(/^scapis_gate_stage_duration_seconds_sum\{stage="attacks"\} 42$/m);
  });

  it('leave a number out rather than tell an old one', async () => {
    const metrics = openMetrics('worker');
    let isAway = false;
    metrics.onScrape(['scapis_queue_jobs', 'scapis_outbox_rows'], () => {
      if (isAway) return Promise.reject(new Error('away'));
      metrics.set('scapis_queue_jobs', { queue: 'light', state: 'waiting' }, 3);
      metrics.set('scapis_outbox_rows', {}, 7);
      return Promise.resolve();
    });
    const values = /^scapis_(queue_jobs|outbox_rows)\b.* \d+$/gm;
    expect((await metrics.render()).text.match(values)).toEqual([
      'scapis_queue_jobs{queue="light",state="waiting"} 3',
      'scapis_outbox_rows 7',
    ]);
    isAway = true;
    expect((await metrics.render()).text.match(values)).toBeNull();
    isAway = false;
    expect((await metrics.render()).text.match(values)).toHaveLength(2);
  });

  it('refuse a name of another process', () => {
    expect(() => openMetrics('gateway').count('scapis_training_images_total', {})).toThrow(
      /scapis_training_images_total is no metric of this process/,
    );
  });
});

const dashboard = z
  .object({
    panels: z.array(
      z.looseObject({
        title: z.string(),
        targets: z.array(z.object({ expr: z.string() })).default([]),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(join(findRepositoryRoot(), 'docs', 'operate', 'grafana-dashboard.json'), 'utf8'),
    ),
  );
const expressions = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }): [string, string] => [title, expr]),
);

/** The metrics of an expression, a histogram by its own name. */
function namesIn(expr: string): string[] {
  return [...expr.matchAll(/\b(?:scapis|process|nodejs)_[a-z_]+/g)].map(([name]) =>
    name in metricTable ? name : name.replace(/_(bucket|sum|count)$/, ''),
  );
}

describe('the dashboard for Grafana', () => {
  it.each(expressions)(
    '%s: %s asks for metrics that are there, by their labels',
    (_title, expr) => {
      const names = namesIn(expr);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(page).toContain(`\`${name}\``);
      const asked = [
        ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
        ...[...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) =>
          [...list.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
        ),
      ];
      const known = rows.flatMap(([name, { labels, type }]) =>
        names.includes(name) ? [...labels, ...(type === 'histogram' ? ['le'] : [])] : [],
      );
      for (const label of asked) expect(known).toContain(label);
    },
  );

  it('shows every metric of the lab', () => {
    const shown = new Set(expressions.flatMap(([, expr]) => namesIn(expr)));
    expect(rows.map(([name]) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('names jobs as they are', () => {
    for (const [, expr] of expressions)
      for (const [, job = ''] of expr.matchAll(/job="([^"]+)"/g)) expect(jobNames).toContain(job);
  });
});
