import { Slider, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { Section } from '../../ui/page.tsx';
import { SliceViewer } from '../../viewer/slice-viewer.tsx';
import type { TrainingRun } from './live.ts';

interface RunSheetProps {
  run: TrainingRun;
}

/** The newest sheet, or with the slider one of an earlier slice. */
export function RunSheet({ run }: RunSheetProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const last = run.sheetSteps.length - 1;
  const [chosen, setChosen] = useState<number | null>(null);
  const step = run.sheetSteps[chosen ?? last];
  const isNewest = chosen === null || chosen >= last;
  return (
    <Section
      title={t('training.sheet')}
      aside={
        step !== undefined && (
          <Text size="sm" c="dimmed">
            {t('training.sheetAt', { step: formats.number(step) })}
          </Text>
        )
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {t('training.sheetHint')}
      </Text>
      {last > 0 && (
        <Slider
          mb="md"
          min={0}
          max={last}
          step={1}
          value={chosen ?? last}
          onChange={setChosen}
          label={(index) => formats.number(run.sheetSteps[index])}
          thumbLabel={t('training.sheetWhen')}
        />
      )}
      <SliceViewer
        sheet="trainingRuns.sampleSheet"
        id={run.id}
        version={isNewest ? run.sampleSheetVersion : null}
        query={isNewest || step === undefined ? undefined : { step: String(step) }}
        label={t('training.sheet')}
        isSynthetic
      />
    </Section>
  );
}
