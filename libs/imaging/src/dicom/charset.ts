import { TextDecoder } from 'node:util';

/**
 * Specific Character Set (0008,0005), PS3.3 C.12.1.1.2 and PS3.5 6.1: bytes of a file to text.
 *
 * A file that declares nothing is read as windows-1252, which is what Swedish scanners mean when
 * they break the rule; so is a file that declares UTF-8 and holds bytes that are not. An unknown
 * declared set is read the same way, so that å, ä, ö survive and no byte is lost.
 */

/**
 * Defined terms to WHATWG encoding labels. The terms for one set without and with code extensions
 * mean the same letters.
 */
const encodings: Record<string, string> = {
  '6': 'windows-1252',
  '13': 'shift_jis',
  '58': 'gb2312',
  '87': 'iso-2022-jp',
  '100': 'iso-8859-1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'iso-8859-9',
  '149': 'euc-kr',
  '159': 'iso-2022-jp',
  '166': 'tis-620',
  '192': 'utf-8',
  '203': 'iso-8859-15',
};

/**
 * Escape sequences of PS3.3 tables C.12-3 and C.12-4, without the ESC, to the encoding of what
 * follows.
 */
const escapes: readonly (readonly [string, string])[] = [
  ['$(D', 'iso-2022-jp'],
  ['$)C', 'euc-kr'],
  ['$)A', 'gb2312'],
  ['$B', 'iso-2022-jp'],
  ['(B', 'windows-1252'],
  ['(J', 'shift_jis'],
  [')I', 'shift_jis'],
  ['-A', 'iso-8859-1'],
  ['-B', 'iso-8859-2'],
  ['-C', 'iso-8859-3'],
  ['-D', 'iso-8859-4'],
  ['-F', 'iso-8859-7'],
  ['-G', 'iso-8859-6'],
  ['-H', 'iso-8859-8'],
  ['-L', 'iso-8859-5'],
  ['-M', 'iso-8859-9'],
  ['-T', 'tis-620'],
  ['-b', 'iso-8859-15'],
];

const escape = 0x1b;
const decoders = new Map<string, TextDecoder>();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

export type Charset = { encoding: string; hasExtensions: boolean };
export const defaultCharset: Charset = { encoding: 'windows-1252', hasExtensions: false };

/**
 * @param terms the values of (0008,0005), trimmed; several values mean code extensions by ISO 2022.
 */
export function toCharset(terms: readonly string[]): Charset {
  const first = (terms[0] ?? '').toUpperCase();
  const number = /(?:IR|ISO)[ _-]?(\d+)$/.exec(first)?.[1] ?? '6';
  const encoding =
    first === 'GB18030' || first === 'GBK' ? 'gb18030' : (encodings[number] ?? 'windows-1252');
  return {
    encoding,
    hasExtensions: terms.length > 1 || terms.some((term) => term.startsWith('ISO 2022')),
  };
}

/**
 * @returns the text of a value. Never throws: what can't be decoded is read as windows-1252, which
 * has a letter for every byte.
 */
export function decodeText(bytes: Uint8Array, charset: Charset): string {
  let isPlain = true;
  for (const byte of bytes) {
    if (byte >= 0x80 || byte === escape) {
      isPlain = false;
      break;
    }
  }
  if (isPlain && charset.encoding !== 'shift_jis')
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (charset.hasExtensions && bytes.includes(escape))
    return decodeExtended(bytes, charset.encoding);
  return decodePlain(bytes, charset.encoding);
}

function decodePlain(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'utf-8') {
    try {
      return strictUtf8.decode(bytes);
    } catch {
      return decoderFor('windows-1252').decode(bytes);
    }
  }
  return decoderFor(encoding).decode(bytes);
}

/**
 * Each escape holds until the next one, or until a delimiter, where the first set is back (PS3.5
 * 6.1.2.5.3).
 */
function decodeExtended(bytes: Uint8Array, first: string): string {
  let text = '';
  let encoding = first;
  let start = 0;
  let prefix: readonly number[] = [];
  const flush = (end: number): void => {
    if (end > start)
      text += decodePlain(Uint8Array.from([...prefix, ...bytes.subarray(start, end)]), encoding);
  };
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    // In 94x94 sets of ISO 2022 a delimiter's code may be half of a letter, so only single-byte
    // runs end at one.
    const isDelimiter =
      (byte === 0x5c || byte === 0x5e || byte === 0x3d) && encoding !== 'iso-2022-jp';
    if (byte !== escape && !isDelimiter) continue;
    flush(index);
    start = index;
    prefix = [];
    if (isDelimiter) {
      encoding = first;
      continue;
    }
    const after = String.fromCharCode(...bytes.subarray(index + 1, index + 4));
    const [sequence, next] = escapes.find(([candidate]) => after.startsWith(candidate)) ?? [
      '',
      first,
    ];
    encoding = next;
    start = index + 1 + sequence.length;
    if (next === 'iso-2022-jp') prefix = [...bytes.subarray(index, start)];
    index = start - 1;
  }
  flush(bytes.length);
  return text;
}

function decoderFor(encoding: string): TextDecoder {
  let decoder = decoders.get(encoding);
  if (!decoder) decoders.set(encoding, (decoder = new TextDecoder(encoding)));
  return decoder;
}

/**
 * @returns what a text reads as when it was UTF-8 and taken for a set of single bytes, as happens
 * where a file declares another set than it uses; none when it can't have been.
 */
export function misreadings(text: string): string[] {
  const isAscii = Buffer.byteLength(text) === text.length;
  if (isAscii) return [];
  return ['windows-1252', ...Object.values(encodings)].flatMap((encoding, index, all) => {
    const bytes = all.indexOf(encoding) === index ? toSingleBytes(text, encoding) : undefined;
    if (!bytes) return [];
    try {
      return [strictUtf8.decode(bytes)];
    } catch {
      return [];
    }
  });
}

const byteTables = new Map<string, ReadonlyMap<string, number>>();

function toSingleBytes(text: string, encoding: string): Uint8Array | undefined {
  if (!/^(?:windows|iso-8859|tis)/.test(encoding)) return undefined;
  let table = byteTables.get(encoding);
  if (!table) {
    const letters = decoderFor(encoding).decode(
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
    );
    table = new Map([...letters].map((letter, byte) => [letter, byte]));
    byteTables.set(encoding, table);
  }
  const bytes: number[] = [];
  for (const letter of text) {
    const byte = table.get(letter);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
