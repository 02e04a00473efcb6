import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty, Page } from '../../ui/page.tsx';
import layoutStyles from '../../ui/layout.module.css';

export default function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound.title')}>
      <div className={layoutStyles.card}>
        <Empty title={t('notFound.text')} hint={t('notFound.hint')}>
          <Button component={Link} to="/">
            {t('notFound.home')}
          </Button>
        </Empty>
      </div>
    </Page>
  );
}
