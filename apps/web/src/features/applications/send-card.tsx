import { Button, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { useTranslation } from 'react-i18next';
import { ActButton } from '../../ui/decision.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import textStyles from '../../ui/text.module.css';

interface SendCardProps {
  application: Schemas['Application'];
  isSaving: boolean;
  isSending: boolean;
  error: Error | null;
  onSave: () => void;
  onSend: () => void;
}

/** What is still missing, and the button that sends the application in. */
export function SendCard({
  application,
  isSaving,
  isSending,
  error,
  onSave,
  onSend,
}: SendCardProps) {
  const { t } = useTranslation();
  return (
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
                <li key={field}>{t(`application.fields.${field}`, { defaultValue: field })}</li>
              ))}
            </ul>
          </div>
        )}
        {error && <ProblemAlert error={error} />}
        <Group>
          <ActButton
            decisions={application.decisions}
            action="application:submit"
            loading={isSending}
            onClick={onSend}
          >
            {t('application.send')}
          </ActButton>
          <Button variant="default" loading={isSaving} onClick={onSave}>
            {t('application.saveNow')}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
