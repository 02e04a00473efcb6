import { describe, expect, it } from 'vitest';
import { failureNames, failureOf, failures, lossNames, sayFailure } from './failures.ts';

describe('failures', () => {
  it.each(failureNames)(
    '%s is found by its stored sentence, whatever stands in its braces',
    (name) => {
      const parts = { step: 1_200, checkpoint: 1_000, loss: lossNames.generatorGradient.en };
      const filled = (text: string): string =>
        text.replace('{step}', '1200').replace('{checkpoint}', '1000');
      const { en, sv } = failures[name];
      expect(failureOf(sayFailure(name, parts), 'en')).toEqual({
        text: filled(en).replace('{loss}', "generator's gradient"),
      });
      expect(failureOf(sayFailure(name, parts), 'sv')).toEqual({
        text: filled(sv).replace('{loss}', 'generatorns gradient'),
      });
      const braces = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
      expect(braces(sv)).toEqual(braces(en));
      for (const sentence of [en, sv]) expect(sentence).toMatch(/^[A-ZÅÄÖ].*\.$/);
    },
  );

  it('are the lab’s errors else, or of no list', () => {
    expect(
      failureOf(
        'The lab has no disk space left. Nothing half-written was kept; free space, then try again.',
        'sv',
      ),
    ).toEqual({ code: 'storage_full' });
    expect(failureOf('No such sentence.', 'sv')).toBeNull();
  });
});
