import { Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './page.module.css';
import layoutStyles from './layout.module.css';

interface PageProps {
  title: string;
  /** One sentence under the title. */
  lead?: ReactNode;
  /** The list that this page belongs to. */
  back?: { to: string; label: string };
  badge?: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page's title, way back, and content. It names the browser tab too. */
export function Page({ title, lead, back, badge, actions, children }: PageProps) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} – ${t('shell.brand')}`;
  }, [title, t]);
  return (
    <Stack gap="lg">
      <div>
        {back && (
          <Link to={back.to} className={styles.backLink}>
            ← {back.label}
          </Link>
        )}
        <Group justify="space-between" align="flex-start" gap="md">
          <div className={styles.titleBlock}>
            <Group gap="sm" align="center">
              <Title order={1}>{title}</Title>
              {badge}
            </Group>
            {lead !== undefined && (
              <Text c="dimmed" mt={4} component="div">
                {lead}
              </Text>
            )}
          </div>
          {actions !== undefined && <Group gap="sm">{actions}</Group>}
        </Group>
      </div>
      {children}
    </Stack>
  );
}

interface SectionProps {
  title: string;
  /** At the right of the title. */
  aside?: ReactNode;
  children: ReactNode;
  id?: string;
}

/** A titled part of a page, on a card of its own. */
export function Section({ title, aside, children, id }: SectionProps) {
  return (
    <section className={layoutStyles.card} aria-label={title} id={id}>
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={2}>{title}</Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}

interface EmptyProps {
  title: string;
  hint: string;
  children?: ReactNode;
}

/** An empty list: says what would be here and what to do next. */
export function Empty({ title, hint, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" size="sm" maw="34rem">
        {hint}
      </Text>
      {children}
    </div>
  );
}
