import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { thresholdsChange } from '@scapis/contracts';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats } from '../../i18n/format.ts';
import { isAllowed } from '../../api/decisions.ts';
import { formResolver } from '../../api/form.ts';
import { useAct } from '../../api/queries.ts';
import { changesBetween, thresholdNames, type ThresholdChange } from './threshold-changes.ts';
import { ThresholdFields } from './threshold-fields.tsx';
import textStyles from '../../ui/text.module.css';
import layoutStyles from '../../ui/layout.module.css';

type Dataset = Schemas['Dataset'];
type Version = Dataset['thresholdVersions'][number];

/**
 * The release gate's limits in force, every version with its reason, and the form for who may set
 * the next.
 */
export function Thresholds({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [isOpen, setOpen] = useState(false);
  const versions = dataset.thresholdVersions;
  const [current] = versions;
  const columns = useMemo<Column<Version>[]>(
    () => [
      { id: 'number', header: t('thresholds.version'), cell: (row) => row.number },
      { id: 'at', header: t('thresholds.at'), cell: (row) => formats.date(row.at) },
      {
        id: 'by',
        header: t('thresholds.by'),
        cell: (row) => row.setBy?.name ?? t('thresholds.someone'),
      },
      {
        id: 'reason',
        header: t('thresholds.reason'),
        cell: (row) => (
          <span className={textStyles.prose}>
            {row.number === 1 ? t('thresholds.first') : row.reason}
          </span>
        ),
      },
      {
        id: 'changes',
        header: t('thresholds.changes'),
        cell: (row) => {
          const before = versions.find(({ number }) => number === row.number - 1);
          return before === undefined ? (
            '–'
          ) : (
            <Changes changes={changesBetween(before.values, row.values)} />
          );
        },
      },
    ],
    [t, formats, versions],
  );
  if (current === undefined) return null;
  return (
    <Section
      title={t('datasets.thresholds')}
      aside={
        isAllowed(dataset.decisions, 'thresholds:set') &&
        !isOpen && (
          <Button variant="default" onClick={() => setOpen(true)}>
            {t('thresholds.change')}
          </Button>
        )
      }
    >
      <Stack gap="md">
        <div>
          <Text fw={600}>
            {t('thresholds.inForce', {
              number: current.number,
              at: formats.dateTime(current.at),
              name: current.setBy?.name ?? t('thresholds.someone'),
            })}
          </Text>
          <Text size="sm" className={textStyles.prose}>
            {current.number === 1 ? t('thresholds.first') : current.reason}
          </Text>
          <Text size="sm" c="dimmed" mt="xs" maw="75ch">
            {t('thresholds.applies')}
          </Text>
        </div>
        {isOpen ? (
          <ChangeForm
            key={current.number}
            datasetId={dataset.id}
            current={current}
            onClose={() => setOpen(false)}
          />
        ) : (
          <DescriptionList
            items={thresholdNames.map((name) => [
              t(`gate.thresholds.${name}`),
              formats.number(current.values[name], 4),
            ])}
          />
        )}
        <details className={textStyles.quietDetails}>
          <summary>{t('thresholds.history')}</summary>
          <DataTable
            caption={t('thresholds.history')}
            columns={columns}
            rows={versions}
            rowKey={(row) => row.id}
          />
        </details>
      </Stack>
    </Section>
  );
}

function ChangeForm({
  datasetId,
  current,
  onClose,
}: {
  datasetId: string;
  current: Version;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const set = useAct('datasets.setThresholds', { done: t('thresholds.done'), onDone: onClose });
  const {
    register,
    watch,
    handleSubmit,
    formState: { errors },
  } = useForm<z.input<typeof thresholdsChange>, unknown, z.output<typeof thresholdsChange>>({
    resolver: formResolver(thresholdsChange),
    mode: 'onTouched',
    defaultValues: { after: current.number, values: current.values, reason: '' },
  });
  const changes = changesBetween(current.values, watch('values'));
  return (
    <form
      onSubmit={(event) =>
        void handleSubmit((body) => set.mutate({ path: { id: datasetId }, body }))(event)
      }
      noValidate
    >
      <Stack gap="md" className={layoutStyles.divided}>
        <Text size="sm" maw="75ch">
          {t('thresholds.changeHint', { number: current.number })}
        </Text>
        <ThresholdFields
          register={(name) => register(`values.${name}`, { valueAsNumber: true })}
          errorOf={(name) => errors.values?.[name]?.message}
        />
        <div role="status">
          <Text size="sm" fw={600}>
            {t(changes.length === 0 ? 'thresholds.willNotChange' : 'thresholds.willChange')}
          </Text>
          <Changes changes={changes} />
        </div>
        <Textarea
          {...register('reason')}
          label={t('thresholds.reason')}
          description={t('thresholds.reasonHint')}
          error={errors.reason?.message}
          autosize
          minRows={3}
          maxLength={2_000}
          required
        />
        {set.error && <ProblemAlert error={set.error} />}
        <Group gap="sm">
          <Button type="submit" disabled={changes.length === 0} loading={set.isPending}>
            {t('thresholds.set', { number: current.number + 1 })}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Changes({ changes }: { changes: readonly ThresholdChange[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (changes.length === 0) return null;
  return (
    <ul className={textStyles.plainList}>
      {changes.map(({ name, before, after, isStricter }) => (
        <li key={name}>
          {t('thresholds.fromTo', {
            name: t(`gate.thresholds.${name}`),
            before: formats.number(before, 4),
            after: formats.number(after, 4),
            direction: t(isStricter ? 'thresholds.stricter' : 'thresholds.looser'),
          })}
        </li>
      ))}
    </ul>
  );
}
