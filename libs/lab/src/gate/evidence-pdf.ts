import { findingOf, gateChecks, gateTexts, type CheckResult, type Evidence, type GateCheck, type Locale } from '@scapis/contracts';
import type { OverrideDto } from '../record/override.ts';
import { evidenceWords } from './evidence-words.ts';
import { grey, Paper, pale, type Line } from './paper.ts';

/** What a cohort version's page adds to its evidence. */
export interface EvidenceFacts {
  title: string;
  number: number;
  datasetTitle: string;
  judgedAt: Date | null;
  /** Of the JSON file: ties the paper to it. */
  evidenceSha256: string;
  /** Signatures in force that set failed privacy checks aside; none where the gate was not overridden. */
  override: OverrideDto['signatures'];
  isReleased: boolean;
}

const passZone = '#dbf0e0';
const verdictColours: Record<CheckResult['verdict'], string> = { pass: '#1a7333', fail: '#b81a1f', report: '#4d5999' };
const seriesColours = ['#1a59b3', '#d9730d', '#6b6b6b', '#8c338c'] as const;

/**
 * The evidence as a paper of A4 pages to attach to a decision: verdict, every check on its scale, self-test, plots, conditions. Tagged for
 * screen readers (ISO 32000-2, 14.8). It asks no clock and no chance: the same evidence and facts give the same bytes.
 */
export async function renderEvidencePdf(evidence: Evidence, facts: EvidenceFacts, language: Locale): Promise<Uint8Array> {
  const words = evidenceWords[language];
  const texts = gateTexts[language];
  const title = words.title(facts.title, facts.number);
  const paper = await Paper.open(`${words.name}: ${title}`, language, facts.judgedAt ?? new Date(0));
  paper.heading('H1', title);
  paper.text(words.lead(facts.datasetTitle), { colour: grey });
  paper.text(words.verdict(texts.verdicts[evidence.verdict]), { size: 12, isBold: true });
  paper.text(texts.verdictTexts[evidence.verdict]);
  const report: Report = { paper, evidence, facts, language, words, texts, show: toShow(language) };
  writeOverride(report);
  writeChecks(report);
  writeSelfTest(report);
  writePlots(report);
  writeConditions(report);
  return paper.finish(`evidence.json sha256 ${facts.evidenceSha256}`, words.page);
}

interface Report {
  paper: Paper;
  evidence: Evidence;
  facts: EvidenceFacts;
  language: Locale;
  words: (typeof evidenceWords)[Locale];
  texts: (typeof gateTexts)[Locale];
  show: ReturnType<typeof toShow>;
}

/** Numbers as the language writes them: three digits, shares in per cent, a dash for none. */
function toShow(language: Locale): (value: number | null, unit?: CheckResult['unit']) => string {
  const tag = { sv: 'sv-SE', en: 'en-GB' }[language];
  const [plain, percent] = [new Intl.NumberFormat(tag, { signDisplay: 'negative', maximumSignificantDigits: 3 }), new Intl.NumberFormat(tag, { signDisplay: 'negative', style: 'percent', maximumFractionDigits: 1 })];
  return (value, unit) => (value === null ? '–' : unit === 'share' || unit === 'accuracy' ? percent.format(value) : Math.abs(value) < 0.001 && value !== 0 ? value.toExponential(1) : plain.format(value));
}

const toMinute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function nameOf({ texts }: Report, check: GateCheck): string {
  return `${gateChecks[check].id} ${texts.checks[check].name}`;
}

function writeOverride(report: Report): void {
  const { paper, facts: { override, isReleased }, words } = report;
  if (override.length === 0) return;
  paper.heading('H2', isReleased ? words.override.released : words.override.overridden);
  paper.text(words.override.text, { colour: verdictColours.fail });
  for (const { person, checks, reason, at } of override) {
    paper.heading('H3', words.override.signed(person.name, toMinute(new Date(at))));
    paper.text(words.override.checks(checks.map((check) => nameOf(report, check)).join(', ')), { colour: grey });
    paper.text(reason);
  }
}

const scaleColumn = 62;

