import { Progress, Text, Title } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { useTranslation } from 'react-i18next';
import chartStyles from '../../charts/charts.module.css';
import { LineChart } from '../../charts/line-chart.tsx';
import { useFormats } from '../../i18n/format.ts';
import dataTableStyles from '../../ui/data-table.module.css';
import layoutStyles from '../../ui/layout.module.css';
import { Section } from '../../ui/page.tsx';

type Ensemble = Schemas['Ensemble'];
type Choice = NonNullable<Ensemble['choice']>;

interface EnsembleChoiceProps {
  choice: Choice;
  runs: Ensemble['runs'];
}

const coverages = [
  'mean',
  'best',
  'even',
  'chosen',
  'training',
] as const satisfies (keyof Choice['coverage'])[];

/** Which generators were chosen, and what the ensemble covers with them. */
export function EnsembleChoice({ choice, runs }: EnsembleChoiceProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const gain = choice.coverage.chosen - choice.coverage.mean;
  return (
    <Section title={t('ensembles.choice')}>
      <Text size="sm" c="dimmed">
        {t('ensembles.choiceText', { images: formats.number(choice.images) })}
      </Text>
      <Text my="sm">
        {gain > 0
          ? t('ensembles.gain', { gain: formats.number(100 * gain, 1) })
          : t('ensembles.noGain')}
      </Text>
      <div className={chartStyles.grid}>
        <Coverages coverage={choice.coverage} />
        <LineChart
          title={t('ensembles.path')}
          xLabel={t('ensembles.added')}
          empty=""
          lines={[
            {
              name: t('ensembles.coverage'),
              points: choice.path.map((value, at) => [at + 1, value] as const),
            },
          ]}
        />
      </div>
      <Shares choice={choice} runs={runs} />
    </Section>
  );
}

function Coverages({ coverage }: Pick<Choice, 'coverage'>) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <table className={dataTableStyles.table} aria-label={t('ensembles.coverage')}>
      <thead>
        <tr>
          <th scope="col">{t('ensembles.who')}</th>
          <th scope="col">{t('ensembles.coverage')}</th>
        </tr>
      </thead>
      <tbody>
        {coverages.map((name) => (
          <tr key={name}>
            <th scope="row">{t(`ensembles.coverages.${name}`)}</th>
            <td data-label={t('ensembles.coverage')}>
              <div>
                <Progress
                  value={100 * coverage[name]}
                  color={name === 'chosen' ? 'lab' : 'gray'}
                  aria-label={t(`ensembles.coverages.${name}`)}
                />
                {formats.share(coverage[name])}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Shares({ choice, runs }: EnsembleChoiceProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nameOf = (generatorId: string): string => {
    const candidate = choice.candidates.find((each) => each.generatorId === generatorId);
    return t('ensembles.generator', {
      run: runs.findIndex(({ id }) => id === candidate?.trainingRunId) + 1,
      step: formats.number(candidate?.step),
    });
  };
  return (
    <>
      <Title order={3} mt="md">
        {t('ensembles.shares')}
      </Title>
      <div
        className={layoutStyles.scrollX}
        tabIndex={0}
        role="group"
        aria-label={t('ensembles.shares')}
      >
        <table className={dataTableStyles.table}>
          <thead>
            <tr>
              <th scope="col">{t('labels.calciumGrade')}</th>
              <th scope="col">{t('ensembles.who')}</th>
              <th scope="col">{t('ensembles.coverage')}</th>
            </tr>
          </thead>
          <tbody>
            {choice.shares.map(({ calciumGrade, members, coverage }) => (
              <tr key={calciumGrade}>
                <th scope="row">{t(`labels.grades.${calciumGrade}`)}</th>
                <td data-label={t('ensembles.who')}>
                  {members
                    .map(
                      ({ generatorId, share }) =>
                        `${nameOf(generatorId)} (${formats.share(share)})`,
                    )
                    .join('; ')}
                </td>
                <td data-label={t('ensembles.coverage')}>{formats.share(coverage)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
