import { Text } from '@mantine/core';
import type { Evidence } from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useFormats } from '../../i18n/format.ts';
import styles from './self-test.module.css';
import gateResultStyles from './gate-result.module.css';

/**
 * The canaries of each transformation, and how many of them the search found: a search that misses
 * them proves nothing.
 */
export function SelfTest({ selfTest }: { selfTest: Evidence['selfTest'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const columns: Column<Evidence['selfTest']['rows'][number]>[] = [
    { id: 'form', header: t('gate.selfTest.form'), cell: (row) => t(`gate.forms.${row.form}`) },
    {
      id: 'planted',
      header: t('gate.selfTest.planted'),
      cell: (row) => formats.number(row.planted),
      isNumber: true,
    },
    {
      id: 'contrastive',
      header: t('gate.selfTest.contrastive'),
      cell: (row) => formats.number(row.caughtContrastive),
      isNumber: true,
    },
    {
      id: 'pixel',
      header: t('gate.selfTest.pixel'),
      cell: (row) => formats.number(row.caughtPixel),
      isNumber: true,
    },
    {
      id: 'spectrum',
      header: t('gate.selfTest.spectrum'),
      cell: (row) => (row.caughtSpectrum === undefined ? '–' : formats.number(row.caughtSpectrum)),
      isNumber: true,
    },
    {
      id: 'caught',
      header: t('gate.selfTest.caught'),
      cell: (row) =>
        t('gate.selfTest.caughtOf', {
          caught: formats.number(row.caught),
          needed: formats.number(row.needed),
        }),
      isNumber: true,
    },
    {
      id: 'verdict',
      header: t('gate.selfTest.verdict'),
      cell: (row) => (
        <span className={styles.outcome} data-met={row.caught >= row.needed}>
          <Icon name={row.caught >= row.needed ? 'check' : 'cross'} size={16} />
          {t(row.caught >= row.needed ? 'gate.checkVerdicts.pass' : 'gate.checkVerdicts.fail')}
        </span>
      ),
    },
  ];
  return (
    <div className={gateResultStyles.check}>
      <Text fw={600} size="sm" mb="xs">
        {t('gate.selfTest.title')}
      </Text>
      <DataTable
        caption={t('gate.selfTest.title')}
        columns={columns}
        rows={selfTest.rows}
        rowKey={(row) => row.form}
      />
    </div>
  );
}
