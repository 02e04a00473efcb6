import { gateChecks, gateQuestions, type CheckResult, type Evidence, type GateVerdict } from '@scapis/contracts';
import { black, pageHeight, PdfPage, pageWidth, textWidth, wrapText, writePdf, type Colour } from './pdf-writer.ts';

/** What a cohort version's page adds to its evidence. */
export interface EvidenceFacts {
  title: string;
  number: number;
  datasetTitle: string;
  judgedAt: Date | null;
  /** Of the JSON file: ties the paper to it. */
  evidenceSha256: string;
}

const margin = 42;
const grey: Colour = [0.42, 0.44, 0.48];
const pale: Colour = [0.88, 0.9, 0.93];
const passZone: Colour = [0.86, 0.94, 0.88];
const verdictColours: Record<CheckResult['verdict'], Colour> = { pass: [0.1, 0.45, 0.2], fail: [0.72, 0.1, 0.12], report: [0.3, 0.35, 0.6] };
const seriesColours: readonly Colour[] = [[0.1, 0.35, 0.7], [0.85, 0.45, 0.05], [0.5, 0.5, 0.5], [0.55, 0.2, 0.55]];

const verdictTexts: Record<GateVerdict, string> = {
  'passed': 'No leak was found, and the cohort resembles the real one closely enough for any use under the terms.',
  'passed-method-development-only':
    'No leak was found, but the cohort does not resemble the real one closely enough: results from it say nothing about patients. It may be released for method development.',
  'refused': 'The gate found what could be a leak of a real person, or could not look. The cohort cannot be released.',
  'void': 'The gate did not catch the leaks it had planted itself, so its verdict counts for nothing.',
};

/** @returns the evidence as a paper of A4 pages to attach to a decision: verdict, every check on its scale, self-test, plots, conditions. */
export function renderEvidencePdf(evidence: Evidence, facts: EvidenceFacts): Uint8Array {
  const paper = new Paper();
  paper.heading(`${facts.title}, version ${facts.number}`, 16);
  paper.paragraph(`Release gate evidence. Synthetic images after the dataset "${facts.datasetTitle}".`, grey);
  paper.paragraph(`Verdict: ${evidence.verdict}`, black, 12, true);
  paper.paragraph(verdictTexts[evidence.verdict]);
  paper.space(6);
  drawChecks(paper, evidence);
  drawSelfTest(paper, evidence);
  drawPlots(paper, evidence);
  drawConditions(paper, evidence, facts);
  return paper.finish(`Release gate evidence: ${facts.title}, version ${facts.number}`, `evidence.json sha256 ${facts.evidenceSha256}`);
}

/** Pages that fill from the top. */
class Paper {
  readonly #pages: PdfPage[] = [];
  y = Infinity;

  get page(): PdfPage {
    const last = this.#pages.at(-1);
    if (last === undefined) throw new Error('There is no page yet.');
    return last;
  }

  /** Opens a page where `height` does not fit on the present one. @returns whether it did */
  need(height: number): boolean {
    if (this.y + height <= pageHeight - margin - 16) return false;
    this.#pages.push(new PdfPage());
    this.y = margin;
    return true;
  }

  space(height: number): void {
    this.y += height;
  }

  heading(text: string, size = 12): void {
    for (const line of wrapText(text, pageWidth - 2 * margin, size)) {
      this.need(size * 2.4);
      this.y += size * 1.4;
      this.page.text(margin, this.y, line, { size, bold: true });
    }
    this.y += size * 0.5;
  }

  paragraph(text: string, colour: Colour = black, size = 9, bold = false): void {
    for (const line of wrapText(text, pageWidth - 2 * margin, size)) {
      this.need(size * 1.4);
      this.y += size * 1.35;
      this.page.text(margin, this.y, line, { size, colour, bold });
    }
    this.y += 3;
  }

  rule(): void {
    this.page.line([[margin, this.y], [pageWidth - margin, this.y]], { colour: pale, width: 0.5 });
  }

