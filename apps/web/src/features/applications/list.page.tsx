import { Button, NativeSelect } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { applicationStates } from '@scapis/contracts';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { GuideLink } from '../guides/guide-link.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useAct, useList, useSession } from '../../api/queries.ts';

export default function ApplicationsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const session = useSession();
  const [state, setState] = useState('');
  const list = useList('applications.list', state === '' ? undefined : { query: { state } });
  const create = useAct('applications.create', {
    onDone: (made) => void navigate({ to: '/applications/$id/edit', params: { id: made.id } }),
  });
  const mayCreate = session?.actions.includes('application:create') ?? false;
  const isStaff = session?.actions.includes('application:vote') ?? false;
  const columns = useColumns();
  const begin = mayCreate && (
    <Button
      leftSection={<Icon name="plus" />}
      loading={create.isPending}
      onClick={() => create.mutate({ body: {} })}
    >
      {t('applications.begin')}
    </Button>
  );
  return (
    <Page
      title={t('applications.title')}
      lead={t('applications.lead')}
      actions={
        <>
          {begin}
          <GuideLink name={isStaff ? 'lab-admin' : 'applicant'} />
        </>
      }
    >
      {create.error && <ProblemAlert error={create.error} />}
      {list.error && <ProblemAlert error={list.error} />}
      <Section
        title={t('applications.all')}
        aside={
          <NativeSelect
            aria-label={t('applications.filter')}
            size="xs"
            value={state}
            onChange={(event) => setState(event.currentTarget.value)}
            data={[
              { value: '', label: t('applications.anyState') },
              ...applicationStates.map((each) => ({ value: each, label: t(`states.${each}`) })),
            ]}
          />
        }
      >
        {!list.isPending && (
          <DataTable
            caption={t('applications.title')}
            columns={columns}
            rows={list.items}
            rowKey={(row) => row.id}
            total={list.total}
            more={list.more}
            isLoadingMore={list.isLoadingMore}
            empty={
              <Empty
                title={t('applications.empty')}
                hint={t(mayCreate ? 'applications.emptyHint' : 'applications.emptyHintStaff')}
              >
                {begin}
              </Empty>
            }
          />
        )}
      </Section>
    </Page>
  );
}

/** The columns of the table; memoised, because the table is built anew when they change. */
function useColumns(): Column<Schemas['ApplicationSummary']>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(
    () => [
      { id: 'number', header: t('applications.number'), cell: (row) => row.number },
      {
        id: 'title',
        header: t('applications.name'),
        cell: (row) => (
          <Link to="/applications/$id" params={{ id: row.id }}>
            {row.title || t('applications.untitled')}
          </Link>
        ),
      },
      { id: 'applicant', header: t('applications.applicant'), cell: (row) => row.applicant.name },
      {
        id: 'organisation',
        header: t('applications.organisation'),
        cell: (row) => row.organisation || '–',
      },
      { id: 'state', header: t('common.state'), cell: (row) => <StateBadge state={row.state} /> },
      {
        id: 'submitted',
        header: t('applications.submitted'),
        cell: (row) => formats.date(row.submittedAt),
      },
    ],
    [t, formats],
  );
}
