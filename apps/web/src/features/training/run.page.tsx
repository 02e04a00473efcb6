import { Alert, Button, Progress, Slider, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton, DecisionPanel } from '../../ui/decision.tsx';
import { LineChart } from '../../charts/line-chart.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { SliceViewer } from '../../viewer/slice-viewer.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { StateBadge, ToneBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { isAllowed } from '../../api/decisions.ts';
import { useAct, useSession } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import {
  groupNames,
  isOver,
  linesOf,
  useLiveRun,
  settingText,
  type MetricGroup,
  type TrainingPoint,
  type TrainingRun,
} from './live.ts';
import chartStyles from '../../charts/charts.module.css';
import { Figure, Figures } from '../../ui/figures.tsx';
import textStyles from '../../ui/text.module.css';

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
      actions={<RunActs run={run} />}
    >
      {run.failure !== null && <FailureAlert title={t('training.failed')} failure={run.failure} />}
      <MemorisationAlert run={run} />
      <ProgressCard run={run} />
      <Section title={t('training.curves')}>
        <div className={chartStyles.grid}>
          {groupNames.map((group) => (
            <GroupChart key={group} group={group} points={points} />
          ))}
        </div>
      </Section>
      {run.hasSampleSheet && mayView && <SheetCard run={run} />}
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

/** The newest sheet, or with the slider one of an earlier slice. */
function SheetCard({ run }: { run: TrainingRun }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const last = run.sheetSteps.length - 1;
  const [chosen, setChosen] = useState<number | null>(null);
  const step = run.sheetSteps[chosen ?? last];
  const isNewest = chosen === null || chosen >= last;
  return (
    <Section
      title={t('training.sheet')}
      aside={
        step !== undefined && (
          <Text size="sm" c="dimmed">
            {t('training.sheetAt', { step: formats.number(step) })}
          </Text>
        )
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {t('training.sheetHint')}
      </Text>
      {last > 0 && (
        <Slider
          mb="md"
          min={0}
          max={last}
          step={1}
          value={chosen ?? last}
          onChange={setChosen}
          label={(index) => formats.number(run.sheetSteps[index])}
          thumbLabel={t('training.sheetWhen')}
        />
      )}
      <SliceViewer
        sheet="trainingRuns.sampleSheet"
        id={run.id}
        version={isNewest ? run.sampleSheetVersion : null}
        query={isNewest || step === undefined ? undefined : { step: String(step) }}
        label={t('training.sheet')}
        isSynthetic
      />
    </Section>
  );
}

function RunActs({ run }: { run: TrainingRun }) {
  const { t } = useTranslation();
  const session = useSession();
  const [isCancelling, setCancelling] = useState(false);
  const close = () => setCancelling(false);
  const cancel = useAct('trainingRuns.cancel', { done: t('training.cancelled'), onDone: close });
  const isReady =
    run.state === 'completed' &&
    run.generators.length > 0 &&
    session?.actions.includes('cohort:create');
  return (
    <>
      {isReady && (
        <Button component={Link} to={`/cohorts/new?run=${run.id}`}>
          {t('training.draw')}
        </Button>
      )}
      <ActButton
        decisions={run.decisions}
        action="training:cancel"
        variant="outline"
        color="danger"
        onClick={() => setCancelling(true)}
      >
        {t('training.cancel')}
      </ActButton>
      {isOver(run) &&
        run.checkpointStep !== null &&
        run.privacy === null &&
        session?.actions.includes('training:create') && (
          <Button component={Link} to={`/training-runs/new?from=${run.id}`} variant="outline">
            {t('training.again')}
          </Button>
        )}
      <Button component={Link} to={`/training-runs/compare?runs=${run.id}`} variant="subtle">
        {t('training.compare')}
      </Button>
      <Button component={Link} to={`/provenance/training-run/${run.id}`} variant="subtle">
        {t('provenance.link')}
      </Button>
      <ReasonDialog
        isOpen={isCancelling}
        onClose={close}
        title={t('training.cancel')}
        text={t('training.cancelText')}
        confirm={t('training.cancel')}
        isDangerous
        isPending={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate({ path: { id: run.id } })}
      />
    </>
  );
}

function ProgressCard({ run }: { run: TrainingRun }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const over = isOver(run);
  return (
    <Section title={t('training.progress')}>
      <Progress
        value={(run.step / Math.max(1, run.steps)) * 100}
        size="lg"
        animated={run.state === 'running'}
        aria-label={t('training.progress')}
      />
      <Figures isWide>
        <Figure
          label={t('training.steps')}
          value={t('training.stepsOf', {
            step: formats.number(run.step),
            steps: formats.number(run.steps),
          })}
        />
        <Figure
          label={t('training.imagesPerSecond')}
          value={formats.number(run.imagesPerSecond, 0)}
        />
        <Figure
          label={t('training.timeLeft')}
          value={
            over
              ? '–'
              : run.state === 'queued'
                ? t('training.waits')
                : formats.duration(run.secondsLeft)
          }
        />
        <Figure
          label={t(over ? 'training.finished' : 'training.started')}
          value={formats.dateTime(over ? run.finishedAt : run.startedAt)}
        />
      </Figures>
      <details className={textStyles.quietDetails}>
        <summary>{t('training.details')}</summary>
        <DescriptionList
          items={[
            [t('common.created'), formats.dateTime(run.createdAt)],
            ...(Object.keys(run.settings) as (keyof TrainingRun['settings'])[]).map(
              (name): [string, ReactNode] => [
                t(`training.settings.${name}.name`),
                settingText(run.settings[name], t, formats),
              ],
            ),
            [
              t('privacy.title'),
              run.privacy === null
                ? t('privacy.none')
                : t(run.privacy.isSettled ? 'privacy.settled' : 'privacy.reserved', {
                    epsilon: formats.number(run.privacy.epsilon, 2),
                  }),
            ],
            run.privacy !== null && [
              t('privacy.noise'),
              formats.number(run.privacy.noiseMultiplier, 3),
            ],
            run.privacy !== null && [
              t('privacy.noisySteps'),
              formats.number(run.privacy.noisySteps),
            ],
            run.privacy !== null && [t('privacy.delta'), run.privacy.delta.toExponential()],
            run.continuedFrom !== null && [
              t('training.continuedFrom'),
              <Link key="c" to="/training-runs/$id" params={{ id: run.continuedFrom.id }}>
                {run.continuedFrom.title}
              </Link>,
            ],
            run.ensembleId !== null && [
              t('ensembles.ofEnsemble'),
              <Link key="e" to="/ensembles/$id" params={{ id: run.ensembleId }}>
                {t('ensembles.toEnsemble')}
              </Link>,
            ],
            [
              t('training.permit'),
              <Link key="p" to="/permits/$id" params={{ id: run.permitId }}>
                {t('training.toPermit')}
              </Link>,
            ],
            [t('thresholds.ofRun'), t('thresholds.ofRunVersion', { number: run.thresholdVersion })],
            [
              t('training.version'),
              <Link key="v" to="/dataset-versions/$id" params={{ id: run.datasetVersionId }}>
                {run.datasetTitle}
              </Link>,
            ],
            run.provider !== null && [
              t('training.provider'),
              run.provider === 'cpu'
                ? run.provider
                : t('training.providerNotRepeatable', { provider: run.provider }),
            ],
            run.generators.length > 0 && [
              t('training.generators'),
              run.generators.map((generator) => (
                <div key={generator.id}>
                  {t('training.generatorAt', { step: formats.number(generator.step) })}{' '}
                  <code className={textStyles.hash}>{generator.sha256.slice(0, 16)}</code>
                </div>
              )),
            ],
          ]}
        />
      </details>
    </Section>
  );
}
