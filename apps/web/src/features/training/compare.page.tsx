import { Checkbox, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LineChart, type Line } from '../../charts/line-chart.tsx';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useCalls, useList } from '../../api/queries.ts';
import { useSearchParam } from '../../api/route-params.ts';
import { settingText, type TrainingPoint, type TrainingRun } from './live.ts';
import layoutStyles from '../../ui/layout.module.css';
import dataTableStyles from '../../ui/data-table.module.css';

const mostCompared = 4;
/** What runs can be laid along: where one of them is at a point. */
const axes = {
  step: (point) => point.step,
  images: (point, run) => point.step * run.batch,
  minutes: (point, run) =>
    (Date.parse(point.at) - Date.parse(run.startedAt ?? run.createdAt)) / 60_000,
} as const satisfies Record<string, (point: TrainingPoint, run: TrainingRun) => number>;
type Axis = keyof typeof axes;

/** Two to four runs on one chart, and what was set differently. */
export default function CompareRunsPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const list = useList('trainingRuns.list');
  const first = useSearchParam('runs');
  const [ids, setIds] = useState(first?.split(',').slice(0, mostCompared) ?? []);
  const chosen = ids.flatMap((id) => list.items.find((run) => run.id === id) ?? []);
  return (
    <Page
      title={t('training.compareTitle')}
      lead={t('training.compareLead')}
      back={{ to: '/training-runs', label: t('training.title') }}
    >
      {list.error && <ProblemAlert error={list.error} />}
      <Section title={t('training.compareChoose')}>
        {list.items.length === 0 && !list.isPending && (
          <Empty title={t('training.empty')} hint={t('training.emptyHint')} />
        )}
        <Checkbox.Group
          value={ids}
          onChange={setIds}
          label={t('training.compareHint', { most: mostCompared })}
        >
          <Stack gap="xs" mt="sm">
            {list.items.map((run) => (
              <Checkbox
                key={run.id}
                value={run.id}
                disabled={ids.length >= mostCompared && !ids.includes(run.id)}
                label={
                  <Group gap="sm">
                    {run.title}
                    <StateBadge state={run.state} />
                  </Group>
                }
                description={t('training.compareLine', {
                  dataset: run.datasetTitle,
                  at: formats.dateTime(run.createdAt),
                })}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      </Section>
      {chosen.length > 1 && <Curves runs={chosen} />}
      {chosen.length > 1 && <Differences runs={chosen} />}
    </Page>
  );
}

function Curves({ runs }: { runs: readonly TrainingRun[] }) {
  const { t } = useTranslation();
  const [metric, setMetric] = useState('discriminatorLoss');
  const [axis, setAxis] = useState<Axis>('step');
  const histories = useCalls(
    'trainingRuns.points',
    runs.map(({ id }) => ({ path: { id } })),
  );
  const metrics = [
    ...new Set(
      histories.flatMap((points) => points?.flatMap((point) => Object.keys(point.metrics)) ?? []),
    ),
  ];
  const lines = runs.map((run, index): Line => ({
    name: nameOf(run, runs),
    points: (histories[index] ?? []).flatMap((point): [number, number][] => {
      const value = point.metrics[metric];
      return value === undefined || !Number.isFinite(value)
        ? []
        : [[axes[axis](point, run), value]];
    }),
  }));
  const title = t(`training.metricNames.${metric}`, { defaultValue: metric });
  return (
    <Section title={t('training.curves')}>
      <Group gap="md" mb="md">
        <NativeSelect
          label={t('training.metric')}
          value={metric}
          onChange={(event) => setMetric(event.currentTarget.value)}
          data={(metrics.length > 0 ? metrics : [metric]).map((name) => ({
            value: name,
            label: t(`training.metricNames.${name}`, { defaultValue: name }),
          }))}
        />
        <NativeSelect
          label={t('training.axis')}
          value={axis}
          onChange={(event) => setAxis(event.currentTarget.value as Axis)}
          data={(Object.keys(axes) as Axis[]).map((name) => ({
            value: name,
            label: t(`training.axes.${name}`),
          }))}
        />
      </Group>
      <LineChart
        title={title}
        lines={lines}
        xLabel={t(`training.axes.${axis}`)}
        empty={t('training.noPoints')}
        height={320}
      />
    </Section>
  );
}

function Differences({ runs }: { runs: readonly TrainingRun[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const names = Object.keys(runs[0]?.settings ?? {}) as (keyof TrainingRun['settings'])[];
  const differing = names.filter((name) => new Set(runs.map((run) => run.settings[name])).size > 1);
  return (
    <Section title={t('training.differences')}>
      {differing.length === 0 && <Text size="sm">{t('training.noDifferences')}</Text>}
      <div
        className={layoutStyles.scrollX}
        tabIndex={0}
        role="group"
        aria-label={t('training.differences')}
      >
        <table className={dataTableStyles.table}>
          <thead>
            <tr>
              <th scope="col">{t('training.setting')}</th>
              {runs.map((run) => (
                <th key={run.id} scope="col">
                  {nameOf(run, runs)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('training.dataset')}</th>
              {runs.map((run) => (
                <td key={run.id}>{run.datasetTitle}</td>
              ))}
            </tr>
            {differing.map((name) => (
              <tr key={name}>
                <th scope="row">{t(`training.settings.${name}.name`)}</th>
                {runs.map((run) => (
                  <td key={run.id}>{settingText(run.settings[name], t, formats)}</td>
                ))}
              </tr>
            ))}
            <tr>
              <th scope="row">{t('training.steps')}</th>
              {runs.map((run) => (
                <td key={run.id}>
                  {t('training.stepsOf', {
                    step: formats.number(run.step),
                    steps: formats.number(run.steps),
                  })}
                </td>
              ))}
            </tr>
            <tr>
              <th scope="row">{t('training.memorised')}</th>
              {runs.map((run) => (
                <td key={run.id}>
                  {run.alert === null
                    ? t('common.no')
                    : t('training.fromStep', { step: formats.number(run.alert.beganAt) })}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** A run's title; with a number where another has the same. */
function nameOf(run: TrainingRun, runs: readonly TrainingRun[]): string {
  const namesakes = runs.filter((other) => other.title === run.title);
  return namesakes.length === 1 ? run.title : `${run.title} (${namesakes.indexOf(run) + 1})`;
}