  finish(title: string, foot: string): Uint8Array {
    this.#pages.forEach((page, at) => {
      page.text(margin, pageHeight - 26, foot, { size: 7, colour: grey });
      page.text(pageWidth - margin, pageHeight - 26, `${at + 1} of ${this.#pages.length}`, { size: 7, colour: grey, align: 'right' });
    });
    return writePdf(this.#pages, { title, language: 'en' });
  }
}

const columns = { id: margin, question: margin + 28, value: 318, baseline: 366, rule: 374, scale: 438, verdict: pageWidth - margin };
const scaleWidth = 72;

function drawChecks(paper: Paper, { checks }: Evidence): void {
  paper.heading('What was asked, and what was found');
  const head = (): void => {
    paper.y += 9;
    const style = { size: 7, colour: grey };
    paper.page.text(columns.question, paper.y, 'Question', style);
    paper.page.text(columns.value, paper.y, 'This cohort', { ...style, align: 'right' });
    paper.page.text(columns.baseline, paper.y, 'Real / real', { ...style, align: 'right' });
    paper.page.text(columns.rule, paper.y, 'Passes when', style);
    paper.page.text(columns.verdict, paper.y, 'Verdict', { ...style, align: 'right' });
    paper.y += 5;
  };
  paper.need(60);
  head();
  for (const result of checks) {
    const reason = result.details['made'] === false && typeof result.details['reason'] === 'string' ? ` Not made: ${result.details['reason']}` : '';
    const lines = wrapText(`${gateQuestions[result.check]}${reason}`, 196, 8);
    const interval = result.interval === null ? null : `95 %: ${number(result.interval[0])} to ${number(result.interval[1])}`;
    const height = Math.max(10 * lines.length, interval === null ? 10 : 20) + 7;
    if (paper.need(height)) head();
    paper.rule();
    const y = paper.y + 10;
    paper.page.text(columns.id, y, gateChecks[result.check].id, { size: 8, colour: grey });
    lines.forEach((line, at) => paper.page.text(columns.question, y + 10 * at, line, { size: 8 }));
    paper.page.text(columns.value, y, number(result.value), { size: 8, bold: true, align: 'right' });
    paper.page.text(columns.baseline, y, number(result.baseline), { size: 8, align: 'right' });
    paper.page.text(columns.rule, y, ruleOf(result), { size: 8 });
    if (interval !== null) paper.page.text(columns.baseline, y + 10, interval, { size: 7, colour: grey, align: 'right' });
    paper.page.text(columns.verdict, y, result.verdict, { size: 8, bold: true, colour: verdictColours[result.verdict], align: 'right' });
    drawScale(paper.page, result, columns.scale, y - 7);
    paper.y += height;
  }
  paper.paragraph('Scale: shaded passes, bar is the limit, hollow mark is real against real, filled mark is this cohort. "report" rows have no part in the verdict.', grey, 7);
}

function ruleOf({ passesWhen, threshold, details }: CheckResult): string {
  if (passesWhen === null || threshold === null) return '';
  const high = details['thresholdHigh'];
  const words = { 'at-least': '>=', 'at-most': '<=', 'equal': '=', 'between': '' } as const;
  return passesWhen === 'between' && typeof high === 'number' ? `${number(threshold)} to ${number(high)}` : `${words[passesWhen]} ${number(threshold)}`;
}

