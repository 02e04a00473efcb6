import { Button, Text, Title } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { client } from '../../api/client.ts';
import styles from './landing.module.css';
import layoutStyles from '../../ui/layout.module.css';

const points = [
  ['datasets', 'inside'],
  ['cohorts', 'synthetic'],
  ['permits', 'proven'],
  ['download', 'download'],
] as const satisfies readonly (readonly [IconName, string])[];

/** What the lab is, for those who are not signed in, and the way in. */
export function Landing() {
  const { t } = useTranslation();
  const to = useRouterState({ select: (state) => state.location.href });
  useEffect(() => {
    document.title = t('shell.brand');
  }, [t]);
  return (
    <div className={styles.landing}>
      <div className={styles.hero}>
        <Title order={1}>{t('landing.title')}</Title>
        <Text size="lg" c="dimmed">
          {t('landing.lead')}
        </Text>
        <div>
          <Button
            component="a"
            href={client.urlOf('session.login', {}, { to })}
            size="md"
            rightSection={<Icon name="arrow" />}
          >
            {t('landing.signIn')}
          </Button>
        </div>
        <Text size="sm" c="dimmed">
          {t('landing.account')}{' '}
          <Link to="/guides/$name" params={{ name: 'applicant' }}>
            {t('guides.link')}
          </Link>
        </Text>
      </div>
      <ul className={styles.points}>
        {points.map(([icon, name]) => (
          <li key={name} className={layoutStyles.card}>
            <span className={styles.pointIcon}>
              <Icon name={icon} size={22} />
            </span>
            <Text fw={650} component="h2">
              {t(`landing.points.${name}.title`)}
            </Text>
            <Text size="sm" c="dimmed">
              {t(`landing.points.${name}.text`)}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}
