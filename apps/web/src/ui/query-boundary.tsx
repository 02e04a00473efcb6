import { Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from './page.tsx';
import { ProblemAlert } from './problem.tsx';

interface QueryBoundaryProps<Data> {
  query: {
    data: Data | undefined;
    error: Error | null;
    isPending: boolean;
  };
  children: (data: Data) => ReactNode;
}

/**
 * Shows a page once what it needs is read. Until then its outline, so that nothing jumps; or why it
 * could not be read.
 */
export function QueryBoundary<Data>({ query, children }: QueryBoundaryProps<Data>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return (
      <Page title={t('problem.title')}>
        <ProblemAlert error={query.error} />
      </Page>
    );
  return (
    <Loading>
      <Skeleton height={34} width="45%" />
      <Skeleton height={160} />
      <Skeleton height={260} />
    </Loading>
  );
}

/** The outline of what is being read: said once by a screen reader. */
export function Loading({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" aria-busy="true" aria-label={t('common.loading')} role="status">
      {children}
    </Stack>
  );
}