function writeChecks({ paper, evidence, words: { checks: words }, texts, show, language }: Report): void {
  const { check, value, baseline, rule, verdict } = words.columns;
  paper.heading('H2', words.title);
  paper.text(words.key(texts.checkVerdicts.report), { colour: grey, size: 7 });
  const columns = [
    { width: 232, head: check }, { width: 64, align: 'right', head: value }, { width: 42, align: 'right', head: baseline }, { width: 53, head: rule }, { width: scaleColumn }, { width: 58, align: 'right', head: verdict },
  ] as const;
  const scaleLeft = paper.left + columns.slice(0, 4).reduce((sum, { width }) => sum + width, 0);
  const write = paper.table(columns);
  for (const result of evidence.checks) {
    const { name, text } = texts.checks[result.check];
    const { found, more } = findingOf(result, evidence, language);
    // The gate's own remark, in English whatever the paper's language.
    const remark = result.details['reason'] ?? result.details['problems'];
    write(
      [
        [
          { text: `${gateChecks[result.check].id}  ${name}`, size: 8, isBold: true },
          { text, size: 7, colour: grey },
          { text: found, size: 7.5 },
          ...(more === '' ? [] : [{ text: more, size: 7 }]),
          ...(typeof remark !== 'string' || remark === '' ? [] : [{ text: remark, size: 7, colour: grey, ...(language !== 'en' && { language: 'en' }) }]),
        ],
        [{ text: show(result.value, result.unit), size: 8, isBold: true }, ...(result.interval === null ? [] : [{ text: words.interval(show(result.interval[0], result.unit), show(result.interval[1], result.unit)), size: 6.5, colour: grey }])],
        [{ text: show(result.baseline, result.unit), size: 8 }],
        [{ text: toRule(result, texts.passesWhen, show), size: 8 }],
        [],
        [{ text: texts.checkVerdicts[result.verdict], size: 8, isBold: true, colour: verdictColours[result.verdict] }],
      ],
      (y) => drawScale(paper, result, scaleLeft, y + 4),
    );
  }
}

function toRule({ passesWhen, threshold, unit, ...result }: CheckResult, words: Report['texts']['passesWhen'], show: Report['show']): string {
  if (passesWhen === null || threshold === null) return '–';
  const high = upperLimit({ passesWhen, ...result });
  return `${words[passesWhen]} ${show(threshold, unit)}${high === null ? '' : ` ${words.and} ${show(high, unit)}`}`;
}

function upperLimit({ passesWhen, details }: Pick<CheckResult, 'passesWhen' | 'details'>): number | null {
  return passesWhen === 'between' && typeof details['thresholdHigh'] === 'number' ? details['thresholdHigh'] : null;
}

function drawScale(paper: Paper, result: CheckResult, left: number, top: number): void {
  const { value, baseline, threshold, interval, passesWhen, verdict } = result;
  if (value === null || (baseline === null && threshold === null)) return;
  const [right, middle, upper] = [left + scaleColumn - 12, top + 5, upperLimit(result)];
  const x = toScale([value, baseline, threshold, upper, ...(interval ?? [])].filter((each) => each !== null), left, right);
  if (threshold !== null) {
    const [from, to] = passesWhen === 'at-least' ? [x(threshold), right] : passesWhen === 'at-most' ? [left, x(threshold)] : [x(threshold) - 1, x(upper ?? threshold) + 1];
    paper.box(from, top, Math.max(1, to - from), 10, passZone);
    for (const limit of [threshold, upper]) if (limit !== null) paper.line([[x(limit), top - 1], [x(limit), top + 11]], { width: 1 });
  }
  paper.line([[left, middle], [right, middle]], { colour: grey, width: 0.4 });
  if (interval !== null) paper.line([[x(interval[0]), middle], [x(interval[1]), middle]], { colour: verdictColours[verdict], width: 2 });
  if (baseline !== null) {
    const at = x(baseline);
    paper.line([[at, middle - 4], [at + 4, middle], [at, middle + 4], [at - 4, middle], [at, middle - 4]], { colour: grey });
  }
  paper.box(x(value) - 2.5, middle - 2.5, 5, 5, verdictColours[verdict]);
}

