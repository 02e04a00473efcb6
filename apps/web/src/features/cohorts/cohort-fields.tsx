import { Checkbox, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { labelMixes, type cohortRequest } from '@scapis/contracts';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useChooseText } from '../../i18n/said.ts';
import type { z } from 'zod';
import { useCall } from '../../api/queries.ts';
import { useFormats } from '../../i18n/format.ts';
import { Section } from '../../ui/page.tsx';
import type { ReadyGenerator } from './use-ready-generators.ts';

type Form = UseFormReturn<z.input<typeof cohortRequest>, unknown, z.output<typeof cohortRequest>>;

interface GeneratorFieldsProps {
  form: Form;
  generators: readonly ReadyGenerator[];
}

/** What draws: an ensemble, or generators chosen one by one. */
export function GeneratorFields({ form, generators }: GeneratorFieldsProps) {
  const { t } = useTranslation();
  const chooseText = useChooseText();
  const formats = useFormats();
  const ensembles = useCall('ensembles.list', { query: { limit: 200 } });
  const {
    control,
    watch,
    setValue,
    formState: { errors },
  } = form;
  const completed =
    ensembles.data?.items.flatMap(({ id, title, choice }) =>
      choice === null
        ? []
        : [
            {
              value: id,
              label: t('ensembles.option', {
                title,
                coverage: formats.share(choice.coverage.chosen),
              }),
            },
          ],
    ) ?? [];
  const chosen = watch('ensembleId') ?? null;
  return (
    <Section title={t('cohorts.generators')}>
      {completed.length > 0 && (
        <NativeSelect
          mb="md"
          label={t('ensembles.from')}
          value={chosen ?? ''}
          data={[...completed, { value: '', label: t('ensembles.byHand') }]}
          onChange={({ currentTarget }) => {
            setValue('ensembleId', currentTarget.value === '' ? null : currentTarget.value);
            if (currentTarget.value !== '') setValue('generatorIds', []);
          }}
        />
      )}
      {chosen === null && (
        <Controller
          control={control}
          name="generatorIds"
          render={({ field }) => (
            <Checkbox.Group
              value={field.value}
              onChange={field.onChange}
              label={t('cohorts.generatorsLabel')}
              description={t('cohorts.generatorsHint')}
              error={errors.generatorIds && chooseText}
              required
            >
              <Stack gap="sm" mt="sm">
                {generators.map((each) => (
                  <Checkbox
                    key={each.id}
                    value={each.id}
                    label={each.title}
                    description={each.line}
                  />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
        />
      )}
    </Section>
  );
}

interface WhatFieldsProps {
  form: Form;
}

/** What is drawn: how many images, with which labels, under which seed. */
export function WhatFields({ form }: WhatFieldsProps) {
  const { t } = useTranslation();
  const {
    register,
    control,
    formState: { errors },
  } = form;
  return (
    <Section title={t('cohorts.what')}>
      <Stack gap="md">
        <TextInput
          {...register('title')}
          label={t('cohorts.name')}
          error={errors.title?.message}
          required
        />
        <TextInput
          type="number"
          {...register('count', { valueAsNumber: true })}
          label={t('cohorts.count')}
          description={t('cohorts.countHint')}
          error={errors.count?.message}
          required
        />
        <Controller
          control={control}
          name="labelMix"
          render={({ field }) => (
            <Radio.Group
              value={field.value ?? 'cohort-like'}
              onChange={field.onChange}
              label={t('cohorts.labelMix')}
              required
            >
              <Stack gap="xs" mt="xs">
                {labelMixes.map((mix) => (
                  <Radio
                    key={mix}
                    value={mix}
                    label={t(`cohorts.mixes.${mix}.name`)}
                    description={t(`cohorts.mixes.${mix}.text`)}
                  />
                ))}
              </Stack>
            </Radio.Group>
          )}
        />
        <TextInput
          type="number"
          {...register('seed', { valueAsNumber: true })}
          label={t('training.seed')}
          description={t('training.seedHint')}
          error={errors.seed?.message}
          required
        />
      </Stack>
    </Section>
  );
}
