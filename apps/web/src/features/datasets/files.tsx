import { NativeSelect } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Empty, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useList } from '../../api/queries.ts';
import { useReasonText } from './reason-text.ts';

type FileVerdict = Schemas['DatasetFile']['verdict'];
const verdicts: readonly FileVerdict[] = ['accepted', 'quarantined', 'rejected'];

/**
 * The verdict on each file by its place in the archive: names may hold identities, so they are
 * never shown.
 */
export function Files({ id }: { id: string }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const [verdict, setVerdict] = useState('');
  const list = useList('datasetVersions.files', {
    path: { id },
    query: verdict === '' ? {} : { verdict },
  });
  const columns = useMemo<Column<Schemas['DatasetFile']>[]>(
    () => [
      { id: 'ordinal', header: t('dataset.file'), cell: (row) => row.ordinal },
      {
        id: 'verdict',
        header: t('dataset.verdict'),
        cell: (row) => t(`dataset.verdicts.${row.verdict}`),
      },
      {
        id: 'reason',
        header: t('dataset.reason'),
        cell: (row) => (row.reason === null ? '–' : reasonText(row.reason)),
      },
    ],
    [t, reasonText],
  );
  return (
    <Section
      title={t('dataset.fileVerdicts')}
      aside={
        <NativeSelect
          aria-label={t('dataset.verdict')}
          size="xs"
          value={verdict}
          onChange={(event) => setVerdict(event.currentTarget.value)}
          data={[
            { value: '', label: t('dataset.allVerdicts') },
            ...verdicts.map((each) => ({ value: each, label: t(`dataset.verdicts.${each}`) })),
          ]}
        />
      }
    >
      {list.error && <ProblemAlert error={list.error} />}
      {!list.isPending && (
        <DataTable
          caption={t('dataset.fileVerdicts')}
          columns={columns}
          rows={list.items}
          rowKey={(row) => String(row.ordinal)}
          total={list.total}
          more={list.more}
          isLoadingMore={list.isLoadingMore}
          empty={<Empty title={t('dataset.noFiles')} hint={t('dataset.noFilesHint')} />}
        />
      )}
    </Section>
  );
}
