import { applicationForm, trainingRequest } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sayFieldFault } from './said.ts';

function messagesOf(
  schema: z.ZodType,
  value: unknown,
  locale: 'sv' | 'en',
): Record<string, string> {
  z.config({ customError: (issue) => sayFieldFault(issue, locale) });
  const result = schema.safeParse(value);
  return result.success
    ? {}
    : Object.fromEntries(result.error.issues.map((issue) => [issue.path.join('.'), issue.message]));
}

describe('field errors', () => {
  it('say what to write, in the language of the page', () => {
    const draft = {
      title: 'Ka',
      organisation: '',
      responsibleResearcher: 'Eva Lindström',
      purpose: 'x'.repeat(60),
      ethicsNumber: '2026-1',
      ethicsValidUntil: '',
      accessUntil: '2028-02-30',
      datasetIds: [],
    };
    expect(messagesOf(applicationForm, draft, 'sv')).toEqual({
      title: 'Skriv minst 5 tecken.',
      organisation: 'Fyll i detta.',
      ethicsNumber: 'Numret har formen 2026-01234-01.',
      ethicsValidUntil: 'Ange ett datum.',
      accessUntil: 'Ange ett datum.',
      datasetIds: 'Välj minst en.',
    });
    expect(messagesOf(applicationForm, draft, 'en')['title']).toBe('Write at least 5 characters.');
  });

  it('name the limits of numbers', () => {
    const id = '0198c0de-0000-7000-8000-000000000001';
    expect(
      messagesOf(
        trainingRequest,
        {
          permitId: id,
          datasetVersionId: id,
          title: 'abc',
          steps: 3,
          batch: 1_000,
          seed: NaN,
        },
        'sv',
      ),
    ).toEqual({ steps: 'Minst 20.', batch: 'Högst 256.', seed: 'Ange ett tal.' });
  });
});
