import type { z } from 'zod';
import type { MessageRow } from './message.ts';

/** What to write in a field whose value a schema refuses. */
export const fieldFaults = {
  field_required: { en: 'Fill this in.', sv: 'Fyll i detta.' },
  field_choose: { en: 'Choose at least one.', sv: 'Välj minst en.' },
  field_too_short: {
    en: {
      one: 'Write at least {count:number} character.',
      other: 'Write at least {count:number} characters.',
    },
    sv: { one: 'Skriv minst {count:number} tecken.', other: 'Skriv minst {count:number} tecken.' },
  },
  field_too_long: {
    en: {
      one: 'At most {count:number} character.',
      other: 'At most {count:number} characters.',
    },
    sv: { one: 'Högst {count:number} tecken.', other: 'Högst {count:number} tecken.' },
  },
  field_too_small: { en: 'At least {minimum:number}.', sv: 'Minst {minimum:number}.' },
  field_too_big: { en: 'At most {maximum:number}.', sv: 'Högst {maximum:number}.' },
  field_date: { en: 'Give a date.', sv: 'Ange ett datum.' },
  field_number: { en: 'Give a number.', sv: 'Ange ett tal.' },
  field_format: { en: 'This does not have the right form.', sv: 'Detta har inte rätt form.' },
  field_ethics_number: {
    en: 'The number has the form 2026-01234-01.',
    sv: 'Numret har formen 2026-01234-01.',
  },
  field_invalid: { en: 'This is not valid.', sv: 'Detta är inte giltigt.' },
} as const satisfies Record<string, MessageRow>;

type FieldCode = keyof typeof fieldFaults;

/** A row of fieldFaults with what stands in its braces. */
export interface FieldFault {
  code: FieldCode;
  params: Readonly<Record<string, number>>;
}

/**
 * @param issue as a zod error map gets it, or as zod reports it with `reportInput`
 * @returns what to write: not what was wrong with the type
 */
export function toFieldFault(issue: z.core.$ZodRawIssue | z.core.$ZodIssue): FieldFault {
  const plain = (code: FieldCode): FieldFault => ({ code, params: {} });
  const isEmpty = typeof issue.input === 'string' && issue.input.trim() === '';
  if (isEmpty)
    return plain(
      issue.code === 'invalid_format' && issue.format === 'date' ? 'field_date' : 'field_required',
    );
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'string')
        return { code: 'field_too_short', params: { count: Number(issue.minimum) } };
      return issue.origin === 'array'
        ? plain('field_choose')
        : { code: 'field_too_small', params: { minimum: Number(issue.minimum) } };
    case 'too_big':
      return issue.origin === 'string'
        ? { code: 'field_too_long', params: { count: Number(issue.maximum) } }
        : { code: 'field_too_big', params: { maximum: Number(issue.maximum) } };
    case 'invalid_format':
      if (issue.format === 'date') return plain('field_date');
      return plain(issue.format === 'regex' ? 'field_ethics_number' : 'field_format');
    case 'invalid_type':
      return plain(
        issue.expected === 'number' || issue.expected === 'int' ? 'field_number' : 'field_required',
      );
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'invalid_value':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return plain('field_invalid');
  }
}
