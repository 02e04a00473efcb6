import { Alert, Badge, Button, Progress, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton, DecisionPanel } from '../../components/decision.tsx';
import { LineChart, type Line } from '../../components/line-chart.tsx';
import { Facts, Loaded, Page, Section } from '../../components/page.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { SliceViewer } from '../../components/slice-viewer.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { useFormats } from '../../format.ts';
import { isAllowed } from '../../session/decisions.ts';
import { useAct, useSession } from '../../session/queries.ts';
import { useRouteParam } from '../../session/route-params.ts';
import { groupNames, groupOf, isOver, useLiveRun, type TrainingPoint, type TrainingRun } from './live.ts';


export default function RunPage() {
  const id = useRouteParam('id');
  const live = useLiveRun(id);
  return <Loaded query={live.run}>{(run) => <RunView run={run} points={live.points} isLive={live.isLive} />}</Loaded>;
}

function RunView({ run, points, isLive }: { run: TrainingRun; points: TrainingPoint[]; isLive: boolean }) {
  const { t } = useTranslation();
  const mayView = isAllowed(run.decisions, 'sheet:view');
  return (
    <Page title={run.title} lead={t('training.runLead', { dataset: run.datasetTitle, name: run.requestedBy.name })} back={{ to: '/training-runs', label: t('training.title') }}
      badge={<><StateBadge state={run.state} />{isLive && <Badge variant="default" className="state-badge" data-tone="going">{t('training.live')}</Badge>}</>} actions={<RunActs run={run} />}>
      {run.failure !== null && <Alert color="danger" variant="light" title={t('training.failed')}>{run.failure}</Alert>}
      <ProgressCard run={run} />
      <Section title={t('training.curves')}>
        <div className="charts">
          {groupNames.map((group) => {
            const lines = linesOf(points, group);
            if (lines.length === 0 && group !== 'losses') return null;
            return <LineChart key={group} title={t(`training.groups.${group}`)} lines={lines.map((line) => ({ ...line, name: t(`training.metrics.${line.name}`, { defaultValue: line.name }) }))} xLabel={t('training.step')} empty={t('training.noPoints')} isFromZero={group === 'speed'} />;
          })}
        </div>
      </Section>
      {run.hasSampleSheet && mayView && (
        <Section title={t('training.sheet')}>
          <Text size="sm" c="dimmed" mb="sm">{t('training.sheetHint')}</Text>
          <SliceViewer sheet="trainingRuns.sampleSheet" id={run.id} version={run.sampleSheetVersion} label={t('training.sheet')} isSynthetic />
        </Section>
      )}
      <DecisionPanel decisions={run.decisions} />
    </Page>
  );
}

function RunActs({ run }: { run: TrainingRun }) {
  const { t } = useTranslation();
  const session = useSession();
  const [isCancelling, setCancelling] = useState(false);
  const close = () => setCancelling(false);
  const cancel = useAct('trainingRuns.cancel', { done: t('training.cancelled'), onDone: close });
  const isReady = run.state === 'completed' && run.generators.length > 0 && session?.actions.includes('cohort:create');
  return (
    <>
      {isReady && <Button component={Link} to={`/cohorts/new?run=${run.id}`}>{t('training.draw')}</Button>}
      <ActButton decisions={run.decisions} action="training:cancel" variant="outline" color="danger" onClick={() => setCancelling(true)}>{t('training.cancel')}</ActButton>
      <Button component={Link} to={`/provenance/training-run/${run.id}`} variant="subtle">{t('provenance.link')}</Button>
      <ReasonDialog isOpen={isCancelling} onClose={close} title={t('training.cancel')} text={t('training.cancelText')} confirm={t('training.cancel')} isDangerous isPending={cancel.isPending} error={cancel.error} onConfirm={() => cancel.mutate({ path: { id: run.id } })} />
    </>
  );
}

function ProgressCard({ run }: { run: TrainingRun }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const over = isOver(run);
  return (
    <Section title={t('training.progress')}>
      <Progress value={(run.step / Math.max(1, run.steps)) * 100} size="lg" animated={run.state === 'running'} aria-label={t('training.progress')} />
      <div className="figures wide">
        <Figure label={t('training.steps')} value={t('training.stepsOf', { step: formats.number(run.step), steps: formats.number(run.steps) })} />
        <Figure label={t('training.imagesPerSecond')} value={formats.number(run.imagesPerSecond, 0)} />
        <Figure label={t('training.timeLeft')} value={over ? '–' : run.state === 'queued' ? t('training.waits') : formats.duration(run.secondsLeft)} />
        <Figure label={t(over ? 'training.finished' : 'training.started')} value={formats.dateTime(over ? run.finishedAt : run.startedAt)} />
      </div>
      <details className="quiet-details">
        <summary>{t('training.details')}</summary>
        <Facts items={[
          [t('training.batch'), formats.number(run.batch)], [t('privacy.title'), run.privacy === null ? t('privacy.none') : t(run.privacy.isSettled ? 'privacy.settled' : 'privacy.reserved', { epsilon: formats.number(run.privacy.epsilon, 2) })],
          run.privacy !== null && [t('privacy.noise'), formats.number(run.privacy.noiseMultiplier, 3)], run.privacy !== null && [t('privacy.noisySteps'), formats.number(run.privacy.noisySteps)], run.privacy !== null && [t('privacy.delta'), run.privacy.delta.toExponential()],
          [t('training.seed'), run.seed], [t('common.created'), formats.dateTime(run.createdAt)],
          [t('training.permit'), <Link key="p" to="/permits/$id" params={{ id: run.permitId }}>{t('training.toPermit')}</Link>],
          [t('training.version'), <Link key="v" to="/dataset-versions/$id" params={{ id: run.datasetVersionId }}>{run.datasetTitle}</Link>],
          run.provider !== null && [t('training.provider'), run.provider === 'cpu' ? run.provider : t('training.providerNotRepeatable', { provider: run.provider })],
          run.generators.length > 0 && [t('training.generators'), run.generators.map((generator) => <div key={generator.id}>{t('training.generatorAt', { step: formats.number(generator.step) })} <code className="hash">{generator.sha256.slice(0, 16)}</code></div>)],
        ]} />
      </details>
    </Section>
  );
}

const Figure = ({ label, value }: { label: string; value: string }) => <span className="figure"><strong>{value}</strong><span>{label}</span></span>;

function linesOf(points: readonly TrainingPoint[], group: ReturnType<typeof groupOf>): Line[] {
  const names = [...new Set(points.flatMap((point) => Object.keys(point.metrics)))].filter((name) => groupOf(name) === group);
  return names.map((name) => ({
    name,
    points: points.flatMap((point): [number, number][] => {
      const value = point.metrics[name];
      return value === undefined || !Number.isFinite(value) ? [] : [[point.step, value]];
    }),
  }));
}
