import type { Schemas } from '@scapis/client';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import type { Line } from '../../charts/line-chart.tsx';
import type { Formats } from '../../i18n/format.ts';
import { client } from '../../api/client.ts';
import { queryClient, useCall } from '../../api/queries.ts';

export type TrainingRun = Schemas['TrainingRun'];
export type TrainingPoint = Schemas['TrainingPoint'];
export const isOver = (run: TrainingRun): boolean =>
  run.state !== 'queued' && run.state !== 'running';

/** The history of a run, kept up to date from its event stream until it ends. */
export function useLiveRun(id: string) {
  const run = useCall('trainingRuns.get', { path: { id } });
  const history = useCall('trainingRuns.points', { path: { id } });
  const [fresh, setFresh] = useState<TrainingPoint[]>([]);
  const [isLive, setLive] = useState(false);
  const isFollowed = run.data !== undefined && !isOver(run.data);
  useEffect(() => {
    if (!isFollowed) return undefined;
    const stop = new AbortController();
    async function follow() {
      for await (const event of client.subscribe('trainingRuns.events', {
        path: { id },
        signal: stop.signal,
      })) {
        setLive(true);
        queryClient.setQueryData(['trainingRuns.get', { path: { id } }], event.run);
        setFresh((old) => [...old, ...event.points]);
        if (isOver(event.run)) break;
      }
    }
    // A refused stream leaves the page as it was read; the badge then says that it is not live.
    follow()
      .catch(() => undefined)
      .finally(() => setLive(false));
    return () => stop.abort();
  }, [id, isFollowed]);
  const known = history.data ?? [];
  const last = known.at(-1)?.step ?? -1;
  // A reconnected stream may repeat points; the map keeps one of each step, in the order they came.
  const later = new Map(
    fresh.filter((point) => point.step > last).map((point) => [point.step, point]),
  );
  return { run, points: [...known, ...later.values()], isLive };
}

/**
 * Metrics that belong on one chart, in this order; what the trainer reports beyond them goes to
 * "other".
 */
const metricGroups = {
  losses: /^(discriminator|generator)Loss$/,
  logits: /^(real|fake)Logit$/,
  peopleLogits: /^realLogit(Training|Reference)$/,
  memorisation: /^(memorisation|discriminator)Gap$/,
  likelihood: /^likelihoodGap$/,
  guidance: /^(classifier|guidance)Loss$/,
  penalties: /penalty$/i,
  gradients: /gradient$/i,
  speed: /^imagesPerSecond$/,
} as const;
export type MetricGroup = keyof typeof metricGroups | 'other';
export const groupNames = [...Object.keys(metricGroups), 'other'] as MetricGroup[];

function groupOf(metric: string): MetricGroup {
  return (
    (Object.keys(metricGroups) as (keyof typeof metricGroups)[]).find((group) =>
      metricGroups[group].test(metric),
    ) ?? 'other'
  );
}

/** One line per metric of a group, without the steps that did not measure it. */
export function linesOf(points: readonly TrainingPoint[], group: MetricGroup): Line[] {
  const names = [...new Set(points.flatMap((point) => Object.keys(point.metrics)))].filter(
    (name) => groupOf(name) === group,
  );
  return names.map((name) => ({
    name,
    points: points.flatMap((point): [number, number][] => {
      const value = point.metrics[name];
      return value === undefined || !Number.isFinite(value) ? [] : [[point.step, value]];
    }),
  }));
}

/** A setting's value in words. */
export function settingText(
  value: string | number | boolean,
  t: TFunction,
  formats: Formats,
): string {
  if (typeof value === 'number') return formats.number(value, 4);
  return typeof value === 'boolean'
    ? t(value ? 'common.yes' : 'common.no')
    : t(`training.choices.${value}`, { defaultValue: value });
}
