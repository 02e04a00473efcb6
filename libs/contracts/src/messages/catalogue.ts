import { fill } from '../sentences.ts';
import { clientFaults, errors } from './errors.ts';
import { failures } from './failures.ts';
import { fieldFaults } from './fields.ts';
import { importReasons } from './import-reasons.ts';
import { ingestReasons } from './ingest-reasons.ts';
import { intakeFaults, labelsFaults, uploadFaults } from './intake.ts';
import type { Locale } from '../locale.ts';
import { loginMessages } from './login.ts';
import {
  formOf,
  sayParam,
  type Fault,
  type MessageRow,
  type Params,
  type ParamsOf,
  type ParamValue,
} from './message.ts';

/** The rows of a table under its prefix, for tables that share names with others. */
function under<Prefix extends string, Table extends Readonly<Record<string, MessageRow>>>(
  prefix: Prefix,
  table: Table,
): { readonly [Name in keyof Table & string as `${Prefix}.${Name}`]: Table[Name] } {
  return Object.fromEntries(
    Object.entries(table).map(([name, row]) => [`${prefix}.${name}`, row]),
  ) as ReturnType<typeof under<Prefix, Table>>;
}

/**
 * Every sentence about what went wrong that a person may read, and those of the sign-in page, in
 * both languages. What the pages say besides is the web app's own.
 */
export const messages = {
  ...errors,
  ...clientFaults,
  ...failures,
  ...uploadFaults,
  ...labelsFaults,
  ...intakeFaults,
  ...fieldFaults,
  ...loginMessages,
  ...under('file', ingestReasons),
  ...under('import', importReasons),
};
export type MessageCode = keyof typeof messages;
type Rows = typeof messages;

type NoParams = Readonly<Record<string, never>>;

/** Codes of sentences without parameters. */
export type PlainCode<Code extends MessageCode = MessageCode> = {
  [Each in Code]: ParamsOf<Rows[Each]> extends NoParams ? Each : never;
}[Code];
type CodeWithParams<Code extends MessageCode> = Exclude<Code, PlainCode<Code>>;

/** A sentence as data: what is stored and sent. */
export type Message<Code extends MessageCode = MessageCode> =
  | Readonly<{ code: PlainCode<Code>; params: NoParams }>
  | {
      [Each in CodeWithParams<Code>]: Readonly<{ code: Each; params: ParamsOf<Rows[Each]> }>;
    }[CodeWithParams<Code>];

/** Why an upload as a whole, or its table of labels, can't be used. */
export type UploadFault = Message<keyof typeof uploadFaults>;
export type LabelsFault = Message<keyof typeof labelsFaults>;
export type ClientFault = Message<keyof typeof clientFaults>;
export type LoginMessage = keyof typeof loginMessages;

/** @returns the sentence in a language */
export function message<Code extends MessageCode>(
  code: Code,
  params: ParamsOf<Rows[Code]>,
  locale: Locale,
): string {
  return sayRow(messages[code], params, locale);
}

/** @returns the sentence in a language; null for a code of another version */
export function sayStored(stored: Readonly<{ code: string; params: Params }>, locale: Locale) {
  const row: MessageRow | undefined = Object.hasOwn(messages, stored.code)
    ? messages[stored.code as MessageCode]
    : undefined;
  return row === undefined ? null : sayRow(row, stored.params, locale);
}

function sayRow(row: MessageRow, params: Params, locale: Locale): string {
  return fill(formOf(row[locale], params, locale), (name, kind) => {
    const value = params[name];
    return isFaults(value, kind)
      ? value.map((each) => sayStored(each, locale) ?? each.code).join(' ')
      : sayParam(value, kind, locale);
  });
}

function isFaults(value: ParamValue | undefined, kind: string): value is Fault[] {
  return kind === 'faults' && Array.isArray(value);
}
