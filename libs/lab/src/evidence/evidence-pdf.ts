import {
  findingOf,
  findRemark,
  gateChecks,
  gateTexts,
  plotsOf,
  sortByFamily,
  type Chart,
  type CheckResult,
  type Evidence,
  type GateCheck,
  type Locale,
  type Point,
} from '@scapis/contracts';
import type { Refusals } from '../cohorts/cohorts.repository.ts';
import type { OverrideDto } from '../reviews/override.ts';
import { evidenceWords } from './evidence-messages.ts';
import { grey, Paper, pale, type Line } from './pdf-writer.ts';

/** What a cohort version's page adds to its evidence. */
export interface EvidenceFacts {
  title: string;
  number: number;
  datasetTitle: string;
  judgedAt: Date | null;
  /** Of the JSON file: ties the paper to it. */
  evidenceSha256: string;
  /**
   * Signatures in force that set failed privacy checks aside; none where the gate was not
   * overridden.
   */
  override: OverrideDto['signatures'];
  isReleased: boolean;
  /** Why it is to be released though of no use; null where it is of use, or nobody has said. */
  noUseReason: { by: { name: string }; reason: string } | null;
  /** Other cohorts of the same training that the gate refused. */
  refusals: Refusals;
}

const passZone = '#dbf0e0';
const verdictColours: Record<CheckResult['verdict'], string> = {
  pass: '#1a7333',
  fail: '#b81a1f',
  report: '#4d5999',
};
const seriesColours = ['#1a59b3', '#d9730d', '#6b6b6b', '#8c338c'] as const;

/**
 * The evidence as a paper of A4 pages to attach to a decision: verdict, every check on its scale,
 * self-test, plots, conditions. Tagged for screen readers (ISO 32000-2, 14.8). It asks no clock and
 * no chance: the same evidence and facts give the same bytes.
 */
export async function renderEvidencePdf(
  evidence: Evidence,
  facts: EvidenceFacts,
  language: Locale,
): Promise<Uint8Array> {
  const words = evidenceWords[language];
  const texts = gateTexts[language];
  const title = words.title(facts.title, facts.number);
  const paper = await Paper.open(
    `${words.name}: ${title}`,
    language,
    facts.judgedAt ?? new Date(0),
  );
  paper.heading('H1', title);
  paper.text(words.lead(facts.datasetTitle), { colour: grey });
  paper.text(words.verdict(texts.verdicts[evidence.verdict]), { size: 12, isBold: true });
  paper.text(texts.verdictTexts[evidence.verdict]);
  const report: Report = { paper, evidence, facts, language, words, texts, show: toShow(language) };
  writeOverride(report);
  writeNoUse(report);
  writeRefusals(report);
  writeSummary(report);
  writeSelfTest(report);
  writeChecks(report);
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
  const [plain, percent] = [
    new Intl.NumberFormat(tag, { signDisplay: 'negative', maximumSignificantDigits: 3 }),
    new Intl.NumberFormat(tag, {
      signDisplay: 'negative',
      style: 'percent',
      maximumFractionDigits: 1,
    }),
  ];
  return (value, unit) =>
    value === null
      ? '–'
      : unit === 'share' || unit === 'accuracy'
        ? percent.format(value)
        : Math.abs(value) < 0.001 && value !== 0
          ? value.toExponential(1)
          : plain.format(value);
}

const toMinute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function nameOf({ language }: Report, check: GateCheck): string {
  return `${gateChecks[check].id} ${gateChecks[check].name[language]}`;
}

/** As the page's first screen: how each family came out, and what failed. */
function writeSummary(report: Report): void {
  const {
    paper,
    evidence: { checks },
    words: { summary: words },
    texts,
  } = report;
  paper.heading('H2', words.title);
  const families = sortByFamily(checks);
  for (const { family, passed, failed, unmade, reported } of families)
    paper.text(
      words.family(
        texts.families[family],
        passed.length,
        passed.length + failed.length + unmade.length,
        reported.length,
      ),
    );
  const wrong = families.flatMap(({ failed, unmade }) => [
    ...failed.map(({ check }) => nameOf(report, check)),
    ...unmade.map(({ check }) => `${nameOf(report, check)} (${words.unmade})`),
  ]);
  if (wrong.length === 0) paper.text(words.none);
  else paper.text(`${words.wrong} ${wrong.join(', ')}.`, { colour: verdictColours.fail });
}

