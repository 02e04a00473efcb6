import { Alert, Button, Group, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Schemas } from '@scapis/client';
import { trainingRequest, trainingSettings, type TrainingSettings } from '@scapis/contracts';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Page, Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { NoPermit, PermitChoice, usePermitted } from '../../ui/permit-choice.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats } from '../../i18n/format.ts';
import { formResolver } from '../../api/form.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { useSearchParam } from '../../api/route-params.ts';
import { PrivacyFields } from './privacy-fields.tsx';
import {
  choicesOf,
  mostMembers,
  settingBounds,
  settingGroups,
  trainingForm,
  type SettingGroup,
  type TrainingForm,
  type TrainingFormInput,
  type TrainingFormOutput,
} from './settings.ts';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';
import dataTableStyles from '../../ui/data-table.module.css';

const estimateRequest = trainingRequest.omit({ title: true });

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
            <Section title={t('training.how')}>
              <Settings form={form} group="size" />
              {earlier === undefined && (
                <TextInput
                  mt="md"
                  type="number"
                  min={1}
                  max={mostMembers}
                  {...register('members', { valueAsNumber: true })}
                  label={t('ensembles.members')}
                  description={t('ensembles.membersHint')}
                  error={errors.members?.message}
                  required
                />
              )}
              {(['learning', 'augmentation', 'watching'] as const).map((group) => (
                <details
                  key={group}
                  className={textStyles.quietDetails}
                  open={settingGroups[group].some((name) => errors[name]) || undefined}
                >
                  <summary>{t(`training.settingGroups.${group}`)}</summary>
                  <Settings form={form} group={group} />
                </details>
              ))}
            </Section>
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
  const { data } = useCall(
    'trainingRuns.get',
    { path: { id: from ?? '' } },
    { enabled: from !== null },
  );
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

function Settings({ form, group }: { form: TrainingForm; group: SettingGroup }) {
  return (
    <Stack gap="md" mt="xs">
      {settingGroups[group].map((name) => (
        <Setting key={name} form={form} name={name} />
      ))}
    </Stack>
  );
}

function Setting({
  form: {
    register,
    formState: { errors },
  },
  name,
}: {
  form: TrainingForm;
  name: keyof TrainingSettings;
}) {
  const { t } = useTranslation();
  const formats = useFormats();
  const label = t(`training.settings.${name}.name`);
  const hint = t(`training.settings.${name}.hint`);
  const error = errors[name]?.message;
  const [bounds, choices] = [settingBounds(name), choicesOf(name)];
  if (choices !== null)
    return (
      <NativeSelect
        {...register(name)}
        label={label}
        description={hint}
        error={error}
        data={choices.map((choice) => ({
          value: choice,
          label: t(`training.choices.${choice}`, { defaultValue: choice }),
        }))}
      />
    );
  if (bounds === null) return <Switch {...register(name)} label={label} description={hint} />;
  const range = t('training.range', {
    min: formats.number(bounds.min, 4),
    max: formats.number(bounds.max, 4),
  });
  return (
    <TextInput
      type="number"
      inputMode="decimal"
      {...bounds}
      {...register(name, { valueAsNumber: true })}
      label={label}
      description={`${hint} ${range}`}
      error={error}
      required
    />
  );
}

/** What the run would cost, asked of the lab a moment after the last change. */
function EstimateCard({ form }: { form: TrainingForm }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [settled] = useDebouncedValue(JSON.stringify(form.watch()), 400);
  const request = estimateRequest.safeParse(JSON.parse(settled));
  const estimate = useCall(
    'trainingRuns.estimate',
    { body: request.data } as Parameters<typeof useCall<'trainingRuns.estimate'>>[1],
    { enabled: request.success },
  );
  const cost = request.success ? estimate.data : undefined;
  return (
    <Section title={t('training.cost')}>
      {request.success && estimate.error && <ProblemAlert error={estimate.error} />}
      {cost === undefined && !estimate.error && (
        <Text size="sm" c="dimmed">
          {t('training.costWaits')}
        </Text>
      )}
      {cost !== undefined && (
        <Stack gap="sm" role="status">
          {cost.obstacles.map((obstacle) => (
            <Alert key={obstacle} color="danger" variant="light">
              {t(`training.obstacles.${obstacle}`)}
            </Alert>
          ))}
          <DescriptionList
            items={[
              [
                t('training.time'),
                cost.seconds === null
                  ? t('training.timeUnknown')
                  : t('training.timeAbout', { time: formats.duration(cost.seconds) }),
              ],
              [
                t('training.memory'),
                t('training.memoryOf', {
                  need: formats.bytes(cost.memoryBytes),
                  limit: formats.bytes(cost.memoryLimitBytes),
                }),
              ],
              [t('training.parameters'), formats.number(cost.parameters)],
              [
                t('training.people'),
                cost.trainingPeople === null
                  ? t('training.fewerThan', { count: cost.smallestShownCell })
                  : formats.number(cost.trainingPeople),
              ],
            ]}
          />
          {!cost.canWatch && (
            <Text size="sm">
              {t(form.watch('privacy') ? 'training.cannotWatchPrivate' : 'training.cannotWatch')}
            </Text>
          )}
          <Cells cost={cost} />
        </Stack>
      )}
    </Section>
  );
}

function Cells({ cost }: { cost: Schemas['TrainingEstimate'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const rare = cost.cells.filter((cell) => cell.people === null).length;
  return (
    <details className={textStyles.quietDetails}>
      <summary>{t('training.cells', { rare, all: cost.cells.length })}</summary>
      <Text size="sm" c="dimmed" my="xs">
        {t('training.cellsHint', { count: cost.smallestShownCell })}
      </Text>
      <div
        className={layoutStyles.scrollX}
        tabIndex={0}
        role="group"
        aria-label={t('training.people')}
      >
        <table className={dataTableStyles.table}>
          <thead>
            <tr>
              <th scope="col">{t('labels.calciumGrade')}</th>
              <th scope="col">{t('training.group')}</th>
              <th scope="col">{t('training.people')}</th>
            </tr>
          </thead>
          <tbody>
            {cost.cells.map(({ calciumGrade, sex, ageBand, people }) => (
              <tr key={`${calciumGrade} ${sex} ${ageBand}`}>
                <td>{t(`labels.grades.${calciumGrade}`)}</td>
                <td>
                  {t(`labels.sexes.${sex}`)} {ageBand}
                </td>
                <td>
                  {people === null
                    ? t('training.fewerThan', { count: cost.smallestShownCell })
                    : formats.number(people)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
