import type { Schemas } from '@scapis/client';
import { gateChecks } from '@scapis/contracts';

type Evidence = Schemas['Evidence'];
type Graph = Schemas['ProvenanceGraph'];

/** All that the result page and result.json tell. */
export interface DemoResult {
  outcome: 'released' | 'refused';
  startedAt: string;
  secondsPerStage: Record<string, number>;
  totalSeconds: number;
  machine: { cores: number; node: string };
  dataset: {
    subjects: number;
    images: number;
    files: number;
    accepted: number;
    quarantined: number;
    rejected: number;
    byReason: Record<string, number>;
  };
  /** `points`: of the first network. */
  training: {
    networks: number;
    steps: number;
    batch: number;
    imagesPerSecond: number;
    points: { step: number; metrics: Record<string, number> }[];
    choice: Schemas['EnsembleChoice'] | null;
  };
  evidence: Evidence | null;
  bundle: { path: string; size: number; sha256: string; bytesBeforeInterruption: number } | null;
  receipt: Schemas['Receipt'] | null;
  audit: { rows: number; firstBadSequence: number | null };
  /** Most memory held at once, where the system tells. */
  peakMegabytes: { gateway: number | null; worker: number | null };
}

export interface PageParts {
  result: DemoResult;
  /** PNG bytes. */
  realSheet: Uint8Array;
  syntheticSheet: Uint8Array;
  provenance: Graph;
}

/** The page that the demo ends with: one HTML file without any outside resource. */
export function renderPage({ result, realSheet, syntheticSheet, provenance }: PageParts): string {
  const { evidence } = result;
  const isReleased = result.outcome === 'released';
  const headline = isReleased
    ? 'Released, downloaded and verified'
    : 'The gate refused this cohort, so nothing was released';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>SCAPIS computer lab: demo result</title><style>${style}</style></head><body>
<header class="${isReleased ? 'good' : 'bad'}"><p class="eyebrow">SCAPIS computer lab · demo on phantoms, no patient data</p><h1>${headline}</h1>
<p>${summary(result)}</p></header>
<main>
<section><h2>What went in, what came out</h2><div class="pair">
<figure><img alt="Contact sheet of phantom CT slices" src="${dataUri(realSheet)}"><figcaption>Phantom CT in the lab: never leaves it</figcaption></figure>
<figure><img alt="Sheet of synthetic slices" src="${dataUri(syntheticSheet)}"><figcaption>Synthetic, drawn by the generator</figcaption></figure></div></section>
<section><h2>What the gate found</h2>${evidence === null ? '<p>The gate did not finish.</p>' : gateTable(evidence) + selfTestTable(evidence)}</section>
<section><h2>Training</h2>${lossChart(result)}<p>${trainingText(result)}</p></section>
<section><h2>Where it came from</h2>${provenanceSvg(provenance)}</section>
<section><h2>Intake</h2>${intakeTable(result)}</section>
<section><h2>Time and memory</h2>${timeTable(result)}<p>Most memory held at once: gateway ${result.peakMegabytes.gateway ?? '–'} MB, worker ${result.peakMegabytes.worker ?? '–'} MB.</p></section>
${result.bundle === null ? '' : `<section><h2>The download</h2><p>Interrupted on purpose after ${megabytes(result.bundle.bytesBeforeInterruption)}, resumed, and verified:</p><pre>${escape(`sha256  ${result.bundle.sha256}\nfile    ${result.bundle.path}\nsize    ${megabytes(result.bundle.size)}`)}</pre>${result.receipt === null ? '' : `<p>Receipt no. ${result.receipt.number}, signed by the lab for ${escape(result.receipt.person.name)} under terms version ${result.receipt.termsVersion}.</p>`}</section>`}
<section><h2>Audit</h2><p>${result.audit.rows} rows, hash chain ${result.audit.firstBadSequence === null ? 'whole' : `broken at row ${result.audit.firstBadSequence}`}.</p></section>
</main></body></html>`;
}

function summary({ evidence, totalSeconds, dataset }: DemoResult): string {
  const verdict = evidence === null ? 'no verdict' : evidence.verdict.replaceAll('-', ' ');
  return `${dataset.subjects} phantom persons, ${dataset.images} images in; ${evidence?.counts.synthetic ?? 0} synthetic images judged; gate verdict: <strong>${escape(verdict)}</strong>; ${minutes(totalSeconds)} in all.`;
}

function trainingText({
  training: { networks, steps, batch, imagesPerSecond, choice },
}: DemoResult): string {
  const trained = `${networks} networks side by side, ${steps} steps of ${batch} images each, ${Math.round(imagesPerSecond)} images per second together on this machine. The lines are the first one's.`;
  if (choice === null) return trained;
  const { mean, best, chosen, training } = choice.coverage;
  return `${trained} Of ${choice.candidates.length} generators set aside, those were chosen that together cover the reference people best: ${number(chosen)} of them (one generator ${number(mean)}, the best one ${number(best)}, training images ${number(training)}).`;
}

