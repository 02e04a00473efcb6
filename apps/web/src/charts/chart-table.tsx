import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './charts.module.css';
import layoutStyles from '../ui/layout.module.css';

/**
 * The numbers of a chart as a table, folded away: the same facts for those who do not see or trust
 * the picture.
 */
export function ChartTable({
  title,
  head,
  rows,
}: {
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles.table} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('chart.table')}</summary>
      {isOpen && (
        <div className={layoutStyles.scrollX} tabIndex={0} role="group" aria-label={title}>
          <table>
            <thead>
              <tr>
                {head.map((cell, index) => (
                  <th key={`${cell}-${index}`} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={column}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