function writeSelfTest({ paper, evidence: { selfTest: { rows } }, words: { selfTest: words }, texts, show }: Report): void {
  if (rows.length === 0) return;
  paper.heading('H2', words.title);
  const [formWidth, barWidth] = [110, 160];
  const write = paper.table([
    { width: formWidth, head: words.columns.form }, { width: barWidth + 20 }, { width: 80, align: 'right', head: words.columns.caught }, { width: 60, align: 'right', head: words.columns.needed }, { width: paper.width - formWidth - barWidth - 160, align: 'right', head: words.columns.verdict },
  ]);
  for (const { form, planted, caught, needed } of rows) {
    const verdict = caught >= needed ? 'pass' : 'fail';
    write(
      [[texts.forms[form]], [], [words.caught(show(caught), show(planted))], [show(needed)], [texts.checkVerdicts[verdict]]].map((cell, at) => cell.map((text): Line => ({ text, size: 8, ...(at === 4 && { isBold: true, colour: verdictColours[verdict] }) }))),
      (y) => {
        paper.box(paper.left + formWidth, y + 4, barWidth, 8, pale);
        paper.box(paper.left + formWidth, y + 4, (barWidth * caught) / Math.max(planted, 1), 8, verdictColours[verdict]);
      },
    );
  }
}

type Point = readonly [x: number, y: number];
interface Plot {
  title: string;
  xName: string;
  series: { name: string; points: Point[] }[];
}

/** The plots of a check, each with the points that can be drawn. */
function plotsOf(report: Report, { check, histograms, curves }: CheckResult): Plot[] {
  const { words, texts: { samples, axes, curves: curveNames } } = report;
  const names: Record<string, string> = { ...axes, ...curveNames, ...samples };
  const wordOf = (name: string): string => names[name] ?? name;
  const distribution: Plot = {
    title: `${nameOf(report, check)}: ${words.plots.distribution}`,
    xName: words.plots.share,
    series: histograms.map(({ name, edges, counts }) => {
      const total = Math.max(1, counts.reduce((sum, count) => sum + count, 0));
      return { name: wordOf(name), points: counts.flatMap((count, at) => [[edges[at]!, count / total] as const, [edges[at + 1]!, count / total] as const]) };
    }),
  };
  const others = [...Map.groupBy(curves, ({ name }) => name)].map(([name, group]): Plot => ({
    title: `${nameOf(report, check)}: ${wordOf(name)}`,
    xName: wordOf(group[0]?.x.name ?? ''),
    series: group.map(({ x, y }) => ({ name: wordOf(y.name), points: x.values.map((at, index) => [at, y.values[index] ?? NaN] as const) })),
  }));
  return [distribution, ...others]
    .map((plot) => ({ ...plot, series: plot.series.map(({ name, points }) => ({ name, points: points.filter((point) => point.every(Number.isFinite)) })).filter(({ points }) => points.length > 0) }))
    .filter(({ series }) => series.length > 0);
}

const plotWidth = 240;
const plotHeight = 150;

function writePlots(report: Report): void {
  const { paper, evidence, words, show } = report;
  const plots = evidence.checks.flatMap((result) => plotsOf(report, result));
  if (plots.length === 0) return;
  paper.need(plotHeight + 40);
  paper.heading('H2', words.plots.title);
  plots.forEach((plot, at) => {
    const isLeft = at % 2 === 0;
    if (isLeft) paper.need(plotHeight);
    const left = isLeft ? paper.left : paper.left + paper.width - plotWidth;
    const ranges = plot.series.map(({ name, points }) => words.plots.from(name, ...extentOf(points.map(([, y]) => y)).map((value) => show(value)) as [string, string]));
    paper.figure([plot.title, plot.xName, ...ranges].join('. '), [left, plotWidth, plotHeight - 20], () => drawPlot(paper, plot, left, show));
    if (!isLeft || at === plots.length - 1) paper.y += plotHeight;
  });
}

