import { Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { ageBands, calciumGrades, sexes } from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useReasonText } from './reason-text.ts';
import layoutStyles from '../../ui/layout.module.css';
import styles from './contents.module.css';

type Counts = Schemas['DatasetCounts'];

/**
 * What the version holds, in numbers that anyone may see before applying: cells under ten people
 * are left out.
 */
export function Contents({ counts }: { counts: Counts }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const n = (value: number | undefined) => formats.number(value);
  const shown = new Map(
    counts.byCell.map((cell) => [
      `${cell.calciumGrade} ${cell.sex} ${cell.ageBand}`,
      cell.subjects,
    ]),
  );
  return (
    <div className={layoutStyles.halves}>
      <Section title={t('dataset.contents')}>
        <DescriptionList
          items={[
            [t('datasets.subjects'), n(counts.subjects)],
            [t('dataset.series'), n(counts.series)],
            [t('datasets.images'), n(counts.images)],
            [
              t('dataset.files'),
              t('dataset.filesOf', {
                accepted: n(counts.accepted),
                quarantined: n(counts.quarantined),
                rejected: n(counts.rejected),
                total: n(counts.files),
              }),
            ],
            ...Object.entries(counts.bySplit).map(
              ([split, part]) =>
                [
                  t(`splits.${split}`, { defaultValue: split }),
                  t('dataset.splitCounts', { subjects: n(part.subjects), images: n(part.images) }),
                ] as const,
            ),
          ]}
        />
      </Section>
      <Section title={t('dataset.cells')}>
        <Text size="sm" c="dimmed" mb="xs">
          {t('dataset.cellsHint')}
        </Text>
        <div
          className={layoutStyles.scrollX}
          tabIndex={0}
          role="group"
          aria-label={t('dataset.cells')}
        >
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('labels.calciumGrade')}</th>
                {sexes.map((sex) =>
                  ageBands.map((band) => (
                    <th key={`${sex} ${band}`} scope="col">
                      {t(`labels.sexes.${sex}`)}
                      <br />
                      {band}
                    </th>
                  )),
                )}
              </tr>
            </thead>
            <tbody>
              {calciumGrades.map((grade) => (
                <tr key={grade}>
                  <th scope="row">{t(`labels.grades.${grade}`)}</th>
                  {sexes.map((sex) =>
                    ageBands.map((band) => (
                      <td key={`${sex} ${band}`}>
                        {formats.number(shown.get(`${grade} ${sex} ${band}`) ?? null)}
                      </td>
                    )),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
    </div>
  );
}

/**
 * How often each action of the PS3.15 profile was taken: what was changed and how much, never
 * silently.
 */
export function Deidentification({ counts }: { counts: Record<string, number> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Section title={t('dataset.deidentification')}>
      <Text size="sm" c="dimmed" mb="xs">
        {t('dataset.deidentificationHint')}
      </Text>
      <DescriptionList
        items={Object.entries(counts).map(
          ([name, count]) =>
            [t(`deidentification.${name}`, { defaultValue: name }), formats.number(count)] as const,
        )}
      />
    </Section>
  );
}

export function Findings({ findings }: { findings: Schemas['DatasetVersion']['findings'] }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const formats = useFormats();
  return (
    <Section title={t('dataset.findings')}>
      {findings.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('dataset.noFindings')}
        </Text>
      ) : (
        <DescriptionList
          items={findings.map(
            (finding) =>
              [
                t(`findings.${finding.code}`, { defaultValue: reasonText(finding.code) }),
                formats.number(finding.count),
              ] as const,
          )}
        />
      )}
    </Section>
  );
}
