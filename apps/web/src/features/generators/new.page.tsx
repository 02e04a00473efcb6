import { Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { generatorImportRequest } from '@scapis/contracts';
import { useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { Page, Section } from '../../ui/page.tsx';
import { NoPermit, PermitChoice, usePermitted } from '../../ui/permit-choice.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { formResolver } from '../../api/form.ts';
import { useAct } from '../../api/queries.ts';
import layoutStyles from '../../ui/layout.module.css';

type Declaration = z.input<typeof generatorImportRequest>;

export default function NewGeneratorImportPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm<Declaration, unknown, z.output<typeof generatorImportRequest>>({
    resolver: formResolver(generatorImportRequest),
    mode: 'onTouched',
    defaultValues: { permitId: '', datasetVersionId: '', title: '', framework: '', recipe: '' },
  });
  const declare = useAct('generatorImports.create', {
    onDone: (made) => void navigate({ to: '/generator-imports/$id', params: { id: made.id } }),
  });
  const {
    register,
    watch,
    formState: { errors },
  } = form;
  const permitted = usePermitted(watch('permitId'));
  const back = { to: '/training-runs', label: t('training.title') };
  if (permitted.hasNone)
    return (
      <Page title={t('imports.create')} back={back}>
        <NoPermit />
      </Page>
    );
  return (
    <Page title={t('imports.create')} lead={t('imports.createLead')} back={back}>
      <form
        onSubmit={(event) => void form.handleSubmit((body) => declare.mutate({ body }))(event)}
        noValidate
      >
        <div className={layoutStyles.split}>
          <Section title={t('training.what')}>
            <Stack gap="md">
              <TextInput
                {...register('title')}
                label={t('imports.name')}
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
          <div className={layoutStyles.stack}>
            <Section title={t('imports.declaration')}>
              <Stack gap="md">
                <TextInput
                  {...register('framework')}
                  label={t('imports.framework')}
                  description={t('imports.frameworkHint')}
                  error={errors.framework?.message}
                  required
                />
                <Textarea
                  {...register('recipe')}
                  label={t('imports.recipe')}
                  description={t('imports.recipeHint')}
                  error={errors.recipe?.message}
                  autosize
                  minRows={4}
                  required
                />
                <Checkbox
                  {...register('isTrainedInside')}
                  label={t('imports.declare')}
                  error={errors.isTrainedInside && t('imports.mustDeclare')}
                />
                <Text size="sm" c="dimmed">
                  {t('imports.lead')}
                </Text>
              </Stack>
            </Section>
            {declare.error && <ProblemAlert error={declare.error} />}
            <Group>
              <Button type="submit" loading={declare.isPending}>
                {t('imports.next')}
              </Button>
            </Group>
          </div>
        </div>
      </form>
    </Page>
  );
}
