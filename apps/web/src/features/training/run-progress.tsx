import { Progress } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { Figure, Figures } from '../../ui/figures.tsx';
import { Section } from '../../ui/page.tsx';
import textStyles from '../../ui/text.module.css';
import { isOver, settingText, type TrainingRun } from './live.ts';

interface RunProgressProps {
  run: TrainingRun;
}

/** How far the run has come, and behind a fold all that was set. */
export function RunProgress({ run }: RunProgressProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const over = isOver(run);
  return (
    <Section title={t('training.progress')}>
      <Progress
        value={(run.step / Math.max(1, run.steps)) * 100}
        size="lg"
        animated={run.state === 'running'}
        aria-label={t('training.progress')}
      />
      <Figures isWide>
        <Figure
          label={t('training.steps')}
          value={t('training.stepsOf', {
            step: formats.number(run.step),
            steps: formats.number(run.steps),
          })}
        />
        <Figure
          label={t('training.imagesPerSecond')}
          value={formats.number(run.imagesPerSecond, 0)}
        />
        <Figure
          label={t('training.timeLeft')}
          value={
            over
              ? '–'
              : run.state === 'queued'
                ? t('training.waits')
                : formats.duration(run.secondsLeft)
          }
        />
        <Figure
          label={t(over ? 'training.finished' : 'training.started')}
          value={formats.dateTime(over ? run.finishedAt : run.startedAt)}
        />
      </Figures>
      <details className={textStyles.quietDetails}>
        <summary>{t('training.details')}</summary>
        <RunFacts run={run} />
      </details>
    </Section>
  );
}

function RunFacts({ run }: RunProgressProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <DescriptionList
      items={[
        [t('common.created'), formats.dateTime(run.createdAt)],
        ...(Object.keys(run.settings) as (keyof TrainingRun['settings'])[]).map(
          (name): [string, ReactNode] => [
            t(`training.settings.${name}.name`),
            settingText(run.settings[name], t, formats),
          ],
        ),
        [
          t('privacy.title'),
          run.privacy === null
            ? t('privacy.none')
            : t(run.privacy.isSettled ? 'privacy.settled' : 'privacy.reserved', {
                epsilon: formats.number(run.privacy.epsilon, 2),
              }),
        ],
        run.privacy !== null && [
          t('privacy.noise'),
          formats.number(run.privacy.noiseMultiplier, 3),
        ],
        run.privacy !== null && [t('privacy.noisySteps'), formats.number(run.privacy.noisySteps)],
        run.privacy !== null && [t('privacy.delta'), run.privacy.delta.toExponential()],
        run.continuedFrom !== null && [
          t('training.continuedFrom'),
          <Link key="c" to="/training-runs/$id" params={{ id: run.continuedFrom.id }}>
            {run.continuedFrom.title}
          </Link>,
        ],
        run.ensembleId !== null && [
          t('ensembles.ofEnsemble'),
          <Link key="e" to="/ensembles/$id" params={{ id: run.ensembleId }}>
            {t('ensembles.toEnsemble')}
          </Link>,
        ],
        [
          t('training.permit'),
          <Link key="p" to="/permits/$id" params={{ id: run.permitId }}>
            {t('training.toPermit')}
          </Link>,
        ],
        [t('thresholds.ofRun'), t('thresholds.ofRunVersion', { number: run.thresholdVersion })],
        [
          t('training.version'),
          <Link key="v" to="/dataset-versions/$id" params={{ id: run.datasetVersionId }}>
            {run.datasetTitle}
          </Link>,
        ],
        run.provider !== null && [
          t('training.provider'),
          run.provider === 'cpu'
            ? run.provider
            : t('training.providerNotRepeatable', { provider: run.provider }),
        ],
        run.generators.length > 0 && [
          t('training.generators'),
          run.generators.map((generator) => (
            <div key={generator.id}>
              {t('training.generatorAt', { step: formats.number(generator.step) })}{' '}
              <code className={textStyles.hash}>{generator.sha256.slice(0, 16)}</code>
            </div>
          )),
        ],
      ]}
    />
  );
}