function drawScale(page: PdfPage, { value, baseline, threshold, interval, passesWhen, details, verdict }: CheckResult, left: number, top: number): void {
  if (value === null || (baseline === null && threshold === null)) return;
  const upper = passesWhen === 'between' && typeof details['thresholdHigh'] === 'number' ? details['thresholdHigh'] : null;
  const x = scale([value, baseline, threshold, upper, ...(interval ?? [])].filter((each) => each !== null), left, left + scaleWidth);
  const middle = top + 5;
  if (threshold !== null) {
    const [from, to] =
      passesWhen === 'at-least' ? [x(threshold), left + scaleWidth] : passesWhen === 'at-most' ? [left, x(threshold)] : [x(threshold) - 1, x(upper ?? threshold) + 1];
    page.box(from, top, Math.max(1, to - from), 10, passZone);
    for (const limit of [threshold, upper]) if (limit !== null) page.line([[x(limit), top - 1], [x(limit), top + 11]], { width: 1 });
  }
  page.line([[left, middle], [left + scaleWidth, middle]], { colour: grey, width: 0.4 });
  if (interval !== null) page.line([[x(interval[0]), middle], [x(interval[1]), middle]], { colour: verdictColours[verdict], width: 2 });
  if (baseline !== null) {
    const at = x(baseline);
    page.line([[at, middle - 4], [at + 4, middle], [at, middle + 4], [at - 4, middle], [at, middle - 4]], { colour: grey });
  }
  page.box(x(value) - 2.5, middle - 2.5, 5, 5, verdictColours[verdict]);
}

function drawSelfTest(paper: Paper, { selfTest }: Evidence): void {
  if (selfTest.rows.length === 0) return;
  paper.need(40 + 12 * Math.min(selfTest.rows.length, 4));
  paper.heading('Real images that the gate hid in the cohort, and found again');
  for (const { form, planted, caught, needed } of selfTest.rows) {
    paper.need(12);
    paper.y += 11;
    paper.page.text(margin, paper.y, form, { size: 8 });
    const width = 160;
    paper.page.box(margin + 90, paper.y - 7, width, 8, pale);
    paper.page.box(margin + 90, paper.y - 7, (width * caught) / Math.max(planted, 1), 8, verdictColours[caught >= needed ? 'pass' : 'fail']);
    paper.page.text(margin + 260, paper.y, `${caught} of ${planted} caught, ${needed} needed`, { size: 8 });
  }
  paper.y += 8;
}

interface Plot {
  title: string;
  xName: string;
  series: { name: string; points: (readonly [number, number])[] }[];
}

function plotsOf(result: CheckResult): Plot[] {
  const title = gateQuestions[result.check];
  const histogram: Plot = {
    title,
    xName: 'share of images by value',
    series: result.histograms.map(({ name, edges, counts }) => {
      const total = Math.max(1, counts.reduce((sum, count) => sum + count, 0));
      return { name, points: counts.flatMap((count, at) => [[edges[at]!, count / total] as const, [edges[at + 1]!, count / total] as const]) };
    }),
  };
  const curves = [...Map.groupBy(result.curves, (curve) => curve.name)].map(([, group]): Plot => ({
    title,
    xName: group[0]?.x.name ?? '',
    series: group.map(({ x, y }) => ({ name: y.name, points: x.values.map((at, index) => [at, y.values[index] ?? NaN] as const) })),
  }));
  return [...(histogram.series.length > 0 ? [histogram] : []), ...curves];
}

const plotSize = { width: 240, height: 120 };

function drawPlots(paper: Paper, { checks }: Evidence): void {
  const plots = checks.flatMap((result) => plotsOf(result).map((plot) => ({ id: gateChecks[result.check].id, plot })));
  if (plots.length === 0) return;
  paper.need(plotSize.height + 60);
  paper.heading('Plots');
  plots.forEach(({ id, plot }, at) => {
    const isLeft = at % 2 === 0;
    if (isLeft) paper.need(plotSize.height + 44);
    drawPlot(paper.page, id, plot, isLeft ? margin : pageWidth - margin - plotSize.width, paper.y);
    if (!isLeft || at === plots.length - 1) paper.y += plotSize.height + 44;
  });
}