/** Draws a plot with its upper edge at the paper's y. */
function drawPlot(paper: Paper, { title, xName, series }: Plot, left: number, show: Report['show']): void {
  const top = paper.y;
  const small = { size: 6, colour: grey } as const;
  paper.label({ text: title, size: 7, isBold: true }, left, top);
  const frame = { left: left + 34, right: left + plotWidth, top: top + 14, bottom: top + 104 };
  const [xs, ys] = [series.flatMap(({ points }) => points.map(([x]) => x)), series.flatMap(({ points }) => points.map(([, y]) => y))];
  const [x, y] = [toScale(xs, frame.left, frame.right), toScale(ys, frame.bottom, frame.top)];
  paper.line([[frame.left, frame.top], [frame.left, frame.bottom], [frame.right, frame.bottom]], { colour: grey, width: 0.5 });
  for (const value of extentOf(xs)) paper.label({ text: show(value), align: 'center', ...small }, x(value), frame.bottom + 3);
  for (const value of extentOf(ys)) paper.label({ text: show(value), align: 'right', ...small }, frame.left - 3, y(value) - 3);
  paper.label({ text: xName, align: 'center', ...small }, (frame.left + frame.right) / 2, frame.bottom + 3);
  let legend = left;
  series.forEach(({ name, points }, at) => {
    const ink = { colour: seriesColours[at % seriesColours.length]!, width: 1.1, ...(at > 0 && { dash: 1 + at }) };
    paper.line(points.map(([px, py]) => [x(px), y(py)]), ink);
    paper.line([[legend, frame.bottom + 17], [legend + 12, frame.bottom + 17]], ink);
    paper.label({ text: name, size: 7 }, legend + 15, frame.bottom + 13.5);
    legend += 24 + paper.widthOf({ text: name, size: 7 });
  });
}

function writeConditions({ paper, evidence, facts: { judgedAt, evidenceSha256 }, words: { conditions: words }, texts, show }: Report): void {
  const { counts, code, splitHashes, thresholds, thresholdVersions } = evidence;
  const split = (images: number, people: number, sha256: string): string => `${words.images(show(images), show(people))}, sha256 ${sha256}`;
  paper.heading('H2', words.title);
  const rows: [string, string][] = [
    [words.judged, judgedAt === null ? '–' : toMinute(judgedAt)],
    [words.cohort, evidence.cohortVersionId],
    [words.dataset, evidence.datasetVersionId],
    [words.seed, String(evidence.seed)],
    [words.code, `${code.version}, ONNX Runtime ${code.onnxRuntime}, Node ${code.node}`],
    ...(code.sourcesSha256 === undefined ? [] : [[words.sources, code.sourcesSha256] as [string, string]]),
    [words.synthetic, `${counts.synthetic}, sha256 ${evidence.imagesSha256}`],
    ...evidence.released.map((each): [string, string] => [words.released, `${each.cohortVersionId}, ${each.images}, sha256 ${each.imagesSha256}`]),
    [words.training, split(counts.training, counts.trainingPeople, splitHashes.T)],
    [words.control, split(counts.control, counts.controlPeople, splitHashes.H)],
    [words.reference, split(counts.reference, counts.referencePeople, splitHashes.R)],
    [words.file, `sha256 ${evidenceSha256}`],
    [words.limits, thresholdVersions === undefined ? words.unversioned : words.versions(thresholdVersions)],
    ...Object.entries(thresholds).map(([name, value]): [string, string] => [texts.thresholds[name as keyof typeof thresholds], show(value)]),
  ];
  const write = paper.table([{ width: 190, head: words.columns.name }, { width: paper.width - 190, head: words.columns.value }]);
  for (const [name, value] of rows) write([[{ text: name, size: 7.5, colour: grey }], [{ text: value, size: 7.5 }]]);
}

function extentOf(values: readonly number[]): [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)];
}

/** A linear map that keeps a little room at both ends. */
function toScale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = extentOf(values);
  const span = high - low || Math.max(Math.abs(high), 1);
  const start = high === low ? low - span / 2 : low;
  const inset = (to - from) * 0.04;
  return (value) => from + inset + ((value - start) / span) * (to - from - 2 * inset);
}
