import { Alert, Button, Checkbox, Group, Stack, Text, Textarea } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { gateChecks, overrideRequest, type GateCheck } from '@scapis/contracts';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { ConditionList } from '../../ui/decision.tsx';
import { Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats, useLocale } from '../../i18n/format.ts';
import { findDecision, toOffer, unmet } from '../../api/decisions.ts';
import { formResolver } from '../../api/form.ts';
import { useAct } from '../../api/queries.ts';
import votesStyles from '../reviews/votes.module.css';
import textStyles from '../../ui/text.module.css';
import layoutStyles from '../../ui/layout.module.css';

type Cohort = Schemas['CohortVersion'];
type Refusal = NonNullable<Cohort['override']>;

/**
 * A refusal: which privacy checks failed, who has signed that the cohort may be reviewed all the
 * same, and why; and the form for one who may.
 */
export function Override({ cohort, override }: { cohort: Cohort; override: Refusal }) {
  const { t } = useTranslation();
  const nameOf = useCheckNames();
  const decision = findDecision(cohort.decisions, 'release:override');
  const offer = toOffer(decision);
  const { checks, finalChecks, signatures, signaturesNeeded } = override;
  const canBe = checks.length > 0 && finalChecks.length === 0;
  return (
    <Section
      title={t('override.title')}
      aside={
        canBe && (
          <Text fw={600}>
            {t('override.signed', { signed: signatures.length, needed: signaturesNeeded })}
          </Text>
        )
      }
    >
      <Stack gap="md">
        <Text size="sm" maw="75ch">
          {t(canBe ? 'override.text' : 'override.never')}
        </Text>
        <DescriptionList
          items={[
            checks.length > 0 && [t('override.checks'), nameOf(checks)],
            finalChecks.length > 0 && [t('override.finalChecks'), nameOf(finalChecks)],
          ]}
        />
        {signatures.length > 0 && <Signatures signatures={signatures} />}
        {cohort.state === 'refused' && signatures.length > 0 && (
          <Text size="sm">{t('override.waits')}</Text>
        )}
        {offer === 'allowed' && <SignForm id={cohort.id} checks={checks} />}
        {offer === 'explained' && decision && (
          <div>
            <Text size="sm" fw={600}>
              {t('override.notYou')}
            </Text>
            <ConditionList conditions={unmet(decision)} />
          </div>
        )}
      </Stack>
    </Section>
  );
}

/**
 * The mark that a cohort carries for ever once it was let through in spite of failed privacy
 * checks: on top of its page, and where it is downloaded.
 */
export function OverrideMark({ cohort }: { cohort: Cohort }) {
  const { t } = useTranslation();
  const nameOf = useCheckNames();
  const { checks = [], signatures = [] } = cohort.override ?? {};
  const title = t(cohort.releasedAt === null ? 'override.markTitle' : 'override.releasedTitle', {
    checks: nameOf(checks),
  });
  return (
    <Alert color="danger" variant="light" title={title}>
      <Text size="sm" mb="xs">
        {t('override.markText', {
          names: signatures.map(({ person }) => person.name).join(` ${t('override.and')} `),
        })}
      </Text>
      <Signatures signatures={signatures} />
    </Alert>
  );
}

/** Who signed, when, which checks, why. */
export function Signatures({ signatures }: { signatures: Refusal['signatures'] }) {
  const formats = useFormats();
  const nameOf = useCheckNames();
  return (
    <Stack gap="sm">
      {signatures.map(({ person, checks, reason, at }) => (
        <div key={person.id} className={votesStyles.vote}>
          <Group gap="xs">
            <Text fw={600} component="span">
              {person.name}
            </Text>
            <Text size="sm" c="dimmed" component="span">
              {formats.dateTime(at)}
            </Text>
          </Group>
          <Text size="sm" c="dimmed">
            {nameOf(checks)}
          </Text>
          <Text size="sm" className={textStyles.prose}>
            {reason}
          </Text>
        </div>
      ))}
    </Stack>
  );
}

function SignForm({ id, checks }: { id: string; checks: readonly GateCheck[] }) {
  const { t } = useTranslation();
  const language = useLocale();
  const sign = useAct('cohorts.override', { done: t('override.done') });
  const {
    register,
    control,
    watch,
    handleSubmit,
    formState: { errors },
  } = useForm<z.input<typeof overrideRequest>, unknown, z.output<typeof overrideRequest>>({
    resolver: formResolver(overrideRequest),
    mode: 'onTouched',
    defaultValues: { checks: [], reason: '' },
  });
  return (
    <form
      onSubmit={(event) => void handleSubmit((body) => sign.mutate({ path: { id }, body }))(event)}
      noValidate
    >
      <Stack gap="md" className={layoutStyles.divided}>
        <Controller
          control={control}
          name="checks"
          render={({ field }) => (
            <Checkbox.Group
              label={t('override.name')}
              value={field.value}
              onChange={field.onChange}
              error={errors.checks?.message}
              required
            >
              <Stack gap="xs" mt="xs">
                {checks.map((check) => (
                  <Checkbox
                    key={check}
                    value={check}
                    label={gateChecks[check].name[language]}
                    description={gateChecks[check].text[language]}
                  />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
        />
        <Textarea
          {...register('reason')}
          label={t('override.reason')}
          description={t('override.reasonHint')}
          error={errors.reason?.message}
          autosize
          minRows={4}
          maxLength={5_000}
          required
        />
        <Text size="sm" c="dimmed">
          {t('override.final')}
        </Text>
        {sign.error && <ProblemAlert error={sign.error} />}
        <Group>
          <Button
            type="submit"
            color="danger"
            disabled={watch('checks').length < checks.length}
            loading={sign.isPending}
          >
            {t('override.sign')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function useCheckNames(): (checks: readonly GateCheck[]) => string {
  const language = useLocale();
  return (checks) => checks.map((check) => gateChecks[check].name[language]).join(', ');
}
