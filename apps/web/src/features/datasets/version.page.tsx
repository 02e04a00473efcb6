import { Button, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import type { TFunction } from 'i18next';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton, DecisionPanel } from '../../ui/decision.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { SliceViewer } from '../../viewer/slice-viewer.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Stepper, type Step } from '../../ui/stepper.tsx';
import { useFormats } from '../../i18n/format.ts';
import { client } from '../../api/client.ts';
import { isAllowed } from '../../api/decisions.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import { Contents, Deidentification, Findings } from './contents.tsx';
import { Files } from './files.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { ProgressPanel } from '../../ui/progress-panel.tsx';

type Version = Schemas['DatasetVersion'];
const isWorking = (version: Version): boolean =>
  version.state === 'quarantined' || version.state === 'ingesting';

export default function VersionPage() {
  const id = useRouteParam('id');
  const query = useCall(
    'datasetVersions.get',
    { path: { id } },
    { pollMs: (version) => (version && isWorking(version) ? 1_500 : false) },
  );
  return (
    <QueryBoundary query={query}>{(version) => <VersionView version={version} />}</QueryBoundary>
  );
}

function VersionView({ version }: { version: Version }) {
  const { t } = useTranslation();
  const { id, state, decisions } = version;
  const dataset = useCall('datasets.get', { path: { id: version.datasetId } });
  const mayInspect = isAllowed(decisions, 'dataset:inspect');
  const title =
    `${dataset.data?.title ?? ''} ${t('dataset.versionNumber', { number: version.number })}`.trim();
  return (
    <Page
      title={title}
      back={{
        to: `/datasets/${version.datasetId}`,
        label: dataset.data?.title ?? t('datasets.title'),
      }}
      badge={<StateBadge state={state} />}
      actions={<VersionActs version={version} />}
    >
      <Section title={t('dataset.way')}>
        <Stepper label={t('dataset.way')} steps={toSteps(state, t)} />
        {isWorking(version) && <Ingesting version={version} />}
      </Section>
      {state === 'empty' && isAllowed(decisions, 'dataset:ingest') && (
        <Section title={t('dataset.upload')}>
          <FileUpload
            label={t('dataset.zip')}
            hint={t('dataset.zipHint')}
            accept=".zip,application/zip"
            media="application/zip"
            urlOf={() => client.urlOf('datasetVersions.upload', { id })}
          />
        </Section>
      )}
      {version.failure !== null && (
        <FailureAlert title={t('dataset.failed')} failure={version.failure} />
      )}
      {version.counts && <Contents counts={version.counts} />}
      {version.hasContactSheet && mayInspect && (
        <Section title={t('dataset.contactSheet')}>
          <Text size="sm" c="dimmed" mb="sm">
            {t('dataset.contactSheetHint')}
          </Text>
          <SliceViewer
            sheet="datasetVersions.contactSheet"
            id={id}
            label={t('dataset.contactSheet')}
            isSynthetic={false}
          />
        </Section>
      )}
      {(version.deidentification ?? version.findings.length > 0) && (
        <div className={layoutStyles.halves}>
          <Deidentification counts={version.deidentification ?? {}} />
          <Findings findings={version.findings} />
        </div>
      )}
      {version.counts && mayInspect && <Files id={id} />}
      <DecisionPanel decisions={decisions} />
    </Page>
  );
}

function VersionActs({ version }: { version: Version }) {
  const { t } = useTranslation();
  const { id, decisions } = version;
  const [dialog, setDialog] = useState<'approve' | 'reject' | null>(null);
  const close = () => setDialog(null);
  const approve = useAct('datasetVersions.approve', { done: t('dataset.approved'), onDone: close });
  const reject = useAct('datasetVersions.reject', { done: t('dataset.rejected'), onDone: close });
  return (
    <>
      <ActButton
        decisions={decisions}
        action="dataset:approve"
        onClick={() => setDialog('approve')}
      >
        {t('dataset.approve')}
      </ActButton>
      {isAllowed(decisions, 'dataset:approve') && (
        <Button variant="default" onClick={() => setDialog('reject')}>
          {t('dataset.reject')}
        </Button>
      )}
      <Button component={Link} to={`/provenance/dataset-version/${id}`} variant="subtle">
        {t('provenance.link')}
      </Button>
      <ReasonDialog
        isOpen={dialog === 'approve'}
        onClose={close}
        title={t('dataset.approve')}
        text={t('dataset.approveText')}
        confirm={t('dataset.approve')}
        isPending={approve.isPending}
        error={approve.error}
        onConfirm={() => approve.mutate({ path: { id } })}
      />
      <ReasonDialog
        isOpen={dialog === 'reject'}
        onClose={close}
        title={t('dataset.reject')}
        text={t('dataset.rejectText')}
        label={t('dataset.rejectLabel')}
        confirm={t('dataset.reject')}
        isDangerous
        isPending={reject.isPending}
        error={reject.error}
        onConfirm={(reason) => reject.mutate({ path: { id }, body: { reason } })}
      />
    </>
  );
}

function Ingesting({ version }: { version: Version }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { done, total } = version.progress ?? { done: 0, total: 0 };
  return (
    <ProgressPanel share={total === 0 ? 0 : done / total} label={t('dataset.ingesting')}>
      {total === 0
        ? t('dataset.waitsForWorker')
        : t('dataset.filesDone', { done: formats.number(done), total: formats.number(total) })}
    </ProgressPanel>
  );
}

function toSteps(state: Version['state'], t: TFunction): Step[] {
  const order = ['empty', 'quarantined', 'ingesting', 'checked', 'approved'] as const;
  const reached = state === 'rejected' ? 4 : state === 'failed' ? 2 : order.indexOf(state);
  const isBad = state === 'rejected' || state === 'failed';
  return order.map((step, index) => ({
    key: step,
    label: isBad && index === reached ? t(`states.${state}`) : t(`dataset.steps.${step}`),
    status:
      index < reached || (state === 'approved' && index === reached)
        ? 'done'
        : index === reached
          ? isBad
            ? 'failed'
            : 'now'
          : 'later',
  }));
}