function writeOverride(report: Report): void {
  const {
    paper,
    facts: { override, isReleased },
    words,
  } = report;
  if (override.length === 0) return;
  paper.heading('H2', isReleased ? words.override.released : words.override.overridden);
  paper.text(words.override.text, { colour: verdictColours.fail });
  for (const { person, checks, reason, at } of override) {
    paper.heading('H3', words.override.signed(person.name, toMinute(new Date(at))));
    paper.text(words.override.checks(checks.map((check) => nameOf(report, check)).join(', ')), {
      colour: grey,
    });
    paper.text(reason);
  }
}

function writeNoUse({ paper, facts: { noUseReason }, words }: Report): void {
  if (noUseReason === null) return;
  paper.heading('H2', words.noUse.title);
  paper.text(words.noUse.by(noUseReason.by.name), { colour: grey });
  paper.text(noUseReason.reason);
}

function writeRefusals(report: Report): void {
  const {
    paper,
    facts: { refusals },
    words,
  } = report;
  if (refusals.length === 0) return;
  paper.heading('H2', words.refusals.title(refusals.length));
  paper.text(words.refusals.text);
  for (const { title, number, at, checks } of refusals)
    paper.text(
      words.refusals.one(
        words.title(title, number),
        toMinute(new Date(at)),
        checks.map((check) => nameOf(report, check)).join(', '),
      ),
      { colour: grey },
    );
}

const scaleColumn = 62;

function writeChecks({
  paper,
  evidence,
  words: { checks: words },
  texts,
  show,
  language,
}: Report): void {
  const { check, value, baseline, rule, verdict } = words.columns;
  paper.heading('H2', words.title);
  paper.text(words.key(texts.checkVerdicts.report), { colour: grey, size: 7 });
  const columns = [
    { width: 232, head: check },
    { width: 64, align: 'right', head: value },
    { width: 42, align: 'right', head: baseline },
    { width: 53, head: rule },
    { width: scaleColumn },
    { width: 58, align: 'right', head: verdict },
  ] as const;
  const scaleLeft = paper.left + columns.slice(0, 4).reduce((sum, { width }) => sum + width, 0);
  const write = paper.table(columns);
  for (const result of evidence.checks) {
    const { name, text } = gateChecks[result.check];
    const { found, more } = findingOf(result, evidence, language);
    const remark = findRemark(result);
    write(
      [
        [
          { text: `${gateChecks[result.check].id}  ${name[language]}`, size: 8, isBold: true },
          { text: text[language], size: 7, colour: grey },
          { text: found, size: 7.5 },
          ...(more === '' ? [] : [{ text: more, size: 7 }]),
          ...(remark === null
            ? []
            : [
                {
                  text: remark,
                  size: 7,
                  colour: grey,
                  ...(language !== 'en' && { language: 'en' }),
                },
              ]),
        ],
        [
          { text: show(result.value, result.unit), size: 8, isBold: true },
          ...(result.interval === null
            ? []
            : [
                {
                  text: words.interval(
                    show(result.interval[0], result.unit),
                    show(result.interval[1], result.unit),
                  ),
                  size: 6.5,
                  colour: grey,
                },
              ]),
        ],
        [{ text: show(result.baseline, result.unit), size: 8 }],
        [{ text: toRule(result, texts.passesWhen, show), size: 8 }],
        [],
        [
          {
            text: texts.checkVerdicts[result.verdict],
            size: 8,
            isBold: true,
            colour: verdictColours[result.verdict],
          },
        ],
      ],
      (y) => drawScale(paper, result, scaleLeft, y + 4),
    );
  }
}

function toRule(
  { passesWhen, threshold, unit, ...result }: CheckResult,
  words: Report['texts']['passesWhen'],
  show: Report['show'],
): string {
  if (passesWhen === null || threshold === null) return '–';
  const high = upperLimit({ passesWhen, ...result });
  return `${words[passesWhen]} ${show(threshold, unit)}${high === null ? '' : ` ${words.and} ${show(high, unit)}`}`;
}

function upperLimit({
  passesWhen,
  details,
}: Pick<CheckResult, 'passesWhen' | 'details'>): number | null {
  return passesWhen === 'between' && typeof details['thresholdHigh'] === 'number'
    ? details['thresholdHigh']
    : null;
}

