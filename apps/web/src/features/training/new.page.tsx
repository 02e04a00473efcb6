import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { trainingSettings } from '@scapis/contracts';
import { skipToken } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Page, Section } from '../../ui/page.tsx';
import { NoPermit, PermitChoice, usePermitted } from '../../ui/permit-choice.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { formResolver } from '../../api/form.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { useSearchParam } from '../../api/route-params.ts';
import { EstimateCard } from './estimate-card.tsx';
import { HowCard } from './setting-fields.tsx';
import { PrivacyFields } from './privacy-fields.tsx';
import {
  settingBounds,
  trainingForm,
  type TrainingForm,
  type TrainingFormInput,
  type TrainingFormOutput,
} from './settings.ts';
import layoutStyles from '../../ui/layout.module.css';

export default function NewTrainingPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const from = useSearchParam('from');
  const form: TrainingForm = useForm<TrainingFormInput, unknown, TrainingFormOutput>({
    resolver: formResolver(trainingForm),
    mode: 'onTouched',
    defaultValues: {
      permitId: '',
      datasetVersionId: '',
      title: '',
      continueFrom: null,
      privacy: null,
      members: 1,
      ...trainingSettings.parse({}),
    },
  });
  const earlier = useContinued(form, from);
  const create = useAct('trainingRuns.create', {
    onDone: (run) => void navigate({ to: '/training-runs/$id', params: { id: run.id } }),
  });
  const createEnsemble = useAct('ensembles.create', {
    onDone: (made) => void navigate({ to: '/ensembles/$id', params: { id: made.id } }),
  });
  const {
    register,
    watch,
    formState: { errors },
  } = form;
  const isEnsemble = watch('members') > 1;
  const problem = create.error ?? createEnsemble.error;
  const submit = ({ members, continueFrom, ...body }: TrainingFormOutput) =>
    members > 1
      ? createEnsemble.mutate({ body: { ...body, members } })
      : create.mutate({ body: { ...body, continueFrom } });
  const permitted = usePermitted(watch('permitId'));
  const back = { to: '/training-runs', label: t('training.title') };
  if (permitted.hasNone)
    return (
      <Page title={t('training.create')} back={back}>
        <NoPermit />
      </Page>
    );
  return (
    <Page title={t('training.create')} lead={t('training.createLead')} back={back}>
      {earlier !== undefined && (
        <Alert
          color="lab"
          variant="light"
          title={t('training.continues', { title: earlier.title })}
        >
          {t('training.continuesText', { step: earlier.checkpointStep ?? 0 })}
        </Alert>
      )}
      <form onSubmit={(event) => void form.handleSubmit(submit)(event)} noValidate>
        <div className={layoutStyles.split}>
          <div className={layoutStyles.stack}>
            <Section title={t('training.what')}>
              <Stack gap="md">
                <TextInput
                  {...register('title')}
                  label={t('training.name')}
                  description={t('training.nameHint')}
                  error={errors.title?.message}
                  required
                />
                <PermitChoice
                  permitted={permitted}
                  register={(name) => register(name)}
                  isWrong={(name) => errors[name] !== undefined}
                />
              </Stack>
            </Section>
            <HowCard form={form} isContinued={earlier !== undefined} />
            <PrivacyFields
              form={form}
              datasetId={
                permitted.datasets.find(
                  (dataset) => dataset.approvedVersionId === watch('datasetVersionId'),
                )?.id ?? null
              }
            />
          </div>
          <div className={layoutStyles.stack}>
            <EstimateCard form={form} />
            {problem && <ProblemAlert error={problem} />}
            <Group>
              <Button type="submit" loading={create.isPending || createEnsemble.isPending}>
                {t(isEnsemble ? 'ensembles.create' : 'training.start')}
              </Button>
            </Group>
          </div>
        </div>
      </form>
    </Page>
  );
}

/** Fills the form from the ended run that this one goes on from, at half its learning rate. */
function useContinued(form: TrainingForm, from: string | null): Schemas['TrainingRun'] | undefined {
  const { t } = useTranslation();
  const { data } = useCall('trainingRuns.get', from === null ? skipToken : { path: { id: from } });
  const { reset } = form;
  const title = data && t('training.continuedTitle', { title: data.title });
  useEffect(() => {
    if (data === undefined || title === undefined) return;
    const { settings, permitId, datasetVersionId, id } = data;
    reset({
      ...settings,
      learningRate: Math.max(settings.learningRate / 2, settingBounds('learningRate')?.min ?? 0),
      permitId,
      datasetVersionId,
      title,
      continueFrom: id,
      privacy: null,
      members: 1,
    });
  }, [data, title, reset]);
  return data;
}
