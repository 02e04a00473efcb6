import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { trainingRequest } from '@scapis/contracts';
import { Link, useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { Empty, Page, Section } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem.tsx';
import { useFormats } from '../../format.ts';
import { formResolver } from '../../session/form.ts';
import { useAct, useCall, useSession } from '../../session/queries.ts';
import { PrivacyFields } from './privacy-fields.tsx';

/** Images per second that a small lab machine reaches at least; only for the estimate beside the form. */
const usualImagesPerSecond = 100;

export default function NewTrainingPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const session = useSession();
  const permits = useCall('permits.list', { query: { limit: 200 } });
  const datasets = useCall('datasets.list', { query: { limit: 200 } });
  const form = useForm<z.input<typeof trainingRequest>, unknown, z.output<typeof trainingRequest>>({
    resolver: formResolver(trainingRequest), mode: 'onTouched', defaultValues: { permitId: '', datasetVersionId: '', title: '', seed: 1, steps: 6_000, batch: 32, privacy: null },
  });
  const create = useAct('trainingRuns.create', { onDone: (run) => void navigate({ to: '/training-runs/$id', params: { id: run.id } }) });
  const { register, watch, formState: { errors } } = form;
  const mine = permits.data?.items.filter((permit) => permit.state === 'active' && permit.people.some((person) => person.id === session?.person.id)) ?? [];
  const chosen = mine.find((permit) => permit.id === watch('permitId'));
  const versions = datasets.data?.items.filter((dataset) => dataset.approvedVersionId !== null && chosen?.datasets.some((named) => named.id === dataset.id)) ?? [];
  const seconds = (Number(watch('steps')) * Number(watch('batch'))) / usualImagesPerSecond;
  const back = { to: '/training-runs', label: t('training.title') };
  if (permits.data && mine.length === 0) {
    return (
      <Page title={t('training.create')} back={back}>
        <div className="card"><Empty title={t('training.noPermit')} hint={t('training.noPermitHint')}><Button component={Link} to="/applications">{t('applications.title')}</Button></Empty></div>
      </Page>
    );
  }
  return (
    <Page title={t('training.create')} lead={t('training.createLead')} back={back}>
      <form onSubmit={(event) => void form.handleSubmit((body) => create.mutate({ body }))(event)} noValidate>
        <div className="split">
          <Section title={t('training.what')}>
            <Stack gap="md">
              <TextInput {...register('title')} label={t('training.name')} description={t('training.nameHint')} error={errors.title?.message} required />
              <NativeSelect {...register('permitId')} label={t('training.permit')} error={errors.permitId && t('validation.choose')} required
                data={[{ value: '', label: t('common.choose') }, ...mine.map((permit) => ({ value: permit.id, label: permit.title }))]} />
              <NativeSelect {...register('datasetVersionId')} label={t('training.dataset')} description={chosen && versions.length === 0 ? t('training.noVersions') : undefined} error={errors.datasetVersionId && t('validation.choose')} disabled={!chosen} required
                data={[{ value: '', label: t('common.choose') }, ...versions.map((dataset) => ({ value: dataset.approvedVersionId ?? '', label: dataset.title }))]} />
            </Stack>
          </Section>
          <div className="stack">
            <Section title={t('training.how')}>
              <Stack gap="md">
                <TextInput type="number" {...register('steps', { valueAsNumber: true })} label={t('training.steps')} description={t('training.stepsHint')} error={errors.steps?.message} required />
                <TextInput type="number" {...register('batch', { valueAsNumber: true })} label={t('training.batch')} error={errors.batch?.message} required />
                <TextInput type="number" {...register('seed', { valueAsNumber: true })} label={t('training.seed')} description={t('training.seedHint')} error={errors.seed?.message} required />
                {Number.isFinite(seconds) && <Text size="sm" c="dimmed" role="status">{t('training.estimate', { time: formats.duration(seconds), rate: usualImagesPerSecond })}</Text>}
              </Stack>
            </Section>
            <PrivacyFields form={form} datasetId={versions.find((dataset) => dataset.approvedVersionId === watch('datasetVersionId'))?.id ?? null} />
            {create.error && <ProblemAlert error={create.error} />}
            <Group><Button type="submit" loading={create.isPending}>{t('training.start')}</Button></Group>
          </div>
        </div>
      </form>
    </Page>
  );
}
