import { Checkbox, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import type { ApplicationForm } from '@scapis/contracts';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { client } from '../../api/client.ts';
import { useCall } from '../../api/queries.ts';
import { useFormats } from '../../i18n/format.ts';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Section } from '../../ui/page.tsx';

type Form = UseFormReturn<ApplicationForm>;

interface FieldsProps {
  form: Form;
  application: Schemas['Application'];
}

type TextName = 'title' | 'organisation' | 'responsibleResearcher' | 'ethicsNumber';

/** What a text field of the form needs: its name, label and fault. */
function useTextField({ register, formState: { errors } }: Form) {
  const { t } = useTranslation();
  return (name: TextName) => ({
    ...register(name),
    label: t(`application.fields.${name}`),
    error: errors[name]?.message,
  });
}

export function ProjectFields({ form }: Pick<FieldsProps, 'form'>) {
  const { t } = useTranslation();
  const text = useTextField(form);
  const {
    register,
    formState: { errors },
  } = form;
  return (
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
  );
}

export function EthicsFields({ form, application }: FieldsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const text = useTextField(form);
  const {
    register,
    formState: { errors },
  } = form;
  return (
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
            client.urlOf(
              'applications.putEthicsDocument',
              { id: application.id },
              { name: file.name },
            )
          }
        />
      </Stack>
    </Section>
  );
}

export function AccessFields({ form, application }: FieldsProps) {
  const { t } = useTranslation();
  const datasets = useCall('datasets.list', { query: { limit: 200 } });
  // A dataset without an approved version has nothing to give yet. One that was chosen earlier
  // stays in sight.
  const offered =
    datasets.data?.items.filter(
      (each) =>
        each.approvedVersionId !== null ||
        application.datasets.some((chosen) => chosen.id === each.id),
    ) ?? [];
  const {
    register,
    formState: { errors },
  } = form;
  return (
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
  );
}
