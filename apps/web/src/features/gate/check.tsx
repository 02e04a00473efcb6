import { Text } from '@mantine/core';
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
import { Histogram } from '../../charts/histogram.tsx';
import { LineChart } from '../../charts/line-chart.tsx';
import { useFormats, useLocale } from '../../i18n/format.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { ToneBadge } from '../../ui/state-badge.tsx';
import { CheckScale, upperLimit } from './check-scale.tsx';
import { Fold, idOf } from './fold.tsx';
import styles from './gate-result.module.css';
import textStyles from '../../ui/text.module.css';

const verdictTone = { pass: 'good', fail: 'bad', report: 'over' } as const;

/**
 * One check: its name, number and verdict on a line, and below that, once it is opened, what it
 * measures and found.
 */
export function Check({ result, evidence }: { result: CheckResult; evidence: Evidence }) {
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
    <Fold
      id={idOf(name)}
      className={styles.check}
      isLazy
      summary={
        <>
          <span className={styles.name}>
            <Text fw={600} component="span">
              {gateChecks[name].name[language]}{' '}
              <span className={styles.id}>{gateChecks[name].id}</span>
            </Text>
            {result.value !== null && (
              <Text size="sm" c="dimmed" component="span">
                {rule === '–'
                  ? show(result.value)
                  : t('gate.oneLine', { value: show(result.value), rule })}
              </Text>
            )}
          </span>
          <ToneBadge tone={verdictTone[result.verdict]}>
            {t(`gate.checkVerdicts.${result.verdict}`)}
          </ToneBadge>
        </>
      }
    >
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
    </Fold>
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
