import { NativeSelect, Stack, Switch, TextInput } from '@mantine/core';
import type { TrainingSettings } from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { Section } from '../../ui/page.tsx';
import textStyles from '../../ui/text.module.css';
import {
  choicesOf,
  mostMembers,
  settingBounds,
  settingGroups,
  type SettingGroup,
  type TrainingForm,
} from './settings.ts';

interface HowCardProps {
  form: TrainingForm;
  /** A run that goes on from another is never an ensemble. */
  isContinued: boolean;
}

/** How it is trained: the settings that everyone sees, and the others folded away by group. */
export function HowCard({ form, isContinued }: HowCardProps) {
  const { t } = useTranslation();
  const {
    register,
    formState: { errors },
  } = form;
  return (
    <Section title={t('training.how')}>
      <Settings form={form} group="size" />
      {!isContinued && (
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
  );
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
