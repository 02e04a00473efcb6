import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import layoutStyles from '../../ui/layout.module.css';

const parts = ['conformance', 'shortcomings', 'keyboard', 'tested', 'supervision'] as const;
const contact = 'tillganglighet@scapis-lab.example';

/**
 * The statement that the Swedish act on accessibility of digital public services (2018:1937) asks
 * for.
 */
export default function AccessibilityPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('accessibility.title')} lead={t('accessibility.lead')}>
      <div className={layoutStyles.proseCard}>
        <Stack gap="lg">
          {parts.map((part) => (
            <section key={part}>
              <Title order={2}>{t(`accessibility.${part}.title`)}</Title>
              <Text mt="xs">{t(`accessibility.${part}.text`)}</Text>
            </section>
          ))}
          <section>
            <Title order={2}>{t('accessibility.report.title')}</Title>
            <Text mt="xs">
              {t('accessibility.report.text')} <a href={`mailto:${contact}`}>{contact}</a>
            </Text>
          </section>
        </Stack>
      </div>
    </Page>
  );
}