function drawScale(paper: Paper, result: CheckResult, left: number, top: number): void {
  const { value, baseline, threshold, interval, passesWhen, verdict } = result;
  if (value === null || (baseline === null && threshold === null)) return;
  const [right, middle, upper] = [left + scaleColumn - 12, top + 5, upperLimit(result)];
  const x = toScale(
    [value, baseline, threshold, upper, ...(interval ?? [])].filter((each) => each !== null),
    left,
    right,
  );
  if (threshold !== null) {
    const [from, to] =
      passesWhen === 'at-least'
        ? [x(threshold), right]
        : passesWhen === 'at-most'
          ? [left, x(threshold)]
          : [x(threshold) - 1, x(upper ?? threshold) + 1];
    paper.box(from, top, Math.max(1, to - from), 10, passZone);
    for (const limit of [threshold, upper])
      if (limit !== null)
        paper.line(
          [
            [x(limit), top - 1],
            [x(limit), top + 11],
          ],
          { width: 1 },
        );
  }
  paper.line(
    [
      [left, middle],
      [right, middle],
    ],
    { colour: grey, width: 0.4 },
  );
  if (interval !== null)
    paper.line(
      [
        [x(interval[0]), middle],
        [x(interval[1]), middle],
      ],
      { colour: verdictColours[verdict], width: 2 },
    );
  if (baseline !== null) {
    const at = x(baseline);
    paper.line(
      [
        [at, middle - 4],
        [at + 4, middle],
        [at, middle + 4],
        [at - 4, middle],
        [at, middle - 4],
      ],
      { colour: grey },
    );
  }
  paper.box(x(value) - 2.5, middle - 2.5, 5, 5, verdictColours[verdict]);
}

function writeSelfTest({
  paper,
  evidence: {
    selfTest: { rows },
  },
  words: { selfTest: words },
  texts,
  show,
}: Report): void {
  if (rows.length === 0) return;
  paper.heading('H2', words.title);
  const [formWidth, barWidth] = [110, 160];
  const write = paper.table([
    { width: formWidth, head: words.columns.form },
    { width: barWidth + 20 },
    { width: 80, align: 'right', head: words.columns.caught },
    { width: 60, align: 'right', head: words.columns.needed },
    {
      width: paper.width - formWidth - barWidth - 160,
      align: 'right',
      head: words.columns.verdict,
    },
  ]);
  for (const { form, planted, caught, needed } of rows) {
    const verdict = caught >= needed ? 'pass' : 'fail';
    write(
      [
        [texts.forms[form]],
        [],
        [words.caught(show(caught), show(planted))],
        [show(needed)],
        [texts.checkVerdicts[verdict]],
      ].map((cell, at) =>
        cell.map((text): Line => ({
          text,
          size: 8,
          ...(at === 4 && { isBold: true, colour: verdictColours[verdict] }),
        })),
      ),
      (y) => {
        paper.box(paper.left + formWidth, y + 4, barWidth, 8, pale);
        paper.box(
          paper.left + formWidth,
          y + 4,
          (barWidth * caught) / Math.max(planted, 1),
          8,
          verdictColours[verdict],
        );
      },
    );
  }
}

interface Plot extends Chart {
  check: string;
}

/** The plots of a check: a distribution as the outline of its bars, then its curves. */
function toPlots(report: Report, result: CheckResult): Plot[] {
  const { distribution, charts } = plotsOf(result, report.language);
  const outlines =
    distribution === null
      ? []
      : [
          {
            title: distribution.title,
            axis: distribution.axis,
            isLog: false,
            lines: distribution.histograms.map(({ name, edges, counts }) => ({
              name,
              points: outline(edges, counts),
            })),
          },
        ];
  return [...outlines, ...charts].map((chart) => ({
    check: nameOf(report, result.check),
    ...chart,
  }));
}

/** Each bar as a share of its own total, so that groups of unequal size compare. */
function outline(edges: readonly number[], counts: readonly number[]): Point[] {
  const total = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
  return counts.flatMap((count, at): Point[] => [
    [edges[at]!, count / total],
    [edges[at + 1]!, count / total],
  ]);
}

const plotWidth = 240;
const plotHeight = 147;

function writePlots(report: Report): void {
  const { paper, evidence, words, show } = report;
  const plots = evidence.checks.flatMap((result) => toPlots(report, result));
  if (plots.length === 0) return;
  paper.need(plotHeight + 40);
  paper.heading('H2', words.plots.title);
  plots.forEach((plot, at) => {
    const isLeft = at % 2 === 0;
    if (isLeft) paper.need(plotHeight);
    const left = isLeft ? paper.left : paper.left + paper.width - plotWidth;
    const ranges = plot.lines.map(({ name, points }) =>
      words.plots.from(
        name,
        ...(extentOf(points.map(([, y]) => y)).map((value) => show(value)) as [string, string]),
      ),
    );
    paper.figure(
      [plot.check, plot.title, plot.axis, ...ranges].join('. '),
      [left, plotWidth, plotHeight - 4],
      () => drawPlot(paper, plot, left, show),
    );
    if (!isLeft || at === plots.length - 1) paper.y += plotHeight;
  });
}

/**
 * Draws a plot with its upper edge at the paper's y. Points at or under 0 have no place on an axis
 * of powers of ten.
 */
