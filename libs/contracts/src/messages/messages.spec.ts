import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CodedError, failureOf, LabError } from '../errors.ts';
import { message, messages, sayStored, type Message, type MessageCode } from './catalogue.ts';
import { toFieldFault } from './fields.ts';
import { locales } from '../locale.ts';
import { mostLines, type MessageRow, type ParamValue, type Sentence } from './message.ts';
import { storedMessage } from './stored.ts';

const placeholder = /\{(\w+)(?::(\w+))?\}/g;
const formsOf = (sentence: Sentence): string[] =>
  typeof sentence === 'string' ? [sentence] : Object.values(sentence);
const partsOf = (text: string): string[] => (text.match(placeholder) ?? []).sort();

/** One value per kind, and how it stands in a sentence. */
const kinds: Record<string, { value: ParamValue; en: string; sv: string }> = {
  text: { value: 'calciumGrade', en: 'calciumGrade', sv: 'calciumGrade' },
  number: { value: 12_345, en: '12,345', sv: '12\u00a0345' },
  decimal: { value: 2.04, en: '2.0', sv: '2,0' },
  significant: { value: 10, en: '10.0', sv: '10,0' },
  list: { value: ['sex', 'ageBand'], en: 'sex, ageBand', sv: 'sex, ageBand' },
  lines: { value: ['2', '7', '9'], en: 'lines 2, 7 and 9', sv: 'raderna 2, 7 och 9' },
  faults: {
    value: [
      { code: 'labels_without_person', params: { line: 3 } },
      { code: 'labels_empty', params: {} },
    ],
    en: 'labels.csv, line 3: no patientId. Fill it in. labels.csv holds no person. Add one line for each.',
    sv: 'labels.csv, rad 3: patientId saknas. Fyll i det. labels.csv innehåller ingen person. Lägg till en rad för var och en.',
  },
  loss: { value: 'penalty', en: 'gradient penalty', sv: 'gradientstraffet' },
  file: {
    value: 'decoder_failed',
    en: 'The compressed image is damaged. Copy or export it again.',
    sv: 'Den komprimerade bilden är skadad. Kopiera eller exportera den på nytt.',
  },
  import: {
    value: 'malformed',
    en: 'The file breaks the ONNX format. Export the generator again.',
    sv: 'Filen följer inte ONNX-formatet. Exportera generatorn på nytt.',
  },
};

