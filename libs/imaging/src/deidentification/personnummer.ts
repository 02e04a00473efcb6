/** A personnummer or samordningsnummer, cut into its parts. */
export type Personnummer = {
  /** '' where it is written without. */
  century: '' | '19' | '20';
  /** YYMMDD; of a samordningsnummer 60 is added to the day. */
  date: string;
  /** The last four digits. */
  number: string;
};

/**
 * @param isStrict asks for the check digit too. In an ID, ten digits are meant for one person even
 * where it is wrong; elsewhere they may be any number.
 * @returns those that stand in a text, in any spelling.
 */
export function findPersonnummer(text: string, { isStrict = false } = {}): Personnummer[] {
  return [...text.matchAll(/(?<!\d)(19|20)?(\d{6})[-+ ]?(\d{4})(?!\d)/g)].flatMap(
    ([, century, date = '', number = '']) => {
      const month = Number(date.slice(2, 4));
      const day = Number(date.slice(4)) % 60;
      const isDated = month >= 1 && month <= 12 && day >= 1 && day <= 31;
      return isDated && (!isStrict || hasLuhnDigit(`${date}${number}`))
        ? [{ century: (century ?? '') as Personnummer['century'], date, number }]
        : [];
    },
  );
}

function hasLuhnDigit(digits: string): boolean {
  const sum = [...digits].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === 0;
}
