import type { Locale, Words } from '../locale.ts';
import type { CheckRow } from './checks/row.ts';
import { gateChecks } from './checks.ts';
import { wordFor } from './details.ts';
import type { CheckResult } from './evidence.ts';
import { fill } from '../sentences.ts';

/** Charts of curves; a control is drawn into the chart of what it controls. */
export const chartWords = {
  roc: { en: 'People found against false alarms', sv: 'Funna personer mot falsklarm' },
  gradeRead: {
    en: 'Grade that a real-trained model reads, by claimed grade',
    sv: 'Grad som en modell tränad på verkliga bilder läser av, efter uppgiven',
  },
  ranking: { en: 'Accuracy of each method', sv: 'Varje metods träffsäkerhet' },
  reliability: {
    en: 'How often right, by stated certainty',
    sv: 'Hur ofta rätt, efter angiven säkerhet',
  },
  spectrum: { en: 'Power by fineness of detail (dB)', sv: 'Styrka efter detaljernas finhet (dB)' },
  calcium: { en: 'Mean share of calcium, by grade', sv: 'Genomsnittlig andel kalk, efter grad' },
  calciumNone: { en: 'None: share with at most so much', sv: 'Ingen: andel med högst så mycket' },
  calciumMild: { en: 'Mild: share with at most so much', sv: 'Lätt: andel med högst så mycket' },
  calciumModerate: {
    en: 'Moderate: share with at most so much',
    sv: 'Måttlig: andel med högst så mycket',
  },
  calciumSevere: {
    en: 'Severe: share with at most so much',
    sv: 'Svår: andel med högst så mycket',
  },
  memorisationGap: {
    en: 'Training people favoured over others, in standard errors',
    sv: 'Hur träningspersoner gynnas framför andra, i medelfel',
  },
  likelihoodGap: {
    en: 'Likelihood gap: below 0 is nearer to those learned from',
    sv: 'Sannolikhetsgap: under 0 är närmare dem den lär av',
  },
  discriminatorGap: {
    en: 'Discriminator’s gap, in standard errors',
    sv: 'Diskriminatorns gap, i medelfel',
  },
  privacySpent: {
    en: 'Epsilon for each person, by training step',
    sv: 'Epsilon per person, efter träningssteg',
  },
} satisfies Record<string, Words>;
export const axisWords = {
  grade: { en: 'grade (0 none to 3 severe)', sv: 'grad (0 ingen till 3 svår)' },
  calciumShare: {
    en: 'calcium, as a share of the heart region',
    sv: 'kalk, som andel av hjärtområdet',
  },
  accuracyReal: { en: 'accuracy, trained on real', sv: 'träffsäkerhet, tränad på verkliga' },
  confidence: { en: 'stated certainty', sv: 'angiven säkerhet' },
  frequency: { en: 'waves per pixel', sv: 'vågor per bildpunkt' },
  falsePositives: { en: 'false alarms, logarithmic', sv: 'falsklarm, logaritmiskt' },
  step: { en: 'step', sv: 'steg' },
} satisfies Record<string, Words>;
export const lineWords = {
  synthetic: { en: 'synthetic', sv: 'syntetiska' },
  control: { en: 'other real people', sv: 'andra verkliga personer' },
  planted: { en: 'canaries', sv: 'kanariebilder' },
  members: { en: 'training people', sv: 'träningspersoner' },
  nonMembers: { en: 'other real people', sv: 'andra verkliga personer' },
  real: { en: 'real', sv: 'verkliga' },
  none: { en: 'none', sv: 'ingen' },
  mild: { en: 'mild', sv: 'lätt' },
  moderate: { en: 'moderate', sv: 'måttlig' },
  severe: { en: 'severe', sv: 'svår' },
  accuracySynthetic: {
    en: 'accuracy, trained on synthetic',
    sv: 'träffsäkerhet, tränad på syntetiska',
  },
  roc: { en: 'the attack', sv: 'angreppet' },
  rocControl: {
    en: 'control: training people against training people',
    sv: 'kontroll: träningspersoner mot träningspersoner',
  },
  memorisationGap: { en: 'memorisation', sv: 'memorering' },
  likelihoodGap: { en: 'likelihood gap', sv: 'sannolikhetsgap' },
  discriminatorGap: { en: 'discriminator gap', sv: 'diskriminatorgap' },
  epsilon: { en: 'epsilon', sv: 'epsilon' },
} satisfies Record<string, Words>;
const runWords: Words = { en: 'run {number}', sv: 'körning {number}' };

export type Point = readonly [x: number, y: number];

export interface PlottedDistribution {
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
): { distribution: PlottedDistribution | null; charts: Chart[] } {
  const row: CheckRow = gateChecks[check];
  const { copyDistance } = details;
  const distribution: PlottedDistribution = {
    title: row.distribution?.title[locale] ?? '',
    axis: row.distribution?.axis[locale] ?? '',
    histograms: histograms.map((each) => ({
      ...each,
      name: wordFor(lineWords, each.name, locale),
    })),
    limit: typeof copyDistance === 'number' ? copyDistance : null,
  };
  const found = [...Map.groupBy(curves, (curve) => placeOf(curve).chart)].map(
    ([chart, group]): Chart => ({
      title: wordFor(chartWords, chart, locale),
      axis: wordFor(axisWords, group[0]?.x.name ?? '', locale),
      isLog: chart === 'roc',
      lines: group
        .map((curve) => {
          const { line, run } = placeOf(curve);
          const points = curve.x.values
            .map((x, at): Point => [x, curve.y.values[at] ?? NaN])
            .filter((point) => point.every(Number.isFinite));
          return {
            name:
              run === undefined
                ? wordFor(lineWords, line, locale)
                : fill(runWords[locale], () => run),
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

/**
 * @returns the chart of a curve, shared by its control and by the same curve of other runs; its
 * line there; and its run, where there are several
 */
export function placeOf({ name, y }: Pick<CheckResult['curves'][number], 'name' | 'y'>): {
  chart: string;
  line: string;
  run: string | undefined;
} {
  const [, chart = name, control = '', run] = /^(\w+?)(Control)?(?: (\d+))?$/.exec(name) ?? [];
  return { chart, line: chart + control in lineWords ? chart + control : y.name, run };
}
