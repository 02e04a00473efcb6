import type { DicomDataset, DicomElement, TextVr } from '../dicom/dataset.ts';
import { readDicom, walkElements } from '../dicom/dicom.ts';
import { misreadings } from '../dicom/charset.ts';
import { findPersonnummer } from './personnummer.ts';
import type { Personnummer } from './personnummer.ts';

/**
 * The last check before a file is stored: its finished bytes are read again and searched for the
 * name, ID, personnummer and birth date of the very person it came from. It asks nothing of the
 * rules that removed them, so it also finds what a rule forgot.
 *
 * A check that refuses every file of someone called Bo, or with the ID 0000, would be switched off.
 * So a value is searched for when it says who someone is, and must stand as a word of its own:
 *
 * - a part of a name from 4 letters on (2 in Han, Kana and Hangul), unless it is a word that stands
 *   in anyone's file (`ordinaryWords`); shorter and ordinary parts as first and last name together;
 * - an ID from 5 letters or digits on, with 3 different ones among them; one of digits only and
 *   shorter than 8 only where a text stands, since a dose or a table position can be equal to it;
 * - a personnummer in any spelling, with or without century and sign;
 * - the birth date in 8 digits, in the usual orders and with any separator, but not where dates
 *   stand: those are moved by at least a day, and a newborn's may land on it.
 *
 * Letters are compared without case and accents; å, ä, ö also as aa, ae, oe and as whatever sign a
 * lost character leaves, and texts also as they read when the character set was taken for another.
 */
export type ResidualIdentity = 'name' | 'personnummer' | 'patient-id' | 'birth-date';

/** Words that the lab, the standard and the makers of scanners write, folded. */
const ordinaryWords = new Set(
  `abdomen anon anonym anonymized anonymous aorta application axial basic body bone breast
  brilliance canon care chest confidentiality dates days definition derived detail dicom
  discovery drive edge elscint emotion flash force general health healthcare healthineers heart
  hitachi imaging information ingenuity lung lungs marconi medical modified name neusoft none
  null optima option original patient perspective phantom philips picker primary prime profile
  pseudonym removed retain revolution scapis secondary sensation sharp shifted shimadzu siemens
  soft spectral standard systems temporal test thorax toshiba united unknown vision whole`.split(
    /\s+/,
  ),
);
const shortestNamePart = 4;
/** Among pixels, where no element tells text from numbers, a shorter word comes about by chance. */
const shortestAmongPixels = 6;
const shortestId = 5;
const shortestNumber = 8;

type Sought = {
  kind: ResidualIdentity;
  pattern: RegExp;
  /** Letters and digits that must be equal. */
  length: number;
  /** Whether a number's or a UID's value may be this one. */
  isInNumbers: boolean;
};

const patientNameTags = ['00100010', '00101001', '00101005', '00101060'];
const patientIdTags = ['00100020', '00101000'];
/** Birth Date and Birth Date in Alternative Calendar. */
const birthDateTags = ['00100030', '00100033'];
/** The lab's own names for the person stand there. */
const pseudonymTags = ['00100010', '00100020'];
const datedVrs: readonly TextVr[] = ['DA', 'DT', 'TM'];
const numericVrs: readonly TextVr[] = ['AS', 'DS', 'IS', 'UI'];

/**
 * @param source the data set before de-identification.
 * @param file the Part 10 file that is to be stored, made from it.
 * @returns what of the person is left in the file, or null.
 */
export function findResidualIdentity(
  source: DicomDataset,
  file: Uint8Array,
): ResidualIdentity | null {
  const sought = toSought(source);
  if (sought.length === 0) return null;
  const { dataset } = readDicom(file);
  for (const { path, element } of walkElements(dataset)) {
    if (pseudonymTags.includes(path.at(-1) ?? '')) continue;
    const hit =
      element.kind === 'text'
        ? findInText(element, sought)
        : element.kind === 'binary'
          ? findInBytes(element.bytes, sought)
          : undefined;
    if (hit) return hit.kind;
  }
  return null;
}

