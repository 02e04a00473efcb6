import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { GuideName } from './guides.ts';

/** The way from a page to the guide of its task; with a label, to another one. */
export function GuideLink({ name, label }: { name: GuideName; label?: string }) {
  const { t } = useTranslation();
  return (
    <Button component={Link} to={`/guides/${name}`} variant="subtle">
      {label ?? t('guides.link')}
    </Button>
  );
}
