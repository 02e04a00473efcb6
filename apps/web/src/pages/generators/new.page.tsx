import { Button, Checkbox, Group, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { generatorImportRequest } from '@scapis/contracts';
import { Link, useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { Empty, Page, Section } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem.tsx';
import { formResolver } from '../../session/form.ts';
import { useAct, useCall, useSession } from '../../session/queries.ts';

type Declaration = z.input<typeof generatorImportRequest>;

export default function NewGeneratorImportPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const session = useSession();
  const permits = useCall('permits.list', { query: { limit: 200 } });
  const datasets = useCall('datasets.list', { query: { limit: 200 } });
  const form = useForm<Declaration, unknown, z.output<typeof generatorImportRequest>>({
    resolver: formResolver(generatorImportRequest), mode: 'onTouched', defaultValues: { permitId: '', datasetVersionId: '', title: '', framework: '', recipe: '' },
  });
  const declare = useAct('generatorImports.create', { onDone: (made) => void navigate({ to: '/generator-imports/$id', params: { id: made.id } }) });
  const { register, watch, formState: { errors } } = form;
  const mine = permits.data?.items.filter((permit) => permit.state === 'active' && permit.people.some((person) => person.id === session?.person.id)) ?? [];
  const chosen = mine.find((permit) => permit.id === watch('permitId'));
  const versions = datasets.data?.items.filter((dataset) => dataset.approvedVersionId !== null && chosen?.datasets.some((named) => named.id === dataset.id)) ?? [];
  const back = { to: '/training-runs', label: t('training.title') };
  if (permits.data && mine.length === 0) {
    return (
      <Page title={t('imports.create')} back={back}>
        <div className="card"><Empty title={t('training.noPermit')} hint={t('training.noPermitHint')}><Button component={Link} to="/applications">{t('applications.title')}</Button></Empty></div>
      </Page>
    );
  }
  return (
    <Page title={t('imports.create')} lead={t('imports.createLead')} back={back}>
      <form onSubmit={(event) => void form.handleSubmit((body) => declare.mutate({ body }))(event)} noValidate>
        <div className="split">
          <Section title={t('training.what')}>
            <Stack gap="md">
              <TextInput {...register('title')} label={t('imports.name')} description={t('training.nameHint')} error={errors.title?.message} required />
              <NativeSelect {...register('permitId')} label={t('training.permit')} error={errors.permitId && t('validation.choose')} required
                data={[{ value: '', label: t('common.choose') }, ...mine.map((permit) => ({ value: permit.id, label: permit.title }))]} />
              <NativeSelect {...register('datasetVersionId')} label={t('training.dataset')} description={chosen && versions.length === 0 ? t('training.noVersions') : undefined} error={errors.datasetVersionId && t('validation.choose')} disabled={!chosen} required
                data={[{ value: '', label: t('common.choose') }, ...versions.map((dataset) => ({ value: dataset.approvedVersionId ?? '', label: dataset.title }))]} />
            </Stack>
          </Section>
          <div className="stack">
            <Section title={t('imports.declaration')}>
              <Stack gap="md">
                <TextInput {...register('framework')} label={t('imports.framework')} description={t('imports.frameworkHint')} error={errors.framework?.message} required />
                <Textarea {...register('recipe')} label={t('imports.recipe')} description={t('imports.recipeHint')} error={errors.recipe?.message} autosize minRows={4} required />
                <Checkbox {...register('isTrainedInside')} label={t('imports.declare')} error={errors.isTrainedInside && t('imports.mustDeclare')} />
                <Text size="sm" c="dimmed">{t('imports.lead')}</Text>
              </Stack>
            </Section>
            {declare.error && <ProblemAlert error={declare.error} />}
            <Group><Button type="submit" loading={declare.isPending}>{t('imports.next')}</Button></Group>
          </div>
        </div>
      </form>
    </Page>
  );
}
