import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { GuideLink } from '../guides/guide-link.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Empty, Page } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useList, useSession } from '../../api/queries.ts';
import layoutStyles from '../../ui/layout.module.css';
import styles from './catalogue.module.css';
import { Figure, Figures } from '../../ui/figures.tsx';

export default function CataloguePage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const session = useSession();
  const list = useList('datasets.list');
  const mayCreate = session?.actions.includes('dataset:create') ?? false;
  const begin = mayCreate && (
    <Button component={Link} to="/datasets/new" leftSection={<Icon name="plus" />}>
      {t('datasets.create')}
    </Button>
  );
  return (
    <Page
      title={t('datasets.title')}
      lead={t('datasets.lead')}
      actions={
        <>
          {begin}
          <GuideLink name={mayCreate ? 'lab-admin' : 'applicant'} />
        </>
      }
    >
      {list.error && <ProblemAlert error={list.error} />}
      {!list.isPending && list.items.length === 0 && (
        <div className={layoutStyles.card}>
          <Empty
            title={t('datasets.empty')}
            hint={t(mayCreate ? 'datasets.emptyHint' : 'datasets.emptyHintOthers')}
          >
            {begin}
          </Empty>
        </div>
      )}
      <ul className={styles.cards}>
        {list.items.map((dataset) => (
          <li key={dataset.id} className={layoutStyles.card}>
            <Text fw={650} component="h2">
              <Link to="/datasets/$id" params={{ id: dataset.id }} className={styles.coverLink}>
                {dataset.title}
              </Link>
            </Text>
            <Text size="sm" c="dimmed" lineClamp={3}>
              {dataset.description}
            </Text>
            <Figures>
              <Figure value={formats.number(dataset.subjects)} label={t('datasets.subjects')} />
              <Figure value={formats.number(dataset.images)} label={t('datasets.images')} />
              <Figure
                value={t(dataset.approvedVersionId ? 'datasets.approved' : 'datasets.notApproved')}
                label={t('common.state')}
              />
            </Figures>
          </li>
        ))}
      </ul>
      {list.more && (
        <div>
          <Button variant="default" onClick={list.more} loading={list.isLoadingMore}>
            {t('common.more')}
          </Button>
        </div>
      )}
    </Page>
  );
}
