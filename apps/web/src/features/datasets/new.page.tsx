import { Button, Group, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { datasetCreate, gateThresholds, privacyBudget } from '@scapis/contracts';
import { useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { Page, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { formResolver } from '../../api/form.ts';
import { useAct } from '../../api/queries.ts';
import { ThresholdFields } from './threshold-fields.tsx';
import layoutStyles from '../../ui/layout.module.css';

/**
 * Names a dataset and fixes its thresholds: they are set before anything is trained, so that nobody
 * can bend them to a result.
 */
export default function NewDatasetPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm<z.input<typeof datasetCreate>, unknown, z.output<typeof datasetCreate>>({
    resolver: formResolver(datasetCreate),
    mode: 'onTouched',
    defaultValues: {
      title: '',
      description: '',
      thresholds: gateThresholds.parse({}),
      privacy: privacyBudget.parse({}),
    },
  });
  const create = useAct('datasets.create', {
    onDone: (made) => void navigate({ to: '/datasets/$id', params: { id: made.id } }),
  });
  const {
    register,
    formState: { errors },
  } = form;
  return (
    <Page
      title={t('datasets.create')}
      lead={t('datasets.createLead')}
      back={{ to: '/datasets', label: t('datasets.title') }}
    >
      <form
        onSubmit={(event) => void form.handleSubmit((body) => create.mutate({ body }))(event)}
        noValidate
      >
        <Stack gap="lg">
          <Section title={t('datasets.describe')}>
            <Stack gap="md">
              <TextInput
                {...register('title')}
                label={t('datasets.name')}
                error={errors.title?.message}
                required
              />
              <Textarea
                {...register('description')}
                label={t('datasets.description')}
                description={t('datasets.descriptionHint')}
                error={errors.description?.message}
                autosize
                minRows={4}
                required
              />
            </Stack>
          </Section>
          <Section title={t('datasets.thresholds')}>
            <Text size="sm" c="dimmed" mb="md">
              {t('datasets.thresholdsHint')}
            </Text>
            <ThresholdFields
              register={(name) => register(`thresholds.${name}`, { valueAsNumber: true })}
              errorOf={(name) => errors.thresholds?.[name]?.message}
            />
          </Section>
          <Section title={t('privacy.budget')}>
            <Text size="sm" c="dimmed" mb="md">
              {t('privacy.budgetHint')}
            </Text>
            <div className={layoutStyles.formGrid}>
              <TextInput
                type="number"
                step="any"
                {...register('privacy.epsilon', { valueAsNumber: true })}
                label={t('privacy.epsilon')}
                error={errors.privacy?.epsilon?.message}
              />
              <TextInput
                type="number"
                step="any"
                {...register('privacy.delta', { valueAsNumber: true })}
                label={t('privacy.delta')}
                error={errors.privacy?.delta?.message}
              />
              <Switch {...register('privacy.isRequired')} label={t('privacy.isRequired')} />
            </div>
          </Section>
          {create.error && <ProblemAlert error={create.error} />}
          <Group>
            <Button type="submit" loading={create.isPending}>
              {t('datasets.createNow')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
