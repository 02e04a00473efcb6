import { Button, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ActButton, DecisionPanel } from '../../ui/decision.tsx';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import { Thresholds } from './thresholds.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';

type Dataset = Schemas['Dataset'];

export default function DatasetPage() {
  const id = useRouteParam('id');
  const query = useCall('datasets.get', { path: { id } });
  return (
    <QueryBoundary query={query}>{(dataset) => <DatasetView dataset={dataset} />}</QueryBoundary>
  );
}

function DatasetView({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useAct('datasetVersions.create', {
    onDone: (made) => void navigate({ to: '/dataset-versions/$id', params: { id: made.id } }),
  });
  const columns = useColumns();
  const begin = (
    <ActButton
      decisions={dataset.decisions}
      action="dataset:ingest"
      loading={create.isPending}
      onClick={() => create.mutate({ path: { id: dataset.id } })}
    >
      {t('dataset.newVersion')}
    </ActButton>
  );
  return (
    <Page
      title={dataset.title}
      back={{ to: '/datasets', label: t('datasets.title') }}
      actions={
        <>
          {begin}
          <Button component={Link} to={`/provenance/dataset/${dataset.id}`} variant="subtle">
            {t('provenance.link')}
          </Button>
        </>
      }
    >
      {create.error && <ProblemAlert error={create.error} />}
      <div className={layoutStyles.card}>
        <Text className={textStyles.prose}>{dataset.description}</Text>
      </div>
      <Section title={t('dataset.versions')}>
        <DataTable
          caption={t('dataset.versions')}
          columns={columns}
          rows={dataset.versions}
          rowKey={(row) => row.id}
          empty={
            <Empty title={t('dataset.noVersions')} hint={t('dataset.noVersionsHint')}>
              {begin}
            </Empty>
          }
        />
      </Section>
      <PrivacyBudget dataset={dataset} />
      <Thresholds dataset={dataset} />
      <DecisionPanel decisions={dataset.decisions} />
    </Page>
  );
}

/** The columns of the table; memoised, because the table is built anew when they change. */
function useColumns(): Column<Schemas['DatasetVersion']>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: 'number',
        header: t('dataset.version'),
        cell: (row) => (
          <Link to="/dataset-versions/$id" params={{ id: row.id }}>
            {t('dataset.versionNumber', { number: row.number })}
          </Link>
        ),
      },
      { id: 'state', header: t('common.state'), cell: (row) => <StateBadge state={row.state} /> },
      {
        id: 'subjects',
        header: t('datasets.subjects'),
        cell: (row) => formats.number(row.counts?.subjects),
        isNumber: true,
      },
      {
        id: 'images',
        header: t('datasets.images'),
        cell: (row) => formats.number(row.counts?.images),
        isNumber: true,
      },
      {
        id: 'uploaded',
        header: t('dataset.uploadedBy'),
        cell: (row) => row.uploadedBy?.name ?? '–',
      },
      {
        id: 'approved',
        header: t('dataset.approvedBy'),
        cell: (row) => row.approvedBy?.name ?? '–',
      },
      { id: 'created', header: t('common.created'), cell: (row) => formats.date(row.createdAt) },
    ],
    [t, formats],
  );
}

function PrivacyBudget({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Section title={t('privacy.budget')}>
      <Text size="sm" c="dimmed" mb="sm">
        {t('privacy.budgetHint')}
      </Text>
      <DescriptionList
        items={[
          [
            t('privacy.spent'),
            t('privacy.ofBudget', {
              spent: formats.number(dataset.privacy.spent, 2),
              budget: formats.number(dataset.privacy.epsilon, 2),
            }),
          ],
          [t('privacy.delta'), dataset.privacy.delta.toExponential()],
          [t('privacy.privateRuns'), formats.number(dataset.privacy.privateRuns)],
          [t('privacy.isRequired'), t(dataset.privacy.isRequired ? 'privacy.yes' : 'privacy.no')],
        ]}
      />
    </Section>
  );
}
