import { Anchor, Group, Text, Title } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import {
  detailsOf,
  findingOf,
  findRemark,
  gateChecks,
  isJudged,
  plotsOf,
  type CheckResult,
  type Evidence,
  type GateCheck,
} from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { CheckScale, upperLimit } from './check-scale.tsx';
import { Histogram } from '../../charts/histogram.tsx';
import { LineChart } from '../../charts/line-chart.tsx';
import { Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { VerdictBadge, ToneBadge } from '../../ui/state-badge.tsx';
import { useFormats, useLocale } from '../../i18n/format.ts';
import { client } from '../../api/client.ts';
import { SelfTest } from './self-test.tsx';
import styles from './gate-result.module.css';
import chartStyles from '../../charts/charts.module.css';
import checkScaleStyles from './check-scale.module.css';
import textStyles from '../../ui/text.module.css';

const families = ['self-test', 'privacy', 'fidelity', 'utility'] as const;

/**
 * What the gate found: the verdict in words, each check against its baseline and limit, the
 * self-test, and the numbers to run it again.
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
          <Legend />
          {families.map((family) => {
            const results = evidence.checks.filter(
              (result) => gateChecks[result.check].family === family,
            );
            if (results.length === 0) return null;
            return (
              <div key={family} className={styles.family}>
                <Title order={3}>{t(`gate.families.${family}.title`)}</Title>
                <Text size="sm" c="dimmed">
                  {t(`gate.families.${family}.text`)}
                </Text>
                {results.map((result) => (
                  <Check key={result.check} result={result} evidence={evidence} />
                ))}
                {family === 'self-test' && <SelfTest selfTest={evidence.selfTest} />}
              </div>
            );
          })}
          <Conditions evidence={evidence} judgedAt={gateRun.finishedAt} />
        </>
      )}
    </Section>
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

const verdictTone = { pass: 'good', fail: 'bad', report: 'over' } as const;

function Check({ result, evidence }: { result: CheckResult; evidence: Evidence }) {
  const { t } = useTranslation();
  const language = useLocale();
  const formats = useFormats();
  const name: GateCheck = result.check;
  const show = (value: number | null) =>
    value === null
      ? '–'
      : result.unit === 'share' || result.unit === 'accuracy'
        ? formats.share(value)
        : formats.number(value);
  const high = upperLimit(result);
  const limits =
    high === null
      ? show(result.threshold)
      : `${show(result.threshold)} ${t('gate.passesWhen.and')} ${show(high)}`;
  const rule =
    result.passesWhen === null || result.threshold === null
      ? '–'
      : `${t(`gate.passesWhen.${result.passesWhen}`)} ${limits}`;
  const { found, more } = findingOf(result, evidence, language);
  const remark = findRemark(result);
  return (
    <article className={styles.check} aria-label={gateChecks[name].name[language]}>
      <div className={styles.head}>
        <Text fw={600}>
          {gateChecks[name].name[language]} <span className={styles.id}>{gateChecks[name].id}</span>
        </Text>
        <ToneBadge tone={verdictTone[result.verdict]}>
          {t(`gate.checkVerdicts.${result.verdict}`)}
        </ToneBadge>
      </div>
      <Text size="sm" c="dimmed">
        {gateChecks[name].text[language]}
      </Text>
      <Text size="sm" mt="xs">
        <strong>{found}</strong> {more}
      </Text>
      {remark !== null && (
        <Text size="xs" c="dimmed" mt={4} lang="en">
          {remark}
        </Text>
      )}
      <div className={styles.body}>
        <dl className={styles.numbers}>
          <div>
            <dt>{t('gate.value')}</dt>
            <dd>{show(result.value)}</dd>
          </div>
          <div>
            <dt>{t('gate.baseline')}</dt>
            <dd>{show(result.baseline)}</dd>
          </div>
          <div>
            <dt>{t('gate.rule')}</dt>
            <dd>{rule}</dd>
          </div>
        </dl>
        <CheckScale result={result} />
      </div>
      {result.verdict === 'fail' && result.value !== null && isJudged(name) && (
        <Text size="sm" mt="xs">
          {gateChecks[name].advice[language]}
        </Text>
      )}
      <More result={result} />
    </article>
  );
}

/**
 * The plots of a check and its further numbers: open where the check failed, since that is where a
 * reader looks for the reason.
 */
function More({ result }: { result: CheckResult }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const language = useLocale();
  const details = detailsOf(result, language);
  const { distribution, charts } = plotsOf(result, language);
  if (distribution === null && charts.length === 0 && details.length === 0) return null;
  return (
    <details className={textStyles.quietDetails} open={result.verdict === 'fail'}>
      <summary>{t('gate.more')}</summary>
      {distribution && (
        <Histogram
          title={distribution.title}
          xLabel={distribution.axis}
          histograms={distribution.histograms}
          threshold={distribution.limit}
        />
      )}
      {charts.map(({ title, axis, isLog, lines }) => (
        <LineChart key={title} title={title} xLabel={axis} empty="" isLogX={isLog} lines={lines} />
      ))}
      {details.length > 0 && (
        <DescriptionList
          items={details.map(
            ([name, value]) =>
              [
                name,
                typeof value === 'number'
                  ? formats.number(value, 4)
                  : typeof value === 'boolean'
                    ? t(value ? 'common.yes' : 'common.no')
                    : (value ?? '–'),
              ] as const,
          )}
        />
      )}
    </details>
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
