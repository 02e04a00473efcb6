import type { Schemas } from '@scapis/client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { ProgressPanel } from '../../ui/progress-panel.tsx';

type Cohort = Schemas['CohortVersion'];

const underWay: ReadonlySet<Cohort['state']> = new Set(['synthesising', 'gating', 'packing']);
export const isUnderWay = (state: Cohort['state']): boolean => underWay.has(state);

interface CohortProgressProps {
  cohort: Cohort;
}

/** What the lab is doing with the cohort just now, if anything. */
export function CohortProgress({ cohort }: CohortProgressProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (!isUnderWay(cohort.state)) return null;
  const [share, text] =
    cohort.state === 'synthesising'
      ? [
          cohort.drawn / Math.max(1, cohort.count),
          t('cohort.drawn', {
            drawn: formats.number(cohort.drawn),
            total: formats.number(cohort.count),
          }),
        ]
      : cohort.state === 'gating'
        ? [
            cohort.gateRun?.progress ?? 0,
            cohort.gateRun?.stage
              ? t(`gate.stages.${cohort.gateRun.stage}`, { defaultValue: cohort.gateRun.stage })
              : t('gate.waits'),
          ]
        : [1, t('cohort.packing')];
  return (
    <ProgressPanel share={share} label={t(`states.${cohort.state}`)}>
      {text}
    </ProgressPanel>
  );
}
