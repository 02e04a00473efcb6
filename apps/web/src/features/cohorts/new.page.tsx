import { Button, Group } from '@mantine/core';
import { cohortRequest } from '@scapis/contracts';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { Empty, Page } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { GeneratorFields, WhatFields } from './cohort-fields.tsx';
import { useReadyGenerators } from './use-ready-generators.ts';
import { formResolver } from '../../api/form.ts';
import { useAct } from '../../api/queries.ts';
import { useSearchParam } from '../../api/route-params.ts';
import layoutStyles from '../../ui/layout.module.css';

export default function NewCohortPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const run = useSearchParam('run');
  const imported = useSearchParam('import');
  const ensembleId = useSearchParam('ensemble');
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
  const ready = useReadyGenerators();
  const preset = ready?.find((each) => each.from === (run ?? imported))?.id;
  useEffect(() => {
    if (preset !== undefined && ensembleId === null && form.getValues('generatorIds')?.length === 0)
      form.setValue('generatorIds', [preset]);
  }, [preset, ensembleId, form]);
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
          <GeneratorFields form={form} generators={ready ?? []} />
          <div className={layoutStyles.stack}>
            <WhatFields form={form} />
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
