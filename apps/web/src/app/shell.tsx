import {
  ActionIcon,
  Badge,
  Burger,
  Button,
  Menu,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import type { Action } from '@scapis/contracts';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLocale } from '../i18n/index.ts';
import { client } from '../api/client.ts';
import { queryClient, useCall, useSession } from '../api/queries.ts';
import { useLocale } from '../i18n/format.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import styles from './shell.module.css';

interface Place {
  to: string;
  icon: IconName;
  name:
    | 'home'
    | 'applications'
    | 'permits'
    | 'datasets'
    | 'training'
    | 'cohorts'
    | 'receipts'
    | 'audit';
  needs?: Action;
}
const places: readonly Place[] = [
  { to: '/', icon: 'home', name: 'home' },
  { to: '/applications', icon: 'applications', name: 'applications' },
  { to: '/permits', icon: 'permits', name: 'permits' },
  { to: '/datasets', icon: 'datasets', name: 'datasets' },
  { to: '/training-runs', icon: 'training', name: 'training' },
  { to: '/cohorts', icon: 'cohorts', name: 'cohorts' },
  { to: '/receipts', icon: 'receipts', name: 'receipts' },
  { to: '/audit', icon: 'audit', name: 'audit', needs: 'audit:read' },
];

/** The frame around every page: skip link, top bar, places, the page itself, footer. */
export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const [isOpen, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // After a change of page the keyboard and the screen reader go on at the new page, not at the
  // link that was pressed.
  useEffect(() => {
    setOpen(false);
    if (isFirst.current) isFirst.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <div className={styles.shell} data-signed-in={session !== null}>
      <a className={styles.skipLink} href="#main">
        {t('shell.skip')}
      </a>
      <header className={styles.topBar}>
        {session && (
          <Burger
            className={styles.onlyNarrow}
            opened={isOpen}
            onClick={() => setOpen(!isOpen)}
            size="sm"
            aria-label={t(isOpen ? 'shell.closeMenu' : 'shell.openMenu')}
            aria-expanded={isOpen}
            aria-controls="places"
          />
        )}
        <Link to="/" className={styles.brand}>
          <img src="/icon.svg" alt="" width={30} height={30} />
          <span>{t('shell.brand')}</span>
        </Link>
        <div className={styles.topTools}>
          <LocaleSwitch />
          <SchemeSwitch />
          {session && <Bell />}
          {session && (
            <PersonMenu
              name={session.person.name}
              roles={session.roles.map((role) => t(`roles.${role}`)).join(', ')}
            />
          )}
        </div>
      </header>
      {session && (
        <nav
          id="places"
          className={styles.places}
          data-open={isOpen}
          aria-label={t('shell.places')}
        >
          {places
            .filter((place) => !place.needs || session.actions.includes(place.needs))
            .map((place) => (
              <Link
                key={place.to}
                to={place.to}
                className={styles.place}
                activeProps={{ 'aria-current': 'page' }}
                activeOptions={{ exact: place.to === '/' }}
              >
                <Icon name={place.icon} />
                <span>{t(`shell.nav.${place.name}`)}</span>
              </Link>
            ))}
        </nav>
      )}
      <main id="main" ref={main} tabIndex={-1} className={styles.page}>
        <Outlet />
      </main>
      <footer className={styles.footer}>
        <Text size="sm" c="dimmed">
          {t('shell.footer')}
        </Text>
        <Link to="/tillganglighet" className={styles.quietLink}>
          {t('shell.accessibility')}
        </Link>
      </footer>
    </div>
  );
}

function LocaleSwitch() {
  const { t } = useTranslation();
  const locale = useLocale();
  const other = locale === 'sv' ? 'en' : 'sv';
  return (
    <Button
      variant="subtle"
      size="compact-md"
      lang={other}
      onClick={() => void changeLocale(other)}
    >
      {t('shell.otherLanguage')}
    </Button>
  );
}

function SchemeSwitch() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon
      variant="subtle"
      size="lg"
      aria-label={t(other === 'dark' ? 'shell.dark' : 'shell.light')}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </ActionIcon>
  );
}

function Bell() {
  const { t } = useTranslation();
  const list = useCall('notifications.list', { query: { limit: 50 } }, { pollMs: () => 30_000 });
  const unread = list.data?.items.filter((item) => item.readAt === null).length ?? 0;
  return (
    <Link
      to="/notifications"
      className={styles.bell}
      aria-label={t('shell.notifications', { count: unread })}
    >
      <Icon name="bell" />
      {unread > 0 && (
        <Badge size="sm" circle={unread < 10} className={styles.bellCount} aria-hidden="true">
          {unread}
        </Badge>
      )}
    </Link>
  );
}

const initialsOf = (name: string): string =>
  name
    .split(' ')
    .map((part) => part.charAt(0))
    .join('')
    .slice(0, 3);

function PersonMenu({ name, roles }: { name: string; roles: string }) {
  const { t } = useTranslation();
  async function signOut() {
    const { redirectTo } = await client.call('session.logout');
    queryClient.clear();
    window.location.assign(redirectTo);
  }
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="default"
          size="compact-md"
          className={styles.personButton}
          aria-label={t('shell.account', { name: `${initialsOf(name)}, ${name}` })}
        >
          <span className={styles.onlyWide}>{name}</span>
          <span className={styles.onlyPhone} aria-hidden="true">
            {initialsOf(name)}
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{roles}</Menu.Label>
        <Menu.Item onClick={() => void signOut()}>{t('shell.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