function drawPlot(page: PdfPage, id: string, { title, xName, series }: Plot, left: number, top: number): void {
  const [line = ''] = wrapText(`${id}  ${title}`, plotSize.width, 8);
  page.text(left, top + 8, line, { size: 8, bold: true });
  const finite = series.map(({ name, points }) => ({ name, points: points.filter((point) => point.every(Number.isFinite)) }));
  const all = finite.flatMap(({ points }) => points);
  if (all.length === 0) return;
  const frame = { left: left + 34, right: left + plotSize.width, top: top + 16, bottom: top + plotSize.height };
  const x = scale(all.map(([px]) => px), frame.left, frame.right);
  const y = scale(all.map(([, py]) => py), frame.bottom, frame.top);
  page.line([[frame.left, frame.top], [frame.left, frame.bottom], [frame.right, frame.bottom]], { colour: grey, width: 0.5 });
  const [xs, ys] = [all.map(([px]) => px), all.map(([, py]) => py)];
  for (const value of [Math.min(...xs), Math.max(...xs)]) page.text(x(value), frame.bottom + 9, number(value), { size: 6, colour: grey, align: 'centre' });
  for (const value of [Math.min(...ys), Math.max(...ys)]) page.text(frame.left - 3, y(value) + 2, number(value), { size: 6, colour: grey, align: 'right' });
  page.text((frame.left + frame.right) / 2, frame.bottom + 9, xName, { size: 6, colour: grey, align: 'centre' });
  let legend = left + 34;
  finite.forEach(({ name, points }, at) => {
    const colour = seriesColours[at % seriesColours.length]!;
    const dash = at === 0 ? [] : [4, 1 + at];
    page.line(points.map(([px, py]) => [x(px), y(py)]), { colour, width: 1.1, dash });
    page.line([[legend, frame.bottom + 17], [legend + 12, frame.bottom + 17]], { colour, width: 1.1, dash });
    page.text(legend + 15, frame.bottom + 19, name, { size: 7 });
    legend += 24 + textWidth(name, 7);
  });
}

function drawConditions(paper: Paper, evidence: Evidence, { judgedAt }: EvidenceFacts): void {
  const { counts, code, splitHashes, thresholds } = evidence;
  paper.need(120);
  paper.heading('What is needed to run it again');
  const rows: [string, string][] = [
    ['Judged', judgedAt === null ? '' : `${judgedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['Cohort version', evidence.cohortVersionId],
    ['Dataset version', evidence.datasetVersionId],
    ['Seed', String(evidence.seed)],
    ['Code', `${code.version}, ONNX Runtime ${code.onnxRuntime}, Node ${code.node}`],
    ['Synthetic images', `${counts.synthetic}, sha256 ${evidence.imagesSha256}`],
    ...evidence.released.map((each): [string, string] => ['Released before', `${each.cohortVersionId}, ${each.images} images, sha256 ${each.imagesSha256}`]),
    ['Training split', `${counts.training} images of ${counts.trainingPeople} people, sha256 ${splitHashes.T}`],
    ['Control split', `${counts.control} images of ${counts.controlPeople} people, sha256 ${splitHashes.H}`],
    ['Reference split', `${counts.reference} images of ${counts.referencePeople} people, sha256 ${splitHashes.R}`],
    ['Limits', evidence.thresholdVersions === undefined ? 'of a time before versions' : `the strictest of version ${evidence.thresholdVersions.join(', ')} of the dataset's limits`],
    ...Object.entries(thresholds).map(([name, value]): [string, string] => [`Limit ${name}`, String(value)]),
  ];
  for (const [name, value] of rows) {
    paper.need(12);
    paper.y += 11;
    paper.page.text(margin, paper.y, name, { size: 7.5, colour: grey });
    paper.page.text(margin + 104, paper.y, value, { size: 7.5 });
  }
  paper.y += 6;
}

function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || Math.max(Math.abs(high), 1);
  const start = high === low ? low - span / 2 : low;
  const inset = (to - from) * 0.04;
  return (value) => from + inset + ((value - start) / span) * (to - from - 2 * inset);
}

function number(value: number | null): string {
  return value === null ? '-' : String(Number(value.toPrecision(3)));
}
