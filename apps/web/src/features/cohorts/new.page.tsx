import { Button, Checkbox, Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { cohortRequest, labelMixes } from '@scapis/contracts';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useChooseText } from '../../i18n/said.ts';
import { formResolver } from '../../api/form.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { useSearchParam } from '../../api/route-params.ts';
import layoutStyles from '../../ui/layout.module.css';

export default function NewCohortPage() {
  const { t } = useTranslation();
  const chooseText = useChooseText();
  const formats = useFormats();
  const navigate = useNavigate();
  const run = useSearchParam('run');
  const imported = useSearchParam('import');
  const ensembleId = useSearchParam('ensemble');
  const runs = useCall('trainingRuns.list', { query: { limit: 200 } });
  const imports = useCall('generatorImports.list', { query: { limit: 200 } });
  const ensembles = useCall('ensembles.list', { query: { limit: 200 } });
  const form = useForm<z.input<typeof cohortRequest>, unknown, z.output<typeof cohortRequest>>({
    resolver: formResolver(cohortRequest),
    mode: 'onTouched',
    defaultValues: {
      ensembleId,
      generatorIds: [],
      title: '',
      count: 2_000,
      seed: 1,
      labelMix: 'cohort-like',
    },
  });
  const create = useAct('cohorts.create', {
    onDone: (made) => void navigate({ to: '/cohorts/$id', params: { id: made.id } }),
  });
  const trained = runs.data?.items.flatMap((each) => {
    const generator = each.generators.at(-1);
    if (each.state !== 'completed' || !generator) return [];
    return [
      {
        id: generator.id,
        from: each.id,
        title: each.title,
        line: t('cohorts.generatorLine', {
          dataset: each.datasetTitle,
          step: formats.number(generator.step),
          at: formats.date(each.finishedAt),
        }),
      },
    ];
  });
  const declared = imports.data?.items.flatMap((each) =>
    each.generatorId === null
      ? []
      : [
          {
            id: each.generatorId,
            from: each.id,
            title: each.title,
            line: t('imports.line', {
              dataset: each.datasetTitle,
              framework: each.framework,
              name: each.declaredBy.name,
            }),
          },
        ],
  );
  const ready = trained && declared && [...trained, ...declared];
  const preset = ready?.find((each) => each.from === (run ?? imported))?.id;
  useEffect(() => {
    if (preset !== undefined && ensembleId === null && form.getValues('generatorIds')?.length === 0)
      form.setValue('generatorIds', [preset]);
  }, [preset, ensembleId, form]);
  const {
    register,
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
  const back = { to: '/cohorts', label: t('cohorts.title') };
  if (ready?.length === 0) {
    return (
      <Page title={t('cohorts.create')} back={back}>
        <div className={layoutStyles.card}>
          <Empty title={t('cohorts.noGenerators')} hint={t('cohorts.noGeneratorsHint')}>
            <Button component={Link} to="/training-runs">
              {t('training.title')}
            </Button>
          </Empty>
        </div>
      </Page>
    );
  }
  return (
    <Page title={t('cohorts.create')} lead={t('cohorts.createLead')} back={back}>
      <form
        onSubmit={(event) => void form.handleSubmit((body) => create.mutate({ body }))(event)}
        noValidate
      >
        <div className={layoutStyles.split}>
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
                      {ready?.map((each) => (
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
          <div className={layoutStyles.stack}>
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
            {create.error && <ProblemAlert error={create.error} />}
            <Group>
              <Button type="submit" loading={create.isPending}>
                {t('cohorts.draw')}
              </Button>
            </Group>
          </div>
        </div>
      </form>
    </Page>
  );
}
