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
} & { [Table in keyof Words]: keyof Words[Table] };

export type ParamValue = string | number | string[];
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

/** @returns a parameter as it stands within a sentence */
export function sayParam(value: ParamValue | undefined, kind: string, locale: Locale): string {
  if (kind in words) return sayWord(words[kind as keyof Words], String(value), locale);
  if (typeof value === 'number') return formatsOf(locale, kind).format(value);
  if (typeof value === 'object') return value.join(', ');
  return value ?? '';
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
