import type { Locale } from './dto.ts';
import type { CheckResult } from './evidence.ts';
import { gateNames, placeOf, wordFor, type DistributionCheck } from './gate-names.ts';

export type Point = readonly [x: number, y: number];

export interface Distribution {
  title: string;
  axis: string;
  histograms: CheckResult['histograms'];
  /** A distance that decides, drawn as a line across. */
  limit: number | null;
}

export interface Chart {
  title: string;
  axis: string;
  /** Each power of ten as wide as the next: for rates whose smallest values matter most. */
  isLog: boolean;
  lines: { name: string; points: Point[] }[];
}

/** What a check has to draw, in words: the pages and the evidence as PDF draw the same. */
export function plotsOf(
  { check, histograms, curves, details }: CheckResult,
  locale: Locale,
): { distribution: Distribution | null; charts: Chart[] } {
  const { distributions, charts, axes, lines, run } = gateNames[locale];
  const { copyDistance } = details;
  const distribution: Distribution = {
    ...distributions[check as DistributionCheck],
    histograms: histograms.map((each) => ({ ...each, name: wordFor(lines, each.name) })),
    limit: typeof copyDistance === 'number' ? copyDistance : null,
  };
  const found = [...Map.groupBy(curves, (curve) => placeOf(curve).chart)].map(
    ([chart, group]): Chart => ({
      title: wordFor(charts, chart),
      axis: wordFor(axes, group[0]?.x.name ?? ''),
      isLog: chart === 'roc',
      lines: group
        .map((curve) => {
          const { line, run: number } = placeOf(curve);
          const points = curve.x.values
            .map((x, at): Point => [x, curve.y.values[at] ?? NaN])
            .filter((point) => point.every(Number.isFinite));
          return {
            name: number === undefined ? wordFor(lines, line) : run.replace('{number}', number),
            points,
          };
        })
        .filter(({ points }) => points.length > 0),
    }),
  );
  return {
    distribution: histograms.length === 0 ? null : distribution,
    charts: found.filter((chart) => chart.lines.length > 0),
  };
}
