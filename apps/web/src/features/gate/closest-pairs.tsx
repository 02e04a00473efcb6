import { Alert, Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../ui/page.tsx';
import { SliceViewer } from '../../viewer/slice-viewer.tsx';

/**
 * Real images stand beside synthetic ones here, so the sheet is fetched only when a reviewer asks
 * for it, and that is recorded.
 */
export function ClosestPairs({ id }: { id: string }) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  return (
    <Section title={t('pairs.title')}>
      <Stack gap="md">
        <Text size="sm">{t('pairs.text')}</Text>
        {isShown ? (
          <SliceViewer
            sheet="cohorts.closestPairs"
            id={id}
            label={t('pairs.title')}
            isSynthetic={false}
          />
        ) : (
          <Alert color="warning" variant="light" title={t('pairs.warning')}>
            <Text size="sm" mb="sm">
              {t('pairs.recorded')}
            </Text>
            <Button variant="default" onClick={() => setShown(true)}>
              {t('pairs.show')}
            </Button>
          </Alert>
        )}
      </Stack>
    </Section>
  );
}