function findInText(
  element: Extract<DicomElement, { kind: 'text' }>,
  sought: readonly Sought[],
): Sought | undefined {
  if (datedVrs.includes(element.vr)) return undefined;
  const isNumeric = numericVrs.includes(element.vr);
  const candidates = isNumeric ? sought.filter(({ isInNumbers }) => isInNumbers) : sought;
  return element.values
    .filter(
      (value) => value !== '' && !(isNumeric && /\.\d*[1-9]/.test(value) && element.vr !== 'UI'),
    )
    .flatMap(toReadings)
    .flatMap((text) => candidates.find(({ pattern }) => pattern.test(text)) ?? [])[0];
}

/** A text as it may be meant, folded; a lost letter of two bytes may have left two signs. */
function toReadings(text: string): string[] {
  return [text, ...misreadings(text)]
    .map(fold)
    .flatMap((reading) => [reading, reading.replace(/([^\p{L}\p{N}\s])\1+/gu, '$1')]);
}

/** Searches stretches of ASCII and Latin-1. */
function findInBytes(bytes: Uint8Array, sought: readonly Sought[]): Sought | undefined {
  if (!hasTwoLetters(bytes)) return undefined;
  const long = sought.filter(({ length }) => length >= shortestAmongPixels);
  for (const run of printableRuns(bytes)) {
    const texts = toReadings(run);
    const found = long.find(({ pattern }) => texts.some((text) => pattern.test(text)));
    if (found) return found;
  }
  return undefined;
}

const isLetterOrDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x7a;
/** All but a few names have so many ASCII letters side by side, dates as many digits. */
const shortestStreak = 3;

/**
 * Whether a 16-bit word of the bytes is two letters or digits, as one of any three in a row must
 * be. Words of a CT are hardly ever: they would be 12,000 HU.
 */
function hasTwoLetters(bytes: Uint8Array): boolean {
  const even = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes);
  const words = new Uint16Array(even.buffer, even.byteOffset, even.length >> 1);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? 0;
    if (word >= 0x3030 && word <= 0x7a7a && isLetterOrDigit(word & 0xff)) return true;
  }
  return false;
}

/** Stretches of printable bytes with enough letters or digits side by side. */
function* printableRuns(bytes: Uint8Array): Generator<string> {
  let [start, streak, longest] = [0, 0, 0];
  for (let index = 0; index <= bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte >= 0x20 && byte !== 0x7f) {
      streak = isLetterOrDigit(byte) ? streak + 1 : 0;
      if (streak > longest) longest = streak;
      continue;
    }
    if (longest >= shortestStreak)
      yield Buffer.from(bytes.buffer, bytes.byteOffset + start, index - start).toString('latin1');
    [start, streak, longest] = [index + 1, 0, 0];
  }
}

function toSought(source: DicomDataset): Sought[] {
  const names: string[] = [];
  const ids: string[] = [];
  const dates: string[] = [];
  const texts: string[] = [];
  for (const { path, element } of walkElements(source)) {
    if (element.kind !== 'text') continue;
    const tag = path.at(-1) ?? '';
    if (patientNameTags.includes(tag)) names.push(...element.values);
    else if (patientIdTags.includes(tag)) ids.push(...element.values);
    else if (birthDateTags.includes(tag)) dates.push(...element.values);
    else if (!datedVrs.includes(element.vr) && !numericVrs.includes(element.vr))
      texts.push(...element.values);
  }
  const key = JSON.stringify([names, ids, dates, texts]);
  if (lastPerson.key !== key) lastPerson = { key, sought: build(names, ids, dates, texts) };
  return lastPerson.sought;
}

/** The slices of a series are of one person, and mostly say the same. */
let lastPerson: { key: string; sought: Sought[] } = { key: '', sought: [] };

function build(
  names: readonly string[],
  ids: readonly string[],
  dates: readonly string[],
  texts: readonly string[],
): Sought[] {
  const numbers = [
    ...ids.flatMap((id) => findPersonnummer(id)),
    ...texts.flatMap((text) => findPersonnummer(text, { isStrict: true })),
  ];
  const sought = [
    ...names.flatMap(nameSought),
    ...numbers.flatMap(personnummerSought),
    ...ids.flatMap(idSought),
    ...dates.flatMap(dateSought),
  ];
  return [...new Map(sought.map((each) => [each.pattern.source, each])).values()];
}

