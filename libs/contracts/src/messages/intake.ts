import type { MessageRow } from './message.ts';

/**
 * Why an upload as a whole can't be used. The sentences say what to do; parameters name lines and
 * columns, never a file or a value, for those may be identities.
 */
export const uploadFaults = {
  upload_gone: {
    en: 'The upload is no longer there. Upload it again.',
    sv: 'Uppladdningen finns inte kvar. Ladda upp den igen.',
  },
  upload_is_link: {
    en: 'The upload is a link. Upload the files themselves.',
    sv: 'Uppladdningen är en länk. Ladda upp själva filerna.',
  },
  upload_encrypted: {
    en: 'The archive is encrypted. Make a zip without a password; the connection protects it.',
    sv: 'Arkivet är krypterat. Gör en zip utan lösenord; förbindelsen skyddar den.',
  },
  upload_compression_unknown: {
    en: 'The archive uses a compression that the lab does not read, as Windows does for files above 2 GB. Make a zip without compression, or with deflate.',
    sv: 'Arkivet är packat på ett sätt som labbet inte läser, som Windows gör med filer över 2 GB. Gör en zip utan komprimering, eller med deflate.',
  },
  upload_not_zip: {
    en: 'The upload is not a zip, or it was cut off on the way. Upload a complete zip.',
    sv: 'Uppladdningen är ingen zip, eller så bröts den på vägen. Ladda upp en hel zip.',
  },
  upload_file_unreadable: {
    en: 'A file in the folder cannot be read. Check its permissions, then try again.',
    sv: 'En fil i mappen går inte att läsa. Kontrollera dess rättigheter och försök igen.',
  },
  upload_damaged: {
    en: 'The archive is damaged or was cut off on the way. Upload it again.',
    sv: 'Arkivet är skadat eller bröts på vägen. Ladda upp det igen.',
  },
  upload_without_files: {
    en: 'The upload holds no file. Choose a zip or folder that holds DICOM files.',
    sv: 'Uppladdningen innehåller ingen fil. Välj en zip eller mapp med DICOM-filer.',
  },
  upload_too_large: {
    en: 'The upload holds more than the lab takes at once. Split it and upload the parts.',
    sv: 'Uppladdningen innehåller mer än vad labbet tar emot på en gång. Dela den och ladda upp delarna.',
  },
  upload_too_many_files: {
    en: 'The upload holds more than {most:number} files. Split it and upload the parts.',
    sv: 'Uppladdningen innehåller fler än {most:number} filer. Dela den och ladda upp delarna.',
  },
  archive_name_twice: {
    en: 'The archive holds the same name twice. Make a new zip from the folder.',
    sv: 'Arkivet innehåller samma namn två gånger. Gör en ny zip av mappen.',
  },
  archive_name_escapes: {
    en: 'The archive holds a name that leads out of it. Make a new zip from the folder.',
    sv: 'Arkivet innehåller ett namn som leder ut ur det. Gör en ny zip av mappen.',
  },
  archive_holds_link: {
    en: 'The archive holds a link or a device. Make a new zip from the files themselves.',
    sv: 'Arkivet innehåller en länk eller en enhet. Gör en ny zip av själva filerna.',
  },
  folder_holds_link: {
    en: 'The folder holds a link or a device. Copy the files themselves into it.',
    sv: 'Mappen innehåller en länk eller en enhet. Kopiera in själva filerna.',
  },
  archive_inflates: {
    en: 'The archive inflates beyond measure. If it is no bomb, make a zip without compression.',
    sv: 'Arkivet sväller över alla gränser. Är det ingen zipbomb, gör en zip utan komprimering.',
  },
} as const satisfies Record<string, MessageRow>;

/**
 * Why the table of labels can't be used. Faults within it are named all at once, in
 * `labels_faulty`; stored failures of earlier versions name one alone.
 */
