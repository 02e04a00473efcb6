import { createRandom } from '../random.ts';
import type { PhantomSubject } from './subject.ts';

/**
 * What a hospital would know of a person. All of it is invented; de-identification must remove each
 * value.
 */
export interface FictiveIdentity {
  /** DICOM form: family^given. */
  name: string;
  /** yyyymmdd-nnnn with a wrong check digit on purpose, so that it can't be anyone's. */
  personnummer: string;
  birthDate: string;
  studyDate: string;
  studyTime: string;
  phone: string;
  address: string;
  physician: string;
  operator: string;
  hospital: string;
  accessionNumber: string;
}

const familyNames = [
  'Åkerström',
  'Ängquist',
  'Öberg',
  'Sjögren',
  'Lindström',
  'Bäckman',
  'Nygård',
  'Höglund',
  'Björklund',
  'Svärd',
  'Grönvall',
  'Häggström',
  'Wikström',
  'Ståhl',
  'Fältskog',
  'Rönnqvist',
] as const;
const givenNames = {
  female: [
    'Åsa',
    'Märta',
    'Görel',
    'Kerstin',
    'Annika',
    'Ingegärd',
    'Lovisa',
    'Bodil',
    'Ulla-Märit',
    'Siv',
  ],
  male: [
    'Björn',
    'Göran',
    'Örjan',
    'Håkan',
    'Åke',
    'Sören',
    'Lars-Göran',
    'Måns',
    'Torbjörn',
    'Stig',
  ],
} as const;
const streets = ['Ängsvägen', 'Björkgatan', 'Storgatan', 'Sjöstigen', 'Åsgränd'] as const;

export function fictiveIdentity(subject: PhantomSubject): FictiveIdentity {
  const random = createRandom(subject.seed, subject.index, 'identity');
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random.next() * 10)).join('');
  const studyYear = 2014 + Math.floor(random.between(0, 5));
  const [month, day] = [
    1 + Math.floor(random.between(0, 12)),
    1 + Math.floor(random.between(0, 28)),
  ];
  const monthAndDay = `${month}`.padStart(2, '0') + `${day}`.padStart(2, '0');
  // Born on the day of the visit, so that the age in whole years is exact.
  const birthDate = `${studyYear - subject.age}${monthAndDay}`;
  // Sex is the parity of the third digit of the birth number; the person's index is in it, so that
  // no two of a cohort are alike.
  const birthNumber = `${((2 * subject.index) % 1000) + (subject.sex === 'male' ? 1 : 0)}`.padStart(
    3,
    '0',
  );
  const wrongBy = 1 + (Math.floor(subject.index / 500) % 9);
  const lastDigit = (luhnDigit(birthDate.slice(2) + birthNumber) + wrongBy) % 10;
  return {
    name: `${random.pick(familyNames)}^${random.pick(givenNames[subject.sex])}`,
    personnummer: `${birthDate}-${birthNumber}${lastDigit}`,
    birthDate,
    studyDate: `${studyYear}${monthAndDay}`,
    studyTime: `${`${8 + Math.floor(random.between(0, 9))}`.padStart(2, '0')}${`${Math.floor(random.between(0, 60))}`.padStart(2, '0')}17`,
    phone: `070-${digits(3)} ${digits(2)} ${digits(2)}`,
    address: `${random.pick(streets)} ${1 + Math.floor(random.between(0, 80))}, ${subject.site}`,
    physician: `${random.pick(familyNames)}^${random.pick(givenNames.female)}^^Dr`,
    operator: `${random.pick(familyNames)}^${random.pick(givenNames.male)}`,
    hospital: `Fantomsjukhuset ${subject.site}`,
    accessionNumber: `ACC${digits(9)}`,
  };
}

/** The check digit of nine digits of a personnummer (Luhn, as the Swedish Tax Agency uses it). */
export function luhnDigit(digits: string): number {
  let sum = 0;
  [...digits].forEach((digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return (10 - (sum % 10)) % 10;
}
