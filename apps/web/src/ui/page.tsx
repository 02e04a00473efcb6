import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from './problem.tsx';

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
          <Link to={back.to} className="back-link">
            ← {back.label}
          </Link>
        )}
        <Group justify="space-between" align="flex-start" gap="md">
          <div className="title-block">
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

/** A titled part of a page, on a card of its own. */
export function Section({
  title,
  aside,
  children,
  id,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  id?: string;
}) {
  return (
    <section className="card" aria-label={title} id={id}>
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={2}>{title}</Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}

/**
 * Shows a page once what it needs is read; until then its outline, so that nothing jumps; or why it
 * could not be read.
 */
export function Loaded<Data>({
  query,
  children,
}: {
  query: { data: Data | undefined; error: Error | null; isPending: boolean };
  children: (data: Data) => ReactNode;
}) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return (
      <Page title={t('problem.title')}>
        <ProblemAlert error={query.error} />
      </Page>
    );
  return (
    <Stack gap="lg" aria-busy="true" aria-label={t('common.loading')} role="status">
      <Skeleton height={34} width="45%" />
      <Skeleton height={160} />
      <Skeleton height={260} />
    </Stack>
  );
}

/** An empty list: says what would be here and what to do next. */
export function Empty({
  title,
  hint,
  children,
}: {
  title: string;
  hint: string;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" size="sm" maw="34rem">
        {hint}
      </Text>
      {children}
    </div>
  );
}

/** Facts as a list of term and value. */
export function Facts({
  items,
}: {
  items: readonly (readonly [term: string, value: ReactNode] | false)[];
}) {
  return (
    <dl className="facts">
      {items
        .filter((item) => item !== false)
        .map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
