import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DecisionPanel } from '../../ui/decision.tsx';
import { LineChart } from '../../charts/line-chart.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { StateBadge, ToneBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { isAllowed } from '../../api/decisions.ts';
import { useRouteParam } from '../../api/route-params.ts';
import {
  groupNames,
  isOver,
  linesOf,
  useLiveRun,
  type MetricGroup,
  type TrainingPoint,
  type TrainingRun,
} from './live.ts';
import chartStyles from '../../charts/charts.module.css';
import { RunActions } from './run-actions.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunSheet } from './run-sheet.tsx';

/**
 * Standard errors beyond which three looks in a row make an alert
 * (libs/gan/src/training/memorisation-monitor.ts).
 */
const alarmAt = 4;

export default function RunPage() {
  const id = useRouteParam('id');
  const live = useLiveRun(id);
  return (
    <QueryBoundary query={live.run}>
      {(run) => <RunView run={run} points={live.points} isLive={live.isLive} />}
    </QueryBoundary>
  );
}

function RunView({
  run,
  points,
  isLive,
}: {
  run: TrainingRun;
  points: TrainingPoint[];
  isLive: boolean;
}) {
  const { t } = useTranslation();
  const mayView = isAllowed(run.decisions, 'sheet:view');
  return (
    <Page
      title={run.title}
      lead={t('training.runLead', { dataset: run.datasetTitle, name: run.requestedBy.name })}
      back={{ to: '/training-runs', label: t('training.title') }}
      badge={
        <>
          <StateBadge state={run.state} />
          {isLive && <ToneBadge tone="going">{t('training.live')}</ToneBadge>}
        </>
      }
      actions={<RunActions run={run} />}
    >
      {run.failure !== null && <FailureAlert title={t('training.failed')} failure={run.failure} />}
      <MemorisationAlert run={run} />
      <RunProgress run={run} />
      <Section title={t('training.curves')}>
        <div className={chartStyles.grid}>
          {groupNames.map((group) => (
            <GroupChart key={group} group={group} points={points} />
          ))}
        </div>
      </Section>
      {run.hasSampleSheet && mayView && <RunSheet run={run} />}
      <DecisionPanel decisions={run.decisions} />
    </Page>
  );
}

function MemorisationAlert({ run }: { run: TrainingRun }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (run.alert === null) return null;
  const kept = run.generators.at(-1);
  const steps = {
    beganAt: formats.number(run.alert.beganAt),
    raisedAt: formats.number(run.alert.raisedAt),
    kept: formats.number(kept?.step),
  };
  const isStopped = run.state === 'completed' && run.step < run.steps;
  return (
    <Alert color="danger" variant="light" title={t('training.memorised')}>
      {t('training.memorisedText', steps)}{' '}
      {t(
        isStopped
          ? 'training.memorisedStopped'
          : isOver(run)
            ? 'training.memorisedOver'
            : 'training.memorisedGoesOn',
        steps,
      )}
    </Alert>
  );
}

function GroupChart({ group, points }: { group: MetricGroup; points: readonly TrainingPoint[] }) {
  const { t } = useTranslation();
  const lines = linesOf(points, group).map((line) => ({
    ...line,
    name: t(`training.metrics.${line.name}`, { defaultValue: line.name }),
  }));
  if (lines.length === 0 && group !== 'losses') return null;
  const ends = [points[0], points.at(-1)].flatMap((point): [number, number][] =>
    point === undefined ? [] : [[point.step, alarmAt]],
  );
  const shown =
    group === 'memorisation' ? [...lines, { name: t('training.alarm'), points: ends }] : lines;
  return (
    <LineChart
      title={t(`training.groups.${group}`)}
      lines={shown}
      xLabel={t('training.step')}
      empty={t('training.noPoints')}
      isFromZero={group === 'speed' || group === 'memorisation'}
    />
  );
}
