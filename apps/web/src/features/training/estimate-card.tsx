import { Alert, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Schemas } from '@scapis/client';
import { trainingRequest } from '@scapis/contracts';
import { skipToken } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../api/queries.ts';
import { useFormats } from '../../i18n/format.ts';
import dataTableStyles from '../../ui/data-table.module.css';
import { DescriptionList } from '../../ui/description-list.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import textStyles from '../../ui/text.module.css';
import type { TrainingForm } from './settings.ts';

const estimateRequest = trainingRequest.omit({ title: true });

/** What the run would cost, asked of the lab a moment after the last change. */
export function EstimateCard({ form }: { form: TrainingForm }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [settled] = useDebouncedValue(JSON.stringify(form.watch()), 400);
  const request = estimateRequest.safeParse(JSON.parse(settled));
  const estimate = useCall(
    'trainingRuns.estimate',
    request.success ? { body: request.data } : skipToken,
  );
  const cost = request.success ? estimate.data : undefined;
  return (
    <Section title={t('training.cost')}>
      {request.success && estimate.error && <ProblemAlert error={estimate.error} />}
      {cost === undefined && !estimate.error && (
        <Text size="sm" c="dimmed">
          {t('training.costWaits')}
        </Text>
      )}
      {cost !== undefined && (
        <Stack gap="sm" role="status">
          {cost.obstacles.map((obstacle) => (
            <Alert key={obstacle} color="danger" variant="light">
              {t(`training.obstacles.${obstacle}`)}
            </Alert>
          ))}
          <DescriptionList
            items={[
              [
                t('training.time'),
                cost.seconds === null
                  ? t('training.timeUnknown')
                  : t('training.timeAbout', { time: formats.duration(cost.seconds) }),
              ],
              [
                t('training.memory'),
                t('training.memoryOf', {
                  need: formats.bytes(cost.memoryBytes),
                  limit: formats.bytes(cost.memoryLimitBytes),
                }),
              ],
              [t('training.parameters'), formats.number(cost.parameters)],
              [
                t('training.people'),
                cost.trainingPeople === null
                  ? t('training.fewerThan', { count: cost.smallestShownCell })
                  : formats.number(cost.trainingPeople),
              ],
            ]}
          />
          {!cost.canWatch && (
            <Text size="sm">
              {t(form.watch('privacy') ? 'training.cannotWatchPrivate' : 'training.cannotWatch')}
            </Text>
          )}
          <Cells cost={cost} />
        </Stack>
      )}
    </Section>
  );
}

function Cells({ cost }: { cost: Schemas['TrainingEstimate'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const rare = cost.cells.filter((cell) => cell.people === null).length;
  return (
    <details className={textStyles.quietDetails}>
      <summary>{t('training.cells', { rare, all: cost.cells.length })}</summary>
      <Text size="sm" c="dimmed" my="xs">
        {t('training.cellsHint', { count: cost.smallestShownCell })}
      </Text>
      <div
        className={layoutStyles.scrollX}
        tabIndex={0}
        role="group"
        aria-label={t('training.people')}
      >
        <table className={dataTableStyles.table}>
          <thead>
            <tr>
              <th scope="col">{t('labels.calciumGrade')}</th>
              <th scope="col">{t('training.group')}</th>
              <th scope="col">{t('training.people')}</th>
            </tr>
          </thead>
          <tbody>
            {cost.cells.map(({ calciumGrade, sex, ageBand, people }) => (
              <tr key={`${calciumGrade} ${sex} ${ageBand}`}>
                <td>{t(`labels.grades.${calciumGrade}`)}</td>
                <td>
                  {t(`labels.sexes.${sex}`)} {ageBand}
                </td>
                <td>
                  {people === null
                    ? t('training.fewerThan', { count: cost.smallestShownCell })
                    : formats.number(people)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
