import type { PartsOf } from '../sentences.ts';
import { importReasons } from './import-reasons.ts';
import { ingestReasons } from './ingest-reasons.ts';
import type { Locale } from '../locale.ts';
import { lossNames } from './loss-names.ts';

/**
 * One sentence per language. Placeholders are `{name}` or `{name:kind}`; a sentence whose form
 * hangs on a number has one form for each category of Intl.PluralRules and `{count:number}`.
 */
export type MessageRow = Readonly<Record<Locale, Sentence>>;
export type Sentence = string | Readonly<{ one: string; other: string }>;

/** Tables whose rows may stand within a sentence: a parameter of that kind is a row's name. */
const words = { loss: lossNames, file: ingestReasons, import: importReasons };
type Words = typeof words;

/** What a parameter of each kind holds. */
type Kinds = {
  text: string;
  number: number;
  /** One digit after the decimal mark. */
  decimal: number;
  /** Three significant digits. */
  significant: number;
  /** Names that are parts of a format, such as columns: they are the same in each language. */
  list: string[];
  /** Numbers of lines of a file, in their order. */
  lines: number | string[];
  /** Sentences of the catalogue, one after the other. */
  faults: Fault[];
} & { [Table in keyof Words]: keyof Words[Table] };

/** A sentence as data that stands within another. */
export type Fault = { code: string; params: Record<string, string | number | string[]> };
export type ParamValue = string | number | string[] | Fault[];
export type Params = Readonly<Record<string, ParamValue>>;

type NameOf<Part extends string> = Part extends `${infer Name}:${string}` ? Name : Part;
type KindOf<Part extends string> = Part extends `${string}:${infer Kind extends keyof Kinds}`
  ? Kind
  : 'text';
type TextsOf<Text extends Sentence> = Text extends string ? Text : Text[keyof Text];

/** Parameters of a sentence; none for one without placeholders. */
export type ParamsOf<Row extends MessageRow> = [PartsOf<TextsOf<Row['en']>>] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Part in PartsOf<TextsOf<Row['en']>> as NameOf<Part>]: Kinds[KindOf<Part>] };

const tags = { sv: 'sv-SE', en: 'en-GB' } as const satisfies Record<Locale, string>;

/** @returns the form of a sentence that its count asks for */
export function formOf(sentence: Sentence, params: Params, locale: Locale): string {
  if (typeof sentence === 'string') return sentence;
  const category = new Intl.PluralRules(tags[locale]).select(Number(params['count']));
  return category === 'one' ? sentence.one : sentence.other;
}

/** @returns a parameter as it stands within a sentence, unless it is a list of sentences */
export function sayParam(
  value: Exclude<ParamValue, Fault[]> | undefined,
  kind: string,
  locale: Locale,
): string {
  if (kind in words) return sayWord(words[kind as keyof Words], String(value), locale);
  if (kind === 'lines')
    return sayLines(typeof value === 'object' ? value : [String(value)], locale);
  if (typeof value === 'number') return formatsOf(locale, kind).format(value);
  if (typeof value === 'object') return value.join(', ');
  return value ?? '';
}

/** More lines than this say nothing more to the person who looks for them. */
export const mostLines = 20;

function sayLines(lines: readonly string[], locale: Locale): string {
  const { one, other, more } = {
    sv: { one: 'rad', other: 'raderna', more: 'fler' },
    en: { one: 'line', other: 'lines', more: 'more' },
  }[locale];
  const shown = lines.length > mostLines ? [...lines.slice(0, mostLines), more] : lines;
  const list = new Intl.ListFormat(tags[locale], { type: 'conjunction' }).format(shown);
  return `${lines.length === 1 ? one : other} ${list}`;
}

function sayWord(
  table: Readonly<Record<string, Readonly<Record<Locale, string>>>>,
  name: string,
  locale: Locale,
): string {
  return table[name]?.[locale] ?? name;
}

function formatsOf(locale: Locale, kind: string): Intl.NumberFormat {
  return new Intl.NumberFormat(
    tags[locale],
    kind === 'decimal'
      ? { minimumFractionDigits: 1, maximumFractionDigits: 1 }
      : kind === 'significant'
        ? { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }
        : {},
  );
}
