import type { Words } from './locale.ts';

/** The forms in which the lab has signed receipts. Those of the first name no form. */
type ReceiptFormat = 'scapis-lab/receipt/1' | 'scapis-lab/receipt/2';
export const newestReceiptFormat = 'scapis-lab/receipt/2' satisfies ReceiptFormat;

/** What a receipt of each form proves, and what it does not. A form's text stands still. */
const receiptStatements: Readonly<Record<ReceiptFormat, Readonly<Words>>> = {
  'scapis-lab/receipt/1': {
    en: 'This receipt proves that the person, under this permit and these terms, asked the lab for every byte of the bundle, and named its checksum. It does not prove that every byte arrived, that the checksum was computed from the file, or who else has a copy.',
    sv: 'Kvittot visar att personen, under detta tillstånd och dessa villkor, bad labbet om varje byte i paketet och uppgav dess kontrollsumma. Det visar inte att varje byte kom fram, att kontrollsumman räknades ut från filen eller vem mer som har en kopia.',
  },
  'scapis-lab/receipt/2': {
    en: 'This receipt proves that the lab handed every byte of the bundle over to connections on which this person was signed in, under this permit and these terms, and that the person named its checksum. It does not prove that the checksum was computed from the file, that the file is still whole, or who else has a copy.',
    sv: 'Kvittot visar att labbet lämnade över varje byte i paketet på anslutningar där personen var inloggad, under detta tillstånd och dessa villkor, och att personen uppgav dess kontrollsumma. Det visar inte att kontrollsumman räknades ut från filen, att filen fortfarande är hel eller vem mer som har en kopia.',
  },
};

/** @param schema the receipt's own field: none in the first form */
export const receiptStatement = (schema: typeof newestReceiptFormat | undefined): Readonly<Words> =>
  receiptStatements[schema ?? 'scapis-lab/receipt/1'];
