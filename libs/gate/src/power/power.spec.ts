import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateChecks, canaryTransformationNames } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { poweredChecks } from './power.ts';

/**
 * The measurement takes long, so no test repeats it; this one tells when a form or a check was
 * added that it hasn't seen.
 */
describe('docs/measured/gate-power.md', () => {
  const text = readFileSync(
    join(import.meta.dirname, '../../../../docs/measured/gate-power.md'),
    'utf8',
  );
  const sections = text.split('\n## ').slice(1);
  const tableAfter = (section: string, title: string): string[][] =>
    (section.split(`### ${title}`)[1]?.split('\n### ')[0] ?? '')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2)
      .map((line) => line.slice(2, -2).split(' | '));

  it('was measured by a whole run, not a quick one', () => {
    expect(sections).toHaveLength(2);
    expect(text).toContain('drawn 10 times');
  });

  it('has a row for every planted form and a false-alarm rate for every check whose power is measured', () => {
    for (const section of sections) {
      for (const title of ['Copy search', 'Attacks and distance tests']) {
        const rows = tableAfter(section, title);
        expect(rows.map(([form]) => form)).toEqual([...canaryTransformationNames]);
        expect(rows.every((row) => row.length === 8 && row.every((cell) => cell !== ''))).toBe(
          true,
        );
      }
      const named = tableAfter(section, 'False alarms').map(([check]) => check ?? '');
      expect([...named].sort()).toEqual(
        poweredChecks.map((name) => `${gateChecks[name].id} \`${name}\``).sort(),
      );
    }
  });
});
