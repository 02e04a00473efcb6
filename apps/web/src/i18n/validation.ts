import type { TFunction } from 'i18next';
import type { z } from 'zod';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/**
 * The sentence under a field whose value the schema refuses, in the page's language: what to write,
 * not what was wrong with the type.
 */
export function validationMessage(issue: Issue, t: TFunction): string {
  const isText = typeof issue.input === 'string';
  if (isText && issue.input.trim() === '')
    return issue.code === 'invalid_format' && issue.format === 'date'
      ? t('validation.date')
      : t('validation.required');
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'string')
        return t('validation.tooShort', { count: Number(issue.minimum) });
      return issue.origin === 'array'
        ? t('validation.choose')
        : t('validation.tooSmall', { minimum: Number(issue.minimum) });
    case 'too_big':
      return issue.origin === 'string'
        ? t('validation.tooLong', { count: Number(issue.maximum) })
        : t('validation.tooBig', { maximum: Number(issue.maximum) });
    case 'invalid_format':
      if (issue.format === 'date') return t('validation.date');
      return issue.format === 'regex' ? t('validation.ethicsNumber') : t('validation.format');
    case 'invalid_type':
      if (issue.expected === 'number' || issue.expected === 'int') return t('validation.number');
      return t('validation.required');
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'invalid_value':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return t('validation.invalid');
  }
}