function drawPlot(
  paper: Paper,
  { check, title, axis, isLog, lines }: Plot,
  left: number,
  show: Report['show'],
): void {
  const top = paper.y;
  const small = { size: 6, colour: grey } as const;
  paper.label({ text: check, size: 7, isBold: true }, left, top);
  paper.label({ text: title, size: 6.5 }, left, top + 9);
  const frame = { left: left + 34, right: left + plotWidth, top: top + 23, bottom: top + 113 };
  const shown = lines.map(({ name, points }) => ({
    name,
    points: isLog ? points.filter(([x]) => x > 0) : points,
  }));
  const place = isLog ? Math.log10 : (value: number) => value;
  const [xs, ys] = [
    shown.flatMap(({ points }) => points.map(([x]) => x)),
    shown.flatMap(({ points }) => points.map(([, y]) => y)),
  ];
  const [toX, y] = [
    toScale(xs.map(place), frame.left, frame.right),
    toScale(ys, frame.bottom, frame.top),
  ];
  const x = (value: number): number => toX(place(value));
  paper.line(
    [
      [frame.left, frame.top],
      [frame.left, frame.bottom],
      [frame.right, frame.bottom],
    ],
    { colour: grey, width: 0.5 },
  );
  for (const value of extentOf(xs))
    paper.label({ text: show(value), align: 'center', ...small }, x(value), frame.bottom + 3);
  for (const value of extentOf(ys))
    paper.label({ text: show(value), align: 'right', ...small }, frame.left - 3, y(value) - 3);
  paper.label(
    { text: axis, align: 'center', ...small },
    (frame.left + frame.right) / 2,
    frame.bottom + 3,
  );
  let [legend, row] = [left, frame.bottom + 17];
  shown.forEach(({ name, points }, at) => {
    const ink = {
      colour: seriesColours[at % seriesColours.length]!,
      width: 1.1,
      ...(at > 0 && { dash: 1 + at }),
    };
    paper.line(
      points.map(([px, py]) => [x(px), y(py)]),
      ink,
    );
    // A line of one point has no length.
    const [alone] = points.length === 1 ? points : [];
    if (alone !== undefined) paper.box(x(alone[0]) - 1.5, y(alone[1]) - 1.5, 3, 3, ink.colour);
    const width = 24 + paper.widthOf({ text: name, size: 7 });
    if (legend > left && legend + width > left + plotWidth + 9) [legend, row] = [left, row + 9];
    paper.line(
      [
        [legend, row],
        [legend + 12, row],
      ],
      ink,
    );
    paper.label({ text: name, size: 7 }, legend + 15, row - 3.5);
    legend += width;
  });
}

function writeConditions({
  paper,
  evidence,
  facts: { judgedAt, evidenceSha256 },
  words: { conditions: words },
  texts,
  show,
}: Report): void {
  const { counts, code, splitHashes, thresholds, thresholdVersions } = evidence;
  const split = (images: number, people: number, sha256: string): string =>
    `${words.images(show(images), show(people))}, sha256 ${sha256}`;
  paper.heading('H2', words.title);
  const rows: [string, string][] = [
    [words.judged, judgedAt === null ? '–' : toMinute(judgedAt)],
    [words.cohort, evidence.cohortVersionId],
    [words.dataset, evidence.datasetVersionId],
    [words.seed, String(evidence.seed)],
    [words.code, `${code.version}, ONNX Runtime ${code.onnxRuntime}, Node ${code.node}`],
    ...(code.sourcesSha256 === undefined
      ? []
      : [[words.sources, code.sourcesSha256] as [string, string]]),
    [words.synthetic, `${counts.synthetic}, sha256 ${evidence.imagesSha256}`],
    ...evidence.released.map((each): [string, string] => [
      words.released,
      `${each.cohortVersionId}, ${each.images}, sha256 ${each.imagesSha256}`,
    ]),
    [words.training, split(counts.training, counts.trainingPeople, splitHashes.T)],
    [words.control, split(counts.control, counts.controlPeople, splitHashes.H)],
    [words.reference, split(counts.reference, counts.referencePeople, splitHashes.R)],
    [words.file, `sha256 ${evidenceSha256}`],
    [
      words.limits,
      thresholdVersions === undefined ? words.unversioned : words.versions(thresholdVersions),
    ],
    ...Object.entries(thresholds).map(([name, value]): [string, string] => [
      texts.thresholds[name as keyof typeof thresholds],
      show(value),
    ]),
  ];
  const write = paper.table([
    { width: 190, head: words.columns.name },
    { width: paper.width - 190, head: words.columns.value },
  ]);
  for (const [name, value] of rows)
    write([[{ text: name, size: 7.5, colour: grey }], [{ text: value, size: 7.5 }]]);
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
