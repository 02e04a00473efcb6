import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { ProblemAlert } from '../ui/problem.tsx';
import { Loading } from '../ui/query-boundary.tsx';
import { sessionOptions } from '../api/queries.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface SignedInProps {
  /** For those who are not signed in. */
  landing: ReactNode;
}

/**
 * Shows the page to those who are signed in, the landing page to others. The gateway guards the
 * data; this only spares a row of refusals.
 */
export function SignedIn({ landing }: SignedInProps) {
  const { t } = useTranslation();
  const session = useQuery(sessionOptions);
  if (session.isPending)
    return (
      <Loading>
        <Skeleton height={320} />
      </Loading>
    );
  if (session.error)
    return (
      <Page title={t('problem.title')}>
        <ProblemAlert error={session.error} />
      </Page>
    );
  return session.data === null ? landing : <Outlet />;
}
