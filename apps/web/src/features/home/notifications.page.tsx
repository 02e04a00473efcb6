import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats } from '../../i18n/format.ts';
import { pathOf } from '../../api/paths.ts';
import { useAct, useList } from '../../api/queries.ts';
import itemListStyles from '../../ui/item-list.module.css';

export default function NotificationsPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const list = useList('notifications.list');
  const read = useAct('notifications.read');
  return (
    <Page title={t('notificationsPage.title')} lead={t('notificationsPage.lead')}>
      <Section title={t('notificationsPage.title')}>
        {list.error && <ProblemAlert error={list.error} />}
        {!list.isPending && list.items.length === 0 && (
          <Empty title={t('notificationsPage.empty')} hint={t('notificationsPage.emptyHint')} />
        )}
        <ul className={itemListStyles.list}>
          {list.items.map((item) => {
            const path = pathOf(item.objectKind, item.objectId);
            return (
              <li key={item.id} className={itemListStyles.item} data-unread={item.readAt === null}>
                <span className={itemListStyles.text}>
                  <strong>{t(`notifications.${item.kind}`)}</strong>
                  {path === null ? <span>{item.title}</span> : <Link to={path}>{item.title}</Link>}
                </span>
                <Group gap="sm">
                  <Text size="sm" c="dimmed">
                    {formats.dateTime(item.createdAt)}
                  </Text>
                  {item.readAt === null && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => read.mutate({ path: { id: item.id } })}
                    >
                      {t('notificationsPage.markRead')}
                    </Button>
                  )}
                </Group>
              </li>
            );
          })}
        </ul>
        {list.more && (
          <Button
            variant="default"
            size="xs"
            mt="sm"
            onClick={list.more}
            loading={list.isLoadingMore}
          >
            {t('common.more')}
          </Button>
        )}
      </Section>
    </Page>
  );
}