describe('message', () => {
  it.each(Object.entries(messages) as [MessageCode, MessageRow][])(
    '%s: says the same in both languages, its parameters filled in',
    (code, row) => {
      const parts = partsOf(formsOf(row.en).at(-1) ?? '');
      const params = Object.fromEntries(
        [...parts.join('').matchAll(placeholder)].map(([, name = '', kind = 'text']) => [
          name,
          kinds[kind]?.value ?? '',
        ]),
      );
      expect(storedMessage.safeParse({ code, params }).success).toBe(true);
      const said = locales.map((locale) => {
        const form = formsOf(row[locale]).at(-1) ?? '';
        expect(partsOf(form)).toEqual(parts);
        const wanted = form.replaceAll(
          placeholder,
          (_, _name, kind: string = 'text') => kinds[kind]?.[locale] ?? '?',
        );
        expect(sayStored({ code, params }, locale)).toBe(wanted);
        expect(message(code, params as never, locale)).toBe(wanted);
        expect(wanted).not.toMatch(/[{}]|undefined|NaN/);
        if (!code.startsWith('login_') && code !== 'legacy')
          for (const each of formsOf(row[locale]))
            expect(each).toMatch(
              /^(?:[A-ZÅÄÖ]|labels\.csv|z ).*(?:\.|\{\w+(?::file)?\})$|^\{reason/,
            );
        return wanted;
      });
      expect(said[0]).not.toBe(said[1]);
    },
  );

  it('has the form that its count asks for', () => {
    const none = (count: number, locale: 'sv' | 'en'): string =>
      message('intake_nothing_accepted', { count, reason: 'not_dicom' }, locale);
    expect(none(1, 'en')).toMatch(/^The one file was not accepted\. This is not a DICOM/);
    expect(none(2, 'en')).toMatch(/^None of the 2 files was accepted\. The commonest reason: This/);
    expect(none(1, 'sv')).toMatch(/^Den enda filen godtogs inte\. Detta/);
    expect(none(2, 'sv')).toMatch(/^Ingen av de 2 filerna godtogs\./);
  });

  it('names the first lines, and that there are more', () => {
    const said = (count: number, locale: 'sv' | 'en'): string =>
      message(
        'labels_without_person',
        { line: Array.from({ length: count }, (_, index) => String(index + 2)) },
        locale,
      );
    expect(said(1, 'en')).toBe('labels.csv, line 2: no patientId. Fill it in.');
    expect(said(mostLines, 'en')).toContain(' 20 and 21: ');
    expect(said(mostLines + 1, 'en')).toContain(' 21 and more: ');
    expect(said(mostLines + 1, 'sv')).toContain('raderna 2, 3, 4,');
    expect(said(mostLines + 1, 'sv')).toContain(' 21 och fler: ');
  });

  it('is not known for a code of another version', () => {
    expect(sayStored({ code: 'of_tomorrow', params: {} }, 'sv')).toBeNull();
    expect(sayStored({ code: 'toString', params: {} }, 'sv')).toBeNull();
  });
});

describe('an error', () => {
  it('has the English sentence for its message, its parameters filled in', () => {
    const error = new LabError('training_split_too_small', { params: { fewest: 10 } });
    expect([error.status, error.message]).toEqual([
      422,
      'The training split holds fewer than 10 people, who would be copied rather than learnt from. Take in more people.',
    ]);
    expect(new LabError('storage_full').failure).toEqual({ code: 'storage_full', params: {} });
  });

  it('ends a job by its own row, and one of no row by another, which tells nothing of it', () => {
    const otherwise: Message = { code: 'gate_failed', params: {} };
    const fault: Message = { code: 'labels_without_person', params: { line: 3 } };
    expect(failureOf(new CodedError(fault), otherwise)).toEqual(fault);
    expect(failureOf(new Error('secret'), otherwise)).toEqual(otherwise);
  });

  it('takes the parameters of its sentence and no other', () => {
    // @ts-expect-error a parameter is missing
    const missing = () => new LabError('training_split_too_small');
    const surplus = () =>
      // @ts-expect-error no such parameter
      new LabError('training_split_too_small', { params: { fewest: 1, most: 2 } });
    // @ts-expect-error no text of its own
    const prose = () => new LabError('conflict', { text: 'No.' });
    // @ts-expect-error a code that has parameters, without them
    const bare: Message = { code: 'labels_without_person', params: {} };
    // @ts-expect-error a code that has none, with one
    const extra: Message = { code: 'labels_twice', params: { line: 1 } };
    expect([missing, surplus, prose, bare, extra]).toHaveLength(5);
  });
});

describe('a field', () => {
  it.each([
    [z.string().min(5), 'Ka', { code: 'field_too_short', params: { count: 5 } }],
    [z.string().min(1), ' ', null],
    [z.string().min(1), '', { code: 'field_required', params: {} }],
    [z.number().max(3), 4, { code: 'field_too_big', params: { maximum: 3 } }],
    [z.array(z.string()).min(1), [], { code: 'field_choose', params: {} }],
    [z.iso.date(), '2028-02-30', { code: 'field_date', params: {} }],
    [z.number(), 'x', { code: 'field_number', params: {} }],
    [z.enum(['a']), 'b', { code: 'field_invalid', params: {} }],
  ])('says what to write (%#)', (schema, value, fault) => {
    const [issue] = schema.safeParse(value, { reportInput: true }).error?.issues ?? [];
    expect(issue === undefined ? null : toFieldFault(issue)).toEqual(fault);
  });
});
