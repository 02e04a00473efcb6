import { Alert, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { privacyCostRequest } from '@scapis/contracts';
import { skipToken } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useCall } from '../../api/queries.ts';
import type { TrainingForm } from './settings.ts';

const start = { target: { kind: 'epsilon' as const, value: 8 }, clip: 1, discriminatorSteps: 1 };

/**
 * The privacy part of a training request, with what the run would cost as the lab works it out.
 * `datasetId` null while none is chosen.
 */
export function PrivacyFields({
  form,
  datasetId,
}: {
  form: TrainingForm;
  datasetId: string | null;
}) {
  const { t } = useTranslation();
  const {
    register,
    setValue,
    watch,
    formState: { errors },
  } = form;
  const dataset = useCall(
    'datasets.get',
    datasetId === null ? skipToken : { path: { id: datasetId } },
  );
  const privacy = watch('privacy') ?? null;
  const problems = errors.privacy;
  return (
    <Section title={t('privacy.title')}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('privacy.text')}
        </Text>
        {dataset.data?.privacy.isRequired === true && privacy === null && (
          <Alert color="warning" variant="light">
            {t('privacy.required')}
          </Alert>
        )}
        <Switch
          label={t('privacy.isOn')}
          checked={privacy !== null}
          onChange={(event) =>
            setValue('privacy', event.currentTarget.checked ? start : null, {
              shouldValidate: true,
            })
          }
        />
        {privacy !== null && (
          <>
            <NativeSelect
              {...register('privacy.target.kind')}
              label={t('privacy.target')}
              data={(['epsilon', 'noise'] as const).map((kind) => ({
                value: kind,
                label: t(`privacy.targets.${kind}`),
              }))}
            />
            <TextInput
              type="number"
              step="any"
              {...register('privacy.target.value', { valueAsNumber: true })}
              label={t('privacy.value')}
              error={problems?.target?.value?.message}
              required
            />
            <TextInput
              type="number"
              step="any"
              {...register('privacy.clip', { valueAsNumber: true })}
              label={t('privacy.clip')}
              description={t('privacy.clipHint')}
              error={problems?.clip?.message}
              required
            />
            <TextInput
              type="number"
              {...register('privacy.discriminatorSteps', { valueAsNumber: true })}
              label={t('privacy.discriminatorSteps')}
              description={t('privacy.discriminatorStepsHint')}
              error={problems?.discriminatorSteps?.message}
              required
            />
            <Text size="sm" c="dimmed">
              {t('privacy.notRepeatable')}
            </Text>
            <Cost
              values={{
                datasetVersionId: watch('datasetVersionId'),
                steps: watch('steps'),
                batch: watch('batch'),
                privacy,
              }}
            />
          </>
        )}
      </Stack>
    </Section>
  );
}

function Cost({ values }: { values: unknown }) {
  const { t } = useTranslation();
  const formats = useFormats();
  // Once it has been left alone for a moment: the lab is not asked at every key.
  const [settled] = useDebouncedValue(JSON.stringify(values), 400);
  const request = privacyCostRequest.safeParse(JSON.parse(settled));
  const cost = useCall(
    'trainingRuns.privacyCost',
    request.success ? { body: request.data } : skipToken,
  );
  if (!request.success)
    return (
      <Text size="sm" c="dimmed">
        {t('privacy.choose')}
      </Text>
    );
  if (cost.error) return <ProblemAlert error={cost.error} />;
  if (!cost.data)
    return (
      <Text size="sm" c="dimmed" role="status">
        {t('common.loading')}
      </Text>
    );
  const {
    epsilon,
    epsilonPrv,
    delta,
    noiseMultiplier,
    sampleRate,
    noisySteps,
    spentAfter,
    budget,
    isWithinBudget,
  } = cost.data;
  return (
    <div role="status">
      <Alert
        color={isWithinBudget ? 'success' : 'danger'}
        variant="light"
        title={t('privacy.cost')}
        mb="sm"
      >
        {t(isWithinBudget ? 'privacy.within' : 'privacy.exceeded')}
      </Alert>
      <DescriptionList
        items={[
          [t('privacy.ofRun'), t('privacy.settled', { epsilon: formats.number(epsilon, 2) })],
          [t('privacy.prv'), t('privacy.settled', { epsilon: formats.number(epsilonPrv, 2) })],
          [
            t('privacy.spentAfter'),
            t('privacy.ofBudget', {
              spent: formats.number(spentAfter, 2),
              budget: formats.number(budget, 2),
            }),
          ],
          [t('privacy.delta'), delta.toExponential()],
          [t('privacy.noise'), formats.number(noiseMultiplier, 3)],
          [t('privacy.sampleRate'), formats.number(sampleRate, 5)],
          [t('privacy.noisySteps'), formats.number(noisySteps)],
        ]}
      />
    </div>
  );
}
