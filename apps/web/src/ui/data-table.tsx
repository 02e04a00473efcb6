import { Button, Group, Text } from '@mantine/core';
import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './data-table.module.css';

const features = tableFeatures({});

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand right, with digits of equal width. */
  isNumber?: boolean;
}

interface DataTableProps<Row> {
  /** Names the table for those who do not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  empty?: ReactNode;
  total?: number | null;
  /** Loads more rows; null or absent when all are here. */
  more?: (() => void) | null;
  isLoadingMore?: boolean;
}

/**
 * A table that becomes a list of cards on a narrow screen; roles are written out, because that
 * change of display removes a table's own.
 */
export function DataTable<Row extends object>({
  caption,
  columns,
  rows,
  rowKey,
  empty,
  total,
  more,
  isLoadingMore,
}: DataTableProps<Row>) {
  const { t } = useTranslation();
  const helper = createColumnHelper<typeof features, Row>();
  const definitions = useMemo(
    () =>
      helper.columns(
        columns.map((column) =>
          helper.display({
            id: column.id,
            header: column.header,
            cell: ({ row }) => column.cell(row.original),
          }),
        ),
      ),
    [helper, columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns: definitions, data, getRowId: rowKey });
  const byId = new Map(columns.map((column) => [column.id, column]));
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <>
      <table className={styles.table} role="table" aria-label={caption}>
        <thead role="rowgroup">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} role="row">
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  role="columnheader"
                  scope="col"
                  data-number={byId.get(header.column.id)?.isNumber}
                >
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody role="rowgroup">
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} role="row">
              {row.getAllCells().map((cell) => {
                const column = byId.get(cell.column.id);
                return (
                  <td
                    key={cell.id}
                    role="cell"
                    data-label={column?.header}
                    data-number={column?.isNumber}
                  >
                    <table.FlexRender cell={cell} />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {(more || (total !== undefined && total !== null)) && (
        <Group justify="space-between" mt="sm">
          <Text size="sm" c="dimmed">
            {total === undefined || total === null
              ? t('common.shown', { count: rows.length })
              : t('common.shownOf', { shown: rows.length, total })}
          </Text>
          {more && (
            <Button variant="default" size="xs" onClick={more} loading={isLoadingMore ?? false}>
              {t('common.more')}
            </Button>
          )}
        </Group>
      )}
    </>
  );
}
