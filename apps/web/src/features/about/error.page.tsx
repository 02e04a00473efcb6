import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';

/** Shown when a page itself fails: an update while it was open, or a fault in it. */
export function ErrorPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <Page title={t('errorPage.title')} lead={t('errorPage.lead')}>
      <ProblemAlert error={error instanceof Error ? error : new Error(String(error))} />
      <Group>
        <Button onClick={() => window.location.reload()}>{t('errorPage.reload')}</Button>
      </Group>
    </Page>
  );
}
