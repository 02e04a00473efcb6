import { Alert, Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { applicationForm, type ApplicationForm } from '@scapis/contracts';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ActButton } from '../../ui/decision.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { client } from '../../api/client.ts';
import { formResolver } from '../../api/form.ts';
import { queryClient, useAct, useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import { Members } from './members.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';

type Application = Schemas['Application'];
const saveAfterMs = 1_000;

export default function EditPage() {
  const id = useRouteParam('id');
  const query = useCall('applications.get', { path: { id } });
  return (
    <QueryBoundary query={query}>
      {(application) => <Edit application={application} />}
    </QueryBoundary>
  );
}

/** The form saves itself while it is filled in; what is still missing hinders only the sending. */
function Edit({ application }: { application: Application }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const { id } = application;
  const datasets = useCall('datasets.list', { query: { limit: 200 } });
  // A dataset without an approved version has nothing to give yet; one chosen earlier stays in
  // sight.
  const offered =
    datasets.data?.items.filter(
      (each) =>
        each.approvedVersionId !== null ||
        application.datasets.some((chosen) => chosen.id === each.id),
    ) ?? [];
  const form = useForm<ApplicationForm>({
    resolver: formResolver(applicationForm),
    mode: 'onTouched',
    defaultValues: toForm(application),
  });
  const save = useMutation({
    mutationFn: (values: ApplicationForm) =>
      client.call('applications.edit', { path: { id }, body: toDraft(values) }),
    onSuccess: (saved) => queryClient.setQueryData(['applications.get', { path: { id } }], saved),
  });
  const submit = useAct('applications.submit', {
    done: t('application.sent'),
    onDone: () => void navigate({ to: '/applications/$id', params: { id } }),
  });

  const { mutate } = save;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const unsaved = useRef(false);
  useEffect(() => {
    const flush = () => {
      clearTimeout(timer.current);
      if (!unsaved.current) return;
      unsaved.current = false;
      mutate(form.getValues());
    };
    const subscription = form.watch(() => {
      unsaved.current = true;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, saveAfterMs);
    });
    // Leaving within the second must not lose the last words.
    return () => {
      subscription.unsubscribe();
      flush();
    };
  }, [form, mutate]);

  async function sendIn() {
    clearTimeout(timer.current);
    unsaved.current = false;
    await save.mutateAsync(form.getValues());
    submit.mutate({ path: { id } });
  }
  const {
    register,
    formState: { errors },
  } = form;
  const text = (name: 'title' | 'organisation' | 'responsibleResearcher' | 'ethicsNumber') => ({
    ...register(name),
    label: t(`application.fields.${name}`),
    error: errors[name]?.message,
  });
  const saveText = save.isPending
    ? t('application.saving')
    : save.isError
      ? t('application.saveFailed')
      : save.data || save.isSuccess
        ? t('application.saved')
        : t('application.savesItself');
  return (
    <Page
      title={application.title || t('applications.untitled')}
      lead={<span role="status">{saveText}</span>}
      back={{ to: `/applications/${id}`, label: t('application.toCase') }}
      badge={<StateBadge state={application.state} />}
    >
      {application.state === 'returned' && <ReturnComment application={application} />}
      {save.error && <ProblemAlert error={save.error} title={t('application.saveFailed')} />}
      <div className={layoutStyles.split}>
        <div className={layoutStyles.stack}>
          <Section title={t('application.form.project')}>
            <Stack gap="md">
              <TextInput {...text('title')} required />
              <TextInput
                {...text('organisation')}
                description={t('application.hints.organisation')}
                required
              />
              <TextInput
                {...text('responsibleResearcher')}
                description={t('application.hints.responsibleResearcher')}
                required
              />
              <Textarea
                {...register('purpose')}
                label={t('application.fields.purpose')}
                description={t('application.hints.purpose')}
                error={errors.purpose?.message}
                autosize
                minRows={6}
                required
              />
            </Stack>
          </Section>
          <Section title={t('application.form.ethics')}>
            <Stack gap="md">
              <TextInput
                {...text('ethicsNumber')}
                description={t('application.hints.ethicsNumber')}
                placeholder="2026-01234-01"
                required
              />
              <TextInput
                type="date"
                {...register('ethicsValidUntil')}
                label={t('application.fields.ethicsValidUntil')}
                error={errors.ethicsValidUntil?.message}
                required
              />
              {application.ethicsDocument && (
                <Text size="sm">
                  {t('application.documentThere', {
                    name: application.ethicsDocument.name,
                    size: formats.bytes(application.ethicsDocument.size),
                  })}
                </Text>
              )}
              <FileUpload
                label={t('application.fields.ethicsDocument')}
                hint={t('application.hints.ethicsDocument')}
                accept=".pdf,application/pdf"
                media="application/pdf"
                urlOf={(file) =>
                  client.urlOf('applications.putEthicsDocument', { id }, { name: file.name })
                }
              />
            </Stack>
          </Section>
          <Section title={t('application.form.access')}>
            <Stack gap="md">
              <Controller
                control={form.control}
                name="datasetIds"
                render={({ field }) => (
                  <Checkbox.Group
                    label={t('application.fields.datasetIds')}
                    description={t('application.hints.datasetIds')}
                    value={field.value}
                    onChange={field.onChange}
                    error={errors.datasetIds?.message}
                    required
                  >
                    <Stack gap="xs" mt="xs">
                      {offered.map((dataset) => (
                        <Checkbox
                          key={dataset.id}
                          value={dataset.id}
                          label={dataset.title}
                          description={dataset.description}
                        />
                      ))}
                    </Stack>
                  </Checkbox.Group>
                )}
              />
              <TextInput
                type="date"
                {...register('accessUntil')}
                label={t('application.fields.accessUntil')}
                description={t('application.hints.accessUntil')}
                error={errors.accessUntil?.message}
                required
              />
            </Stack>
          </Section>
        </div>
        <div className={layoutStyles.stack}>
          <Section title={t('application.members')}>
            <Members application={application} />
          </Section>
          <Section title={t('application.sendTitle')}>
            <Stack gap="sm">
              {application.missing.length === 0 ? (
                <Text size="sm">{t('application.complete')}</Text>
              ) : (
                <div>
                  <Text size="sm" fw={600}>
                    {t('application.missing')}
                  </Text>
                  <ul className={textStyles.plainList}>
                    {application.missing.map((field) => (
                      <li key={field}>
                        {t(`application.fields.${field}`, { defaultValue: field })}
                      </li>
                    ))}
                  </ul>
                </div>
              )}
              {submit.error && <ProblemAlert error={submit.error} />}
              <Group>
                <ActButton
                  decisions={application.decisions}
                  action="application:submit"
                  loading={submit.isPending}
                  onClick={() => void sendIn().catch(() => undefined)}
                >
                  {t('application.send')}
                </ActButton>
                <Button
                  variant="default"
                  loading={save.isPending}
                  onClick={() => save.mutate(form.getValues())}
                >
                  {t('application.saveNow')}
                </Button>
              </Group>
            </Stack>
          </Section>
        </div>
      </div>
    </Page>
  );
}

function ReturnComment({ application }: { application: Application }) {
  const { t } = useTranslation();
  const last = application.events.findLast((event) => event.type === 'application.returned');
  return (
    <Alert color="yellow" variant="light" title={t('application.returnedTitle')}>
      <Text className={textStyles.prose} size="sm">
        {last?.comment}
      </Text>
    </Alert>
  );
}

function toForm(application: Application): ApplicationForm {
  const { title, organisation, responsibleResearcher, purpose, ethicsNumber } = application;
  return {
    title,
    organisation,
    responsibleResearcher,
    purpose,
    ethicsNumber,
    ethicsValidUntil: application.ethicsValidUntil ?? '',
    accessUntil: application.accessUntil ?? '',
    datasetIds: application.datasets.map((dataset) => dataset.id),
  };
}

/** An empty date field holds '', which the lab knows as null. */
function toDraft(values: ApplicationForm): Schemas['ApplicationDraft'] {
  return {
    ...values,
    ethicsValidUntil: values.ethicsValidUntil || null,
    accessUntil: values.accessUntil || null,
  };
}