function gateTable(evidence: Evidence): string {
  const rows = evidence.checks.map((check) => {
    const row = gateChecks[check.check];
    return `<tr><td>${row.id}</td><td class="words">${escape(row.question.en)}</td><td>${row.family}</td><td class="n">${number(check.value)}</td><td class="n">${number(check.baseline)}</td><td class="n">${bound(check)}</td><td><span class="tag ${check.verdict}">${check.verdict}</span></td></tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th>No.</th><th>Check</th><th>Family</th><th class="n">Cohort</th><th class="n">Real against real</th><th class="n">Asked</th><th>Verdict</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function bound({ threshold, passesWhen, details }: Evidence['checks'][number]): string {
  if (threshold === null || passesWhen === null) return '–';
  if (passesWhen === 'between')
    return `${number(threshold)} to ${number(Number(details['thresholdHigh']))}`;
  return `${{ 'at-least': '≥', 'at-most': '≤', equal: '=' }[passesWhen]} ${number(threshold)}`;
}

function selfTestTable(evidence: Evidence): string {
  const rows = evidence.selfTest.rows.map(
    (row) =>
      `<tr><td>${row.form}</td><td class="n">${row.planted}</td><td class="n">${row.caughtContrastive}</td><td class="n">${row.caughtPixel}</td><td class="n">${row.caughtSpectrum ?? '–'}</td><td class="n">${row.caught}</td><td class="n">${row.needed}</td></tr>`,
  );
  return `<h3>Self-test: copies of training images hidden in the cohort</h3><div class="scroll"><table><thead><tr><th>Form</th><th class="n">Planted</th><th class="n">Found in contrastive space</th><th class="n">Found by pixels</th><th class="n">Found by spectrum</th><th class="n">Found</th><th class="n">Needed</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function intakeTable({ dataset }: DemoResult): string {
  const reasons = Object.entries(dataset.byReason).map(
    ([reason, count]) => `<tr><td>${escape(reason)}</td><td class="n">${count}</td></tr>`,
  );
  return `<p>${dataset.files} files: ${dataset.accepted} accepted, ${dataset.quarantined} quarantined, ${dataset.rejected} rejected, each with its reason.</p><table><tbody>${reasons.join('')}</tbody></table>`;
}

function timeTable({ secondsPerStage, totalSeconds }: DemoResult): string {
  const longest = Math.max(...Object.values(secondsPerStage), 1);
  const rows = Object.entries(secondsPerStage).map(
    ([stage, seconds]) =>
      `<tr><td>${escape(stage)}</td><td class="n">${seconds.toFixed(1)} s</td><td class="bar"><span style="width:${((seconds / longest) * 100).toFixed(1)}%"></span></td></tr>`,
  );
  return `<table class="wide"><tbody>${rows.join('')}<tr><th>All</th><th class="n">${minutes(totalSeconds)}</th><th></th></tr></tbody></table>`;
}

/** Losses over the steps as an SVG line chart. */
function lossChart({ training }: DemoResult): string {
  const [width, height, left, bottom] = [900, 220, 46, 24];
  const names = ['discriminatorLoss', 'generatorLoss'].filter((name) =>
    training.points.some((point) => name in point.metrics),
  );
  const values = training.points
    .flatMap((point) => names.map((name) => point.metrics[name] ?? Number.NaN))
    .filter(Number.isFinite);
  if (values.length < 2) return '';
  const sorted = [...values].sort((a, b) => a - b);
  const top = sorted[Math.floor(sorted.length * 0.99)] ?? 1;
  const lastStep = training.points.at(-1)?.step ?? 1;
  const x = (step: number): number => left + (step / lastStep) * (width - left - 8);
  const y = (value: number): number =>
    8 + (1 - Math.min(1, Math.max(0, value / top))) * (height - bottom - 8);
  const lines = names.map((name, index) => {
    const path = training.points
      .filter((point) => Number.isFinite(point.metrics[name]))
      .map((point) => `${x(point.step).toFixed(1)},${y(point.metrics[name] ?? 0).toFixed(1)}`)
      .join(' ');
    return `<polyline class="line${index}" points="${path}"/><text x="${width - 8}" y="${20 + index * 18}" text-anchor="end" class="line${index}">${name}</text>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Losses over training steps"><line x1="${left}" y1="${height - bottom}" x2="${width - 8}" y2="${height - bottom}" class="axis"/><line x1="${left}" y1="8" x2="${left}" y2="${height - bottom}" class="axis"/><text x="${left - 6}" y="16" text-anchor="end">${top.toFixed(1)}</text><text x="${left - 6}" y="${height - bottom}" text-anchor="end">0</text><text x="${width - 8}" y="${height - 6}" text-anchor="end">step ${lastStep}</text>${lines.join('')}</svg>`;
}

/** The provenance graph in layers: what was made stands right of what it was made from. */
function provenanceSvg({ nodes, edges }: Graph): string {
  const ids = new Set(nodes.map((node) => node.id));
  const links = edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to));
  const depth = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < nodes.length; round++) {
    for (const { from, to } of links)
      depth.set(
        from,
        Math.min(nodes.length, Math.max(depth.get(from) ?? 0, (depth.get(to) ?? 0) + 1)),
      );
  }
  const layers = [...new Set(depth.values())]
    .sort((a, b) => a - b)
    .map((level) => nodes.filter((node) => depth.get(node.id) === level));
  const [boxWidth, boxHeight, gapX, gapY] = [176, 46, 44, 16];
  const width = layers.length * (boxWidth + gapX);
  const height = Math.max(...layers.map((layer) => layer.length), 1) * (boxHeight + gapY) + gapY;
  const place = new Map(
    layers.flatMap((layer, column) =>
      layer.map(
        (node, row) =>
          [
            node.id,
            {
              x: column * (boxWidth + gapX),
              y:
                gapY +
                (row + (height / (boxHeight + gapY) - layer.length) / 2) * (boxHeight + gapY),
            },
          ] as const,
      ),
    ),
  );
  const arrows = links.map(({ from, to, relation }) => {
    const [a, b] = [place.get(to), place.get(from)];
    if (a === undefined || b === undefined) return '';
    const [x1, y1, x2, y2] = [a.x + boxWidth, a.y + boxHeight / 2, b.x, b.y + boxHeight / 2];
    return `<path d="M${x1},${y1} C${x1 + gapX},${y1} ${x2 - gapX},${y2} ${x2},${y2}" marker-end="url(#arrow)"><title>${escape(relation)}</title></path>`;
  });
  const boxes = nodes.map((node) => {
    const at = place.get(node.id) ?? { x: 0, y: 0 };
    return `<g transform="translate(${at.x},${at.y.toFixed(1)})"><rect width="${boxWidth}" height="${boxHeight}" rx="6"/><text x="10" y="18" class="kind">${escape(node.kind)}</text><text x="10" y="36">${escape(node.title.length > 24 ? `${node.title.slice(0, 23)}…` : node.title)}</text></g>`;
  });
  return `<div class="scroll"><svg class="graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Provenance: from the dataset to the receipt"><defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker></defs>${arrows.join('')}${boxes.join('')}</svg></div>`;
}

const dataUri = (png: Uint8Array): string =>
  `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
const number = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? '–'
    : Math.abs(value) >= 100
      ? value.toFixed(0)
      : value.toFixed(3);
const minutes = (seconds: number): string =>
  `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const style = `
:root { --ink: #14202b; --soft: #5a6b78; --line: #d9e2e8; --paper: #ffffff; --back: #f2f6f8; --blue: #0b6b8a; --good: #0b6e4f; --bad: #a12a2a; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eef2; --soft: #9fb0bb; --line: #2c3a44; --paper: #17212a; --back: #0e161c; --blue: #5cc0df; --good: #3ba57f; --bad: #e07070; } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back) }
header { padding: 48px max(24px, calc(50vw - 520px)); color: #fff; background: linear-gradient(120deg, #0b3a4d, #0b6b8a) } header.bad { background: linear-gradient(120deg, #4d1111, #a12a2a) }
header h1 { margin: 4px 0 8px; font-size: 34px; line-height: 1.15 } header p { margin: 0 } .eyebrow { opacity: .85; letter-spacing: .04em }
main { max-width: 1088px; margin: 0 auto; padding: 24px } section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 20px 24px; margin-bottom: 20px }
h2 { font-size: 20px; margin: 0 0 12px } h3 { font-size: 16px; margin: 20px 0 8px } .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 20px }
figure { margin: 0 } figure img { width: 100%; border-radius: 8px; display: block; image-rendering: pixelated; background: #000 } figcaption { color: var(--soft); margin-top: 6px }
table { border-collapse: collapse; min-width: 50% } table.wide { width: 100% } th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap } th { color: var(--soft); font-weight: 600 }
td.words { white-space: normal; min-width: 220px } .n { text-align: right; font-variant-numeric: tabular-nums } .scroll { overflow-x: auto } .tag { padding: 2px 10px; border-radius: 99px; color: #fff; background: var(--soft) } .tag.pass { background: var(--good) } .tag.fail { background: var(--bad) }
.bar { width: 50% } .bar span { display: block; height: 10px; border-radius: 5px; background: var(--blue) } pre { overflow-x: auto; background: var(--back); padding: 12px; border-radius: 8px }
svg { max-width: 100%; height: auto } svg text { font-size: 12px; fill: var(--ink) } .axis { stroke: var(--line) } polyline { fill: none; stroke-width: 1.6 } .line0 { stroke: var(--blue) } text.line0 { stroke: none; fill: var(--blue) } .line1 { stroke: #d1793b } text.line1 { stroke: none; fill: #d1793b }
svg.graph { max-width: none } .graph rect { fill: var(--back); stroke: var(--blue) } .graph path { fill: none; stroke: var(--soft) } .graph marker path { fill: var(--soft); stroke: none } .graph .kind { fill: var(--soft); font-size: 11px }`;
