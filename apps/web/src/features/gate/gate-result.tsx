import { Anchor, Group, Text, Title } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { gateChecks, sortByFamily, type Evidence, type FamilyOutcome } from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { client } from '../../api/client.ts';
import { useFormats, useLocale } from '../../i18n/format.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { Section } from '../../ui/page.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { VerdictBadge } from '../../ui/state-badge.tsx';
import { Check } from './check.tsx';
import { Fold, idOf } from './fold.tsx';
import { GateSummary, Outcome } from './gate-summary.tsx';
import { SelfTest } from './self-test.tsx';
import styles from './gate-result.module.css';
import chartStyles from '../../charts/charts.module.css';
import checkScaleStyles from './check-scale.module.css';
import textStyles from '../../ui/text.module.css';

/**
 * What the gate found. First one screen: the verdict in words, what was asked, what failed, which
 * hidden copies were found. Then, folded, each check against its baseline and limit, and the
 * numbers to run it again.
 */
export function GateResult({
  cohort,
  gateRun,
}: {
  cohort: Schemas['CohortVersion'];
  gateRun: Schemas['GateRun'];
}) {
  const { t } = useTranslation();
  const language = useLocale();
  const evidence: Evidence | null = gateRun.evidence;
  const links =
    evidence &&
    (['evidencePdf', 'evidence'] as const).map((form) => (
      <Anchor
        key={form}
        href={client.urlOf(
          `cohorts.${form}`,
          { id: cohort.id },
          form === 'evidencePdf' ? { language } : {},
        )}
        download
        underline="always"
        size="sm"
      >
        {t(`gate.${form}`)}
      </Anchor>
    ));
  return (
    <Section
      title={t('gate.title')}
      aside={
        <Group gap="sm">
          {links}
          {gateRun.verdict && <VerdictBadge verdict={gateRun.verdict} />}
        </Group>
      }
    >
      {gateRun.failure !== null && (
        <FailureAlert
          title={t(gateRun.verdict === 'void' ? 'gate.voided' : 'gate.failed')}
          failure={gateRun.failure}
        />
      )}
      {gateRun.verdict && (
        <>
          <Text mb="xs">{t(`gate.verdictTexts.${gateRun.verdict}`)}</Text>
          <Text mb="md" size="sm">
            {t(`gate.whatNow.${gateRun.verdict}`)}
          </Text>
        </>
      )}
      {evidence && (
        <>
          <GateSummary evidence={evidence} />
          {sortByFamily(evidence.checks).map((outcome) => (
            <Family key={outcome.family} outcome={outcome} evidence={evidence} />
          ))}
          <Conditions evidence={evidence} judgedAt={gateRun.finishedAt} />
        </>
      )}
    </Section>
  );
}

/** The checks of one family, folded: each is one line until it is opened. */
function Family({ outcome, evidence }: { outcome: FamilyOutcome; evidence: Evidence }) {
  const { t } = useTranslation();
  const { family } = outcome;
  const results = evidence.checks.filter(({ check }) => gateChecks[check].family === family);
  if (results.length === 0) return null;
  return (
    <Fold
      id={idOf(family)}
      className={styles.family}
      summary={
        <>
          <Title order={3}>{t(`gate.families.${family}`)}</Title>
          <Outcome outcome={outcome} />
        </>
      }
    >
      <Text size="sm" c="dimmed" mb="xs">
        {t(`gate.familyTexts.${family}`)}
      </Text>
      <Legend />
      {results.map((result) => (
        <Check key={result.check} result={result} evidence={evidence} />
      ))}
      {family === 'self-test' && <SelfTest selfTest={evidence.selfTest} />}
    </Fold>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <div className={chartStyles.legend} aria-hidden="true">
      <span>
        <svg width="16" height="14">
          <circle className={checkScaleStyles.valueDot} data-verdict="pass" cx="8" cy="7" r="5.5" />
        </svg>
        {t('gate.value')}
      </span>
      <span>
        <svg width="16" height="14">
          <path className={checkScaleStyles.baselineMark} d="M8,0 l5,7 l-5,7 l-5,-7 z" />
        </svg>
        {t('gate.baseline')}
      </span>
      <span>
        <svg width="16" height="14">
          <line className={chartStyles.thresholdLine} x1="8" x2="8" y1="0" y2="14" />
        </svg>
        {t('gate.threshold')}
      </span>
      <span>
        <svg width="22" height="14">
          <rect className={checkScaleStyles.passZone} width="22" height="14" rx="3" />
        </svg>
        {t('gate.passZone')}
      </span>
    </div>
  );
}

function Conditions({ evidence, judgedAt }: { evidence: Evidence; judgedAt: string | null }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { counts, code } = evidence;
  return (
    <details className={textStyles.quietDetails}>
      <summary>{t('gate.conditions')}</summary>
      <DescriptionList
        items={[
          [t('gate.counts.synthetic'), formats.number(counts.synthetic)],
          [
            t('splits.T'),
            t('gate.counts.people', {
              images: formats.number(counts.training),
              people: formats.number(counts.trainingPeople),
            }),
          ],
          [
            t('splits.H'),
            t('gate.counts.people', {
              images: formats.number(counts.control),
              people: formats.number(counts.controlPeople),
            }),
          ],
          [
            t('splits.R'),
            t('gate.counts.people', {
              images: formats.number(counts.reference),
              people: formats.number(counts.referencePeople),
            }),
          ],
          [t('training.seed'), evidence.seed],
          [
            t('thresholds.judgedBy'),
            evidence.thresholdVersions === undefined
              ? t('thresholds.unversioned')
              : t('thresholds.versions', {
                  count: evidence.thresholdVersions.length,
                  numbers: evidence.thresholdVersions.join(', '),
                }),
          ],
          [t('gate.code'), `${code.version}, ONNX Runtime ${code.onnxRuntime}, Node ${code.node}`],
          code.sourcesSha256 !== undefined && [
            t('gate.sourcesHash'),
            <code key="s" className={textStyles.hash}>
              {code.sourcesSha256}
            </code>,
          ],
          [
            t('gate.imagesHash'),
            <code key="h" className={textStyles.hash}>
              {evidence.imagesSha256}
            </code>,
          ],
          [t('gate.judged'), formats.dateTime(judgedAt)],
        ]}
      />
    </details>
  );
}
