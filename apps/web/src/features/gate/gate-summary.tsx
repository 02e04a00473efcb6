import { Title } from '@mantine/core';
import {
  findingOf,
  gateChecks,
  sortByFamily,
  type Evidence,
  type FamilyOutcome,
} from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { useFormats, useLocale } from '../../i18n/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { JumpLink } from './fold.tsx';
import styles from './gate-summary.module.css';

/** The first screen below the verdict: what was asked, what went wrong, which copies were found. */
export function GateSummary({ evidence }: { evidence: Evidence }) {
  return (
    <div className={styles.grid}>
      <Asked evidence={evidence} />
      <Wrong evidence={evidence} />
      <CaughtForms selfTest={evidence.selfTest} />
    </div>
  );
}

function Asked({ evidence }: { evidence: Evidence }) {
  const { t } = useTranslation();
  return (
    <div>
      <Title order={3}>{t('gate.asked.title')}</Title>
      <ul className={styles.list}>
        {sortByFamily(evidence.checks).map((outcome) => (
          <li key={outcome.family}>
            <JumpLink to={outcome.family}>{t(`gate.families.${outcome.family}`)}</JumpLink>{' '}
            <Outcome outcome={outcome} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How many checks of a family passed, failed, and were not made. */
export function Outcome({
  outcome: { passed, failed, unmade, reported },
}: {
  outcome: FamilyOutcome;
}) {
  const { t } = useTranslation();
  const parts = [
    t('gate.asked.passed', {
      passed: passed.length,
      count: passed.length + failed.length + unmade.length,
    }),
    ...(failed.length === 0 ? [] : [t('gate.asked.failed', { count: failed.length })]),
    ...(unmade.length === 0 ? [] : [t('gate.asked.unmade', { count: unmade.length })]),
    ...(reported.length === 0 ? [] : [t('gate.asked.reported', { count: reported.length })]),
  ];
  const isWell = failed.length === 0 && unmade.length === 0;
  return (
    <span className={styles.outcome} data-met={isWell}>
      <Icon name={isWell ? 'check' : 'cross'} size={16} />
      <span>{parts.join(', ')}</span>
    </span>
  );
}

/** With more than this many failures each has its name alone, so that one screen holds them. */
const mostSentences = 5;

function Wrong({ evidence }: { evidence: Evidence }) {
  const { t } = useTranslation();
  const language = useLocale();
  const wrong = sortByFamily(evidence.checks).flatMap(({ failed, unmade }) => [
    ...failed,
    ...unmade,
  ]);
  const hasSentences = wrong.length <= mostSentences;
  return (
    <div className={hasSentences ? undefined : styles.wide}>
      <Title order={3}>{t('gate.wrong.title')}</Title>
      {wrong.length === 0 ? (
        <p className={styles.list}>{t('gate.wrong.none')}</p>
      ) : (
        <ul className={`${styles.list} ${hasSentences ? '' : styles.names}`}>
          {wrong.map((result) => (
            <li key={result.check}>
              <JumpLink to={result.check}>
                {gateChecks[result.check].id} {gateChecks[result.check].name[language]}
              </JumpLink>
              {result.details['made'] === false ? (
                <span className={styles.said}> ({t('gate.wrong.unmade')})</span>
              ) : (
                hasSentences && (
                  <span className={styles.said}>
                    : {findingOf(result, evidence, language).found}
                  </span>
                )
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Which kinds of hidden copies the search found. */
function CaughtForms({ selfTest: { rows } }: { selfTest: Evidence['selfTest'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (rows.length === 0) return null;
  return (
    <div className={styles.wide}>
      <Title order={3}>{t('gate.caughtBy.title')}</Title>
      <ul className={`${styles.list} ${styles.forms}`}>
        {rows.map(({ form, caught, needed, planted }) => (
          <li key={form}>
            <span className={styles.outcome} data-met={caught >= needed}>
              <Icon name={caught >= needed ? 'check' : 'cross'} size={16} />
              {t('gate.caughtBy.one', {
                form: t(`gate.forms.${form}`),
                caught: formats.number(caught),
                planted: formats.number(planted),
              })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
