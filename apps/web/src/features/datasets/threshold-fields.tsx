import { TextInput } from '@mantine/core';
import type { UseFormRegisterReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { thresholdBounds, thresholdNames, type ThresholdName } from './threshold-changes.ts';
import layoutStyles from '../../ui/layout.module.css';

interface ThresholdFieldsProps {
  register: (name: ThresholdName) => UseFormRegisterReturn;
  errorOf: (name: ThresholdName) => string | undefined;
}

/** A field for each limit of the release gate, with its bounds. */
export function ThresholdFields({ register, errorOf }: ThresholdFieldsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <div className={layoutStyles.formGrid}>
      {thresholdNames.map((name) => {
        const bounds = thresholdBounds(name);
        const range = t('training.range', {
          min: formats.number(bounds.min, 4),
          max: formats.number(bounds.max, 4),
        });
        return (
          <TextInput
            key={name}
            type="number"
            inputMode="decimal"
            {...bounds}
            {...register(name)}
            label={t(`gate.thresholds.${name}`)}
            description={range}
            error={errorOf(name)}
            required
          />
        );
      })}
    </div>
  );
}
