import { gateCheckNames, gateThresholds, type CheckResult, type Evidence } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { isPdf } from '../applications/pdf.ts';
import { renderEvidencePdf } from './evidence-pdf.ts';
import { PdfPage, textWidth, wrapText, writePdf } from './pdf-writer.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** What a reader does: follow startxref to the table, and each entry to its object. */
function checkStructure(file: string): { objects: number; pages: number } {
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
  expect(file.slice(start, start + 4)).toBe('xref');
  const offsets = [...file.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
  offsets.forEach((offset, at) => expect(file.slice(offset, offset + 12)).toContain(`${at + 1} 0 obj`));
  for (const match of file.matchAll(/\/Length (\d+) >>\nstream\n/g)) {
    const from = match.index + match[0].length;
    expect(file.slice(from + Number(match[1]), from + Number(match[1]) + 10)).toBe('\nendstream');
  }
  return { objects: offsets.length, pages: [...file.matchAll(/\/Type \/Page /g)].length };
}

const evidence: Evidence = {
  schema: 'scapis-lab/evidence/2', cohortVersionId: 'c', datasetVersionId: 'd', verdict: 'refused', seed: 1,
  code: { version: '1', onnxRuntime: '2', node: '3' },
  counts: { synthetic: 1, training: 2, control: 3, reference: 4, trainingPeople: 5, controlPeople: 6, referencePeople: 7 },
  splitHashes: { T: 'ttt', H: 'hhh', R: 'rrr' }, imagesSha256: 'iii', released: [], thresholds: gateThresholds.parse({}),
  checks: gateCheckNames.map((check, at): CheckResult => ({
    check, verdict: at === 2 ? 'fail' : 'pass', value: at === 3 ? null : 0.5, baseline: 1, threshold: at === 4 ? null : 0.25, passesWhen: at === 5 ? 'between' : 'at-least', unit: 'ratio',
    interval: at === 6 ? [0.4, 0.6] : null, details: at === 3 ? { made: false, reason: 'Too few (images).' } : at === 5 ? { thresholdHigh: 2 } : {},
    histograms: at === 2 ? [{ name: 'synthetic', edges: [0, 1, 2], counts: [3, 1] }] : [],
    curves: at === 7 ? [{ name: 'spectrum', x: { name: 'frequency', values: [0, 1] }, y: { name: 'control', values: [1, NaN] } }] : [],
  })),
  selfTest: { passed: true, rows: [{ form: 'exact', planted: 10, caughtContrastive: 10, caughtPixel: 9, caught: 10, needed: 9 }] },
};
const facts = { title: 'Höga kalkvärden (försök)', number: 2, datasetTitle: 'Åldersgrupp 50–64', judgedAt: new Date('2026-11-25T12:00:00Z'), evidenceSha256: 'e'.repeat(64) };

describe('PDF writer', () => {
  it('writes a file whose table points to its objects', () => {
    const page = new PdfPage();
    page.text(10, 10, 'one');
    page.line([[0, 0], [5, 5]]);
    const bytes = writePdf([page, new PdfPage()], { title: 'T', language: 'en' });
    expect(isPdf(Buffer.from(bytes))).toBe(true);
    expect(checkStructure(latin1(bytes))).toEqual({ objects: 9, pages: 2 });
  });

  it('keeps Swedish letters and dashes, escapes brackets, and marks what the font lacks', () => {
    const page = new PdfPage();
    page.text(0, 0, 'åäö (a\\b) – 中');
    expect(page.content).toContain('(åäö \\(a\\\\b\\) \x96 ?)');
  });

  it('wraps at spaces within the width', () => {
    const lines = wrapText('one two three four five six seven eight nine ten', 60, 9);
    expect(lines.join(' ')).toBe('one two three four five six seven eight nine ten');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(textWidth(line, 9)).toBeLessThanOrEqual(60);
  });
});

describe('evidence as PDF', () => {
  it('tells every check, the verdict, the self-test and what is needed to run it again', () => {
    const file = latin1(renderEvidencePdf(evidence, facts));
    checkStructure(file);
    for (const text of ['Höga kalkvärden \\(försök\\), version 2', 'Verdict: refused', 'exact', '10 of 10 caught, 9 needed', '95 %: 0.4 to 0.6', 'sha256 iii', '2026-11-25 12:00 UTC', 'e'.repeat(64)])
      expect(file).toContain(text);
    expect(file.replaceAll(/\) Tj ET\nBT [^(]*\(/g, ' ')).toContain('Not made: Too few');
    expect(file).not.toContain('NaN');
  });

  it('gives the same bytes each time', () => {
    expect(renderEvidencePdf(evidence, facts)).toEqual(renderEvidencePdf(evidence, facts));
  });
});
