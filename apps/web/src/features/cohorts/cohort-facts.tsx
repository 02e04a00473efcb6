import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { DescriptionList } from '../../ui/description-list.tsx';

interface CohortFactsProps {
  cohort: Schemas['CohortVersion'];
}

/** What the cohort was made of, by what, and when. */
export function CohortFacts({ cohort }: CohortFactsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <DescriptionList
      items={[
        [t('cohorts.images'), formats.number(cohort.count)],
        [t('cohorts.labelMix'), t(`cohorts.mixes.${cohort.labelMix}.name`)],
        [t('cohorts.usage'), cohort.usage === null ? '–' : t(`cohorts.usages.${cohort.usage}`)],
        [
          t('training.dataset'),
          <Link key="d" to="/datasets/$id" params={{ id: cohort.datasetId }}>
            {cohort.datasetTitle}
          </Link>,
        ],
        cohort.ensembleId !== null && [
          t('ensembles.ofEnsemble'),
          <Link key="e" to="/ensembles/$id" params={{ id: cohort.ensembleId }}>
            {t('ensembles.toEnsemble')}
          </Link>,
        ],
        [
          t('cohort.runs'),
          cohort.trainingRunIds.map((run, index) => (
            <div key={run}>
              <Link to="/training-runs/$id" params={{ id: run }}>
                {t('cohort.run', { number: index + 1 })}
              </Link>
            </div>
          )),
        ],
        [
          t('cohort.provider'),
          cohort.provider === null || cohort.provider === 'cpu'
            ? (cohort.provider ?? '–')
            : t('training.providerNotRepeatable', { provider: cohort.provider }),
        ],
        [
          t('training.permit'),
          <Link key="p" to="/permits/$id" params={{ id: cohort.permitId }}>
            {t('training.toPermit')}
          </Link>,
        ],
        [t('common.created'), formats.dateTime(cohort.createdAt)],
        [t('cohorts.released'), formats.dateTime(cohort.releasedAt)],
      ]}
    />
  );
}
