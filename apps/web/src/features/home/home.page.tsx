import { Badge, Button, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import type { Action } from '@scapis/contracts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icons.tsx';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { useFormats } from '../../i18n/format.ts';
import { guidesFor } from '../guides/guides.ts';
import { pathOf } from '../../api/paths.ts';
import { useCall, useSession } from '../../api/queries.ts';
import layoutStyles from '../../ui/layout.module.css';
import styles from './home.module.css';
import itemListStyles from '../../ui/item-list.module.css';

/** Where a person with each door open usually begins. */
const starts: readonly {
  action: Action;
  to: string;
  name: 'application' | 'dataset' | 'training' | 'cohort' | 'audit';
}[] = [
  { action: 'application:create', to: '/applications', name: 'application' },
  { action: 'dataset:create', to: '/datasets/new', name: 'dataset' },
  { action: 'training:create', to: '/training-runs/new', name: 'training' },
  { action: 'cohort:create', to: '/cohorts/new', name: 'cohort' },
  { action: 'audit:read', to: '/audit', name: 'audit' },
];

export default function HomePage() {
  const { t } = useTranslation();
  const session = useSession();
  const home = useCall('home.get', {}, { pollMs: () => 20_000 });
  return (
    <QueryBoundary query={home}>
      {({ items }) => {
        const mine = items.filter((item) => item.turn === 'mine');
        const others = items.filter((item) => item.turn === 'others');
        const firstName = session?.person.name.split(' ')[0] ?? '';
        return (
          <Page
            title={t('home.hello', { name: firstName })}
            lead={
              mine.length === 0 ? t('home.nothingWaits') : t('home.waiting', { count: mine.length })
            }
          >
            <div className={layoutStyles.split}>
              <Section
                title={t('home.mine')}
                aside={<Badge variant="default">{mine.length}</Badge>}
              >
                {mine.length === 0 ? (
                  <Empty title={t('home.noMine')} hint={t('home.noMineHint')} />
                ) : (
                  <ItemList items={mine} />
                )}
              </Section>
              <div className={layoutStyles.stack}>
                <Section title={t('home.start')}>
                  <div className={styles.starts}>
                    {starts
                      .filter((start) => session?.actions.includes(start.action))
                      .map((start) => (
                        <Button
                          key={start.name}
                          component={Link}
                          to={start.to}
                          variant="default"
                          justify="space-between"
                          rightSection={<Icon name="arrow" size={16} />}
                        >
                          {t(`home.starts.${start.name}`)}
                        </Button>
                      ))}
                    <Button
                      component={Link}
                      to="/cohorts"
                      variant="default"
                      justify="space-between"
                      rightSection={<Icon name="arrow" size={16} />}
                    >
                      {t('home.starts.browse')}
                    </Button>
                  </div>
                </Section>
                <Section title={t('guides.mine')}>
                  <div className={styles.starts}>
                    {guidesFor(session?.roles ?? []).map((name) => (
                      <Button
                        key={name}
                        component={Link}
                        to={`/guides/${name}`}
                        variant="default"
                        justify="space-between"
                        rightSection={<Icon name="arrow" size={16} />}
                      >
                        {t(`guides.names.${name}`)}
                      </Button>
                    ))}
                  </div>
                </Section>
                <Section
                  title={t('home.others')}
                  aside={<Badge variant="default">{others.length}</Badge>}
                >
                  {others.length === 0 ? (
                    <Text size="sm" c="dimmed">
                      {t('home.noOthers')}
                    </Text>
                  ) : (
                    <ItemList items={others} />
                  )}
                </Section>
              </div>
            </div>
          </Page>
        );
      }}
    </QueryBoundary>
  );
}

function ItemList({ items }: { items: Schemas['Home']['items'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <ul className={itemListStyles.list}>
      {items.map((item) => {
        const path = pathOf(item.objectKind, item.objectId);
        const content = (
          <>
            <span className={itemListStyles.text}>
              <strong>{t(`home.kinds.${item.kind}`)}</strong>
              <span>{item.title}</span>
            </span>
            <span className={itemListStyles.meta}>
              {t('home.since', { at: formats.dateTime(item.since) })}
            </span>
          </>
        );
        return (
          <li key={`${item.kind} ${item.objectId}`}>
            {path === null ? (
              <div className={itemListStyles.item}>{content}</div>
            ) : (
              <Link to={path} className={itemListStyles.item}>
                {content}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}
