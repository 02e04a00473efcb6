import { Alert, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { useCheckNames } from './override.tsx';

interface RefusalsProps {
  refusals: Schemas['CohortVersion']['refusals'];
}

/**
 * Earlier refusals of the same generators. A team that draws often enough can get a cohort that
 * passes by chance, so everyone who judges is told.
 */
export function Refusals({ refusals }: RefusalsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nameOf = useCheckNames();
  return (
    <Alert
      color="warning"
      variant="light"
      title={t('cohort.refusalsTitle', { count: refusals.length })}
    >
      <Text size="sm" mb="xs">
        {t('cohort.refusalsText')}
      </Text>
      {refusals.map(({ cohortVersionId, title, number, at, checks }) => (
        <Text key={cohortVersionId} size="sm">
          <Link to="/cohorts/$id" params={{ id: cohortVersionId }}>
            {t('cohorts.titleVersion', { title, number })}
          </Link>
          , {formats.dateTime(at)}: {nameOf(checks)}
        </Text>
      ))}
    </Alert>
  );
}
