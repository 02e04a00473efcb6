import { Alert, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { applicationForm, type ApplicationForm } from '@scapis/contracts';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Page, Section } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { client } from '../../api/client.ts';
import { formResolver } from '../../api/form.ts';
import { queryClient, useAct, useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import { AccessFields, EthicsFields, ProjectFields } from './form-fields.tsx';
import { toDraft, toForm } from './form-values.ts';
import { SendCard } from './send-card.tsx';
import { useAutosave } from './use-autosave.ts';
import { Members } from './members.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';

type Application = Schemas['Application'];

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
  const navigate = useNavigate();
  const { id } = application;
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

  const forgetChanges = useAutosave(form, save.mutate);

  async function sendIn() {
    forgetChanges();
    await save.mutateAsync(form.getValues());
    submit.mutate({ path: { id } });
  }
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
          <ProjectFields form={form} />
          <EthicsFields form={form} application={application} />
          <AccessFields form={form} application={application} />
        </div>
        <div className={layoutStyles.stack}>
          <Section title={t('application.members')}>
            <Members application={application} />
          </Section>
          <SendCard
            application={application}
            isSaving={save.isPending}
            isSending={submit.isPending}
            error={submit.error}
            onSave={() => save.mutate(form.getValues())}
            onSend={() => void sendIn().catch(() => undefined)}
          />
        </div>
      </div>
    </Page>
  );
}

function ReturnComment({ application }: { application: Application }) {
  const { t } = useTranslation();
  const last = application.events.findLast((event) => event.type === 'application.returned');
  return (
    <Alert color="warning" variant="light" title={t('application.returnedTitle')}>
      <Text className={textStyles.prose} size="sm">
        {last?.comment}
      </Text>
    </Alert>
  );
}