function nameSought(name: string): Sought[] {
  const whole = [name, ...misreadings(name)];
  return whole.flatMap((spelling) => {
    // Alphabetic, ideographic and phonetic forms of one name, then its five components.
    return spelling.split('=').flatMap((formOfName) => {
      const parts = formOfName.split(/[^\p{L}\p{M}]+/u).filter((part) => part !== '');
      const alone = parts.filter(
        (part) =>
          lengthOf(part) >= (isIdeographic(part) ? 2 : shortestNamePart) &&
          !ordinaryWords.has(fold(part)),
      );
      const [first, second] = parts;
      const pairs =
        first !== undefined &&
        second !== undefined &&
        lengthOf(first) + lengthOf(second) >= shortestNamePart
          ? [
              [first, second],
              [second, first],
            ].map((pair) => pair.map(toLetters).join('[^\\p{L}]{0,3}'))
          : [];
      return [
        ...alone.map((part) => wordSought(toLetters(part), lengthOf(part), isIdeographic(part))),
        ...pairs.map((pair) => wordSought(pair, lengthOf(`${first}${second}`), false)),
      ];
    });
  });
}

function lengthOf(word: string): number {
  return [...fold(word)].length;
}

function wordSought(pattern: string, length: number, isUnbound: boolean): Sought {
  return {
    kind: 'name',
    // Swedish, German and English add an s to a name; ideographs stand without spaces.
    pattern: isUnbound
      ? new RegExp(pattern, 'u')
      : new RegExp(`(?<!\\p{L})${pattern}s?(?!\\p{L})`, 'u'),
    length,
    isInNumbers: false,
  };
}

function isIdeographic(text: string): boolean {
  return /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
}

const digraphs: Record<string, string> = { å: 'aa', ä: 'ae', æ: 'ae', ö: 'oe', ø: 'oe', ü: 'ue' };

/** A pattern for the folded letters of a word, in all ways that its accented ones are written. */
function toLetters(word: string): string {
  return [...word.normalize('NFC').toLowerCase()]
    .map((letter) => {
      const plain = fold(letter);
      if (plain === letter || !/^[a-z]+$/.test(plain)) return plain;
      return `(?:${[plain, digraphs[letter] ?? plain].join('|')}|[^\\p{L}\\p{N}\\s])`;
    })
    .join('');
}

const unaccented: Record<string, string> = { æ: 'ae', ø: 'o', ß: 'ss', ł: 'l', đ: 'd', þ: 'th' };

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[æøßłđþ]/g, (letter) => unaccented[letter] ?? letter);
}

function idSought(id: string): Sought[] {
  const characters = fold(id).match(/[\p{L}\p{N}]/gu) ?? [];
  const isWorthIt =
    characters.length >= shortestId &&
    new Set(characters).size >= 3 &&
    !ordinaryWords.has(characters.join(''));
  if (!isWorthIt) return [];
  return [
    {
      kind: 'patient-id',
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}])${characters.join('[^\\p{L}\\p{N}]?')}(?![\\p{L}\\p{N}])`,
        'u',
      ),
      length: characters.length,
      isInNumbers: characters.length >= shortestNumber,
    },
  ];
}

function personnummerSought({ century, date, number }: Personnummer): Sought[] {
  // A samordningsnummer has 60 added to the day.
  const day = `${Number(date.slice(4)) % 60}`.padStart(2, '0');
  const birthDates = (century === '' ? ['19', '20'] : [century]).flatMap((each) =>
    dateSought(`${each}${date.slice(0, 4)}${day}`),
  );
  return [
    {
      kind: 'personnummer',
      pattern: new RegExp(`(?<!\\d)(?:19|20)?${date}[-+ ]?${number}(?!\\d)`, 'u'),
      length: 10,
      isInNumbers: true,
    },
    ...birthDates,
  ];
}

function dateSought(text: string): Sought[] {
  const [, year = '', month = '', day = ''] =
    /^(\d{4})\D?(\d{2})\D?(\d{2})$/.exec(text.trim()) ?? [];
  // Placeholders of de-identifiers are no one's birth date.
  if (Number(year) < 1850 || `${year}${month}${day}` === '19000101') return [];
  const orders = [
    `${year}\\D?${month}\\D?${day}`,
    `${day}\\D?${month}\\D?${year}`,
    `${month}\\D${day}\\D${year}`,
  ];
  return [
    {
      kind: 'birth-date',
      pattern: new RegExp(`(?<!\\d)(?:${orders.join('|')})(?!\\d)`, 'u'),
      length: 8,
      isInNumbers: true,
    },
  ];
}
