import { Button, NativeSelect } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { UseFormRegisterReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useCall, useSession } from '../api/queries.ts';
import { useChooseText } from '../i18n/said.ts';
import { Empty } from './page.tsx';
import layoutStyles from './layout.module.css';

/**
 * What a person may begin work on: the permits in force that name him, and under the chosen one the
 * datasets with an approved version.
 */
export function usePermitted(permitId: string) {
  const session = useSession();
  const permits = useCall('permits.list', { query: { limit: 200 } });
  const datasets = useCall('datasets.list', { query: { limit: 200 } });
  const mine =
    permits.data?.items.filter(
      (permit) =>
        permit.state === 'active' &&
        permit.people.some((person) => person.id === session?.person.id),
    ) ?? [];
  const chosen = mine.find((permit) => permit.id === permitId);
  const approved =
    datasets.data?.items.filter(
      (dataset) =>
        dataset.approvedVersionId !== null &&
        chosen?.datasets.some((named) => named.id === dataset.id),
    ) ?? [];
  return {
    permits: mine,
    chosen,
    datasets: approved,
    hasNone: permits.data !== undefined && mine.length === 0,
  };
}

type Field = 'permitId' | 'datasetVersionId';
interface PermitChoiceProps {
  permitted: ReturnType<typeof usePermitted>;
  register: (name: Field) => UseFormRegisterReturn;
  isWrong: (name: Field) => boolean;
}

/** The two fields with which a form begins: under which permit, and on which dataset. */
export function PermitChoice({
  permitted: { permits, chosen, datasets },
  register,
  isWrong,
}: PermitChoiceProps) {
  const { t } = useTranslation();
  const chooseText = useChooseText();
  const errorOf = (name: Field): string | false => isWrong(name) && chooseText;
  const choose = { value: '', label: t('common.choose') };
  return (
    <>
      <NativeSelect
        {...register('permitId')}
        label={t('training.permit')}
        error={errorOf('permitId')}
        required
        data={[choose, ...permits.map((permit) => ({ value: permit.id, label: permit.title }))]}
      />
      <NativeSelect
        {...register('datasetVersionId')}
        label={t('training.dataset')}
        description={chosen && datasets.length === 0 ? t('training.noVersions') : undefined}
        error={errorOf('datasetVersionId')}
        disabled={!chosen}
        required
        data={[
          choose,
          ...datasets.map((dataset) => ({
            value: dataset.approvedVersionId ?? '',
            label: dataset.title,
          })),
        ]}
      />
    </>
  );
}

/** In place of the form, for who has no permit in force. */
export function NoPermit() {
  const { t } = useTranslation();
  return (
    <div className={layoutStyles.card}>
      <Empty title={t('training.noPermit')} hint={t('training.noPermitHint')}>
        <Button component={Link} to="/applications">
          {t('applications.title')}
        </Button>
      </Empty>
    </div>
  );
}