export const labelsFaults = {
  labels_missing: {
    en: 'The upload has no labels.csv. Add one with the columns {columns:list} and upload again.',
    sv: 'Uppladdningen saknar labels.csv. Lägg till en med kolumnerna {columns:list} och ladda upp på nytt.',
  },
  labels_twice: {
    en: 'The upload has more than one labels.csv. Keep one and upload again.',
    sv: 'Uppladdningen har mer än en labels.csv. Behåll en och ladda upp på nytt.',
  },
  labels_workbook: {
    en: 'labels.csv is an Excel workbook under another name. Open it in Excel, choose Save As and CSV UTF-8, and upload again.',
    sv: 'labels.csv är en Excel-arbetsbok under annat namn. Öppna den i Excel, välj Spara som och CSV UTF-8, och ladda upp på nytt.',
  },
  labels_faulty: {
    en: 'labels.csv needs mending, and nothing was taken in. {faults:faults} Mend it and upload again.',
    sv: 'labels.csv behöver rättas, och inget togs in. {faults:faults} Rätta den och ladda upp på nytt.',
  },
  labels_spellings: {
    en: 'labels.csv holds one person in two spellings with different labels. Keep one line for each person.',
    sv: 'labels.csv har en person i två stavningar med olika märkningar. Behåll en rad per person.',
  },
  labels_column_missing: {
    en: 'labels.csv lacks the column {missing:list}. It needs {columns:list} in its first row.',
    sv: 'labels.csv saknar kolumnen {missing:list}. Den behöver {columns:list} i sin första rad.',
  },
  labels_column_twice: {
    en: 'labels.csv has the column {column} more than once. Keep one.',
    sv: 'labels.csv har kolumnen {column} mer än en gång. Behåll en.',
  },
  labels_malformed: {
    en: 'labels.csv cannot be read as CSV: look at the quotation marks up to line {line:number}.',
    sv: 'labels.csv går inte att läsa som CSV: se efter citattecknen fram till rad {line:number}.',
  },
  labels_without_person: {
    en: 'labels.csv, {line:lines}: no patientId. Fill it in.',
    sv: 'labels.csv, {line:lines}: patientId saknas. Fyll i det.',
  },
  labels_number: {
    en: 'labels.csv, {line:lines}: Excel has made a rounded number (such as 1.9E+11) of patientId and lost its digits. Format the column as Text in Excel, enter the IDs again and save.',
    sv: 'labels.csv, {line:lines}: Excel har gjort ett avrundat tal (som 1,9E+11) av patientId och tappat siffror. Formatera kolumnen som Text i Excel, skriv in id:na på nytt och spara.',
  },
  labels_person_twice: {
    en: 'labels.csv, {line:lines}: a person who stands there before, perhaps in another spelling, with other labels. Keep one line for each person.',
    sv: 'labels.csv, {line:lines}: en person som redan finns där, kanske i annan stavning, med andra märkningar. Behåll en rad per person.',
  },
  labels_value_unknown: {
    en: 'labels.csv, {line:lines}: {column} must be one of {values:list}.',
    sv: 'labels.csv, {line:lines}: {column} måste vara något av {values:list}.',
  },
  labels_empty: {
    en: 'labels.csv holds no person. Add one line for each.',
    sv: 'labels.csv innehåller ingen person. Lägg till en rad för var och en.',
  },
} as const satisfies Record<string, MessageRow>;

/** Why nothing of an upload was left when each file had been looked at. */
export const intakeFaults = {
  intake_no_image: {
    en: 'The upload holds labels.csv but no image. Add the DICOM files and upload again.',
    sv: 'Uppladdningen innehåller labels.csv men ingen bild. Lägg till DICOM-filerna och ladda upp på nytt.',
  },
  intake_nobody_labelled: {
    en: {
      one: 'The one image belongs to none of the people of labels.csv (listed: {people:number}). Check that patientId there is the Patient ID (0010,0020) of the image; Excel drops zeros at the start of a number.',
      other:
        'None of the {count:number} images belongs to one of the people of labels.csv (listed: {people:number}). Check that patientId there is the Patient ID (0010,0020) of the images; Excel drops zeros at the start of a number.',
    },
    sv: {
      one: 'Den enda bilden hör inte till någon av personerna i labels.csv (antal: {people:number}). Kontrollera att patientId där är bildens Patient ID (0010,0020); Excel tar bort nollor i början av ett tal.',
      other:
        'Ingen av de {count:number} bilderna hör till någon av personerna i labels.csv (antal: {people:number}). Kontrollera att patientId där är bildernas Patient ID (0010,0020); Excel tar bort nollor i början av ett tal.',
    },
  },
  intake_nothing_accepted: {
    en: {
      one: 'The one file was not accepted. {reason:file}',
      other: 'None of the {count:number} files was accepted. The commonest reason: {reason:file}',
    },
    sv: {
      one: 'Den enda filen godtogs inte. {reason:file}',
      other: 'Ingen av de {count:number} filerna godtogs. Det vanligaste skälet: {reason:file}',
    },
  },
} as const satisfies Record<string, MessageRow>;
