/**
 * Why an uploaded file was not taken in: one row per reason. Rejected files can't be what the lab
 * takes; quarantined ones may be, and are set aside until they are exported as the sentence says.
 * The sentences are in both languages, and never hold a value of the file.
 */
export const ingestVerdicts = ['accepted', 'quarantined', 'rejected'] as const;
export type IngestVerdict = (typeof ingestVerdicts)[number];

export const ingestReasons = {
  not_dicom: {
    verdict: 'rejected',
    en: 'This is not a DICOM file. Upload the DICOM files that the scanner or archive exports.',
    sv: 'Detta är ingen DICOM-fil. Ladda upp de DICOM-filer som kameran eller arkivet exporterar.',
  },
  truncated: {
    verdict: 'rejected',
    en: 'The file ends too early. Copy or export it again.',
    sv: 'Filen slutar för tidigt. Kopiera eller exportera den på nytt.',
  },
  malformed: {
    verdict: 'rejected',
    en: 'The file breaks the DICOM format. Export it again.',
    sv: 'Filen följer inte DICOM-formatet. Exportera den på nytt.',
  },
  not_ct: {
    verdict: 'rejected',
    en: 'This is not a CT image. Upload only CT.',
    sv: 'Detta är ingen DT-bild. Ladda bara upp DT.',
  },
  enhanced_ct: {
    verdict: 'rejected',
    en: 'This is Enhanced CT, which holds a whole series in one file. The lab reads classic CT: export one slice per file (CT Image Storage).',
    sv: 'Detta är Enhanced CT, som har en hel serie i en fil. Labbet läser klassisk DT: exportera ett snitt per fil (CT Image Storage).',
  },
  missing_sop_class: {
    verdict: 'rejected',
    en: 'The file does not say what kind of image it is: SOP Class UID (0008,0016) is missing, as after de-identification with deid. Let that tool keep it (KEEP SOPClassUID in its recipe; likewise the study, series and instance UIDs, and REPLACE PatientID with an ID of your own), or upload the files as they were before.',
    sv: 'Filen anger inte vilket slags bild den är: SOP Class UID (0008,0016) saknas, som efter avidentifiering med deid. Låt verktyget behålla den (KEEP SOPClassUID i receptet; likaså UID för undersökning, serie och bild, och REPLACE PatientID med ett eget id), eller ladda upp filerna som de var innan.',
  },
  missing_identifiers: {
    verdict: 'rejected',
    en: 'The file lacks the study, series or instance UID. Export it again.',
    sv: 'Filen saknar UID för undersökning, serie eller bild. Exportera den på nytt.',
  },
  missing_patient_id: {
    verdict: 'rejected',
    en: 'The file has no patient ID, so it cannot be tied to a person. Give each person an ID in the export. If a de-identification tool emptied it, let the tool write an ID of your own for each person: dicom-anonymizer with -t "(0x0010,0x0020)" replace or keep, deid with REPLACE PatientID in its recipe.',
    sv: 'Filen saknar patient-id och kan inte knytas till en person. Ge varje person ett id i exporten. Om ett verktyg för avidentifiering har tömt det, låt verktyget skriva ett eget id för varje person: dicom-anonymizer med -t "(0x0010,0x0020)" replace eller keep, deid med REPLACE PatientID i receptet.',
  },
  decimal_comma: {
    verdict: 'rejected',
    en: 'Numbers in the file are written with a decimal comma (0,7), where DICOM asks for a point (0.7). Set the program that wrote the file to a decimal point and export again.',
    sv: 'Tal i filen skrivs med decimalkomma (0,7), men DICOM kräver punkt (0.7). Ställ in programmet som skrev filen på decimalpunkt och exportera på nytt.',
  },
  missing_geometry: {
    verdict: 'rejected',
    en: 'The file does not say where the slice lies or how large its pixels are. Export it again as original axial CT.',
    sv: 'Filen anger inte var snittet ligger eller hur stora bildpunkterna är. Exportera den på nytt som axial DT i original.',
  },
  duplicate_instance: {
    verdict: 'rejected',
    en: 'The same image of the same person is already in this upload. Nothing needs to be done.',
    sv: 'Samma bild av samma person finns redan i uppladdningen. Inget behöver göras.',
  },
  localizer: {
    verdict: 'rejected',
    en: 'This is a localizer (scout), which is not used. Nothing needs to be done.',
    sv: 'Detta är en översiktsbild, som inte används. Inget behöver göras.',
  },
  screen_capture: {
    verdict: 'rejected',
    en: 'This is a screen capture or dose report, which may show a name. Leave such images out.',
    sv: 'Detta är en skärmbild eller dosrapport, som kan visa ett namn. Utelämna sådana bilder.',
  },
  burned_in_annotation: {
    verdict: 'rejected',
    en: 'The file says that text is burned into the image, which may be a name. Export the image without text.',
    sv: 'Filen anger att text är inbränd i bilden, vilket kan vara ett namn. Exportera bilden utan text.',
  },
  head_ct: {
    verdict: 'rejected',
    en: 'The image shows the head, where a face can be recognised. The lab takes no head CT.',
    sv: 'Bilden visar huvudet, där ett ansikte kan kännas igen. Labbet tar inte emot DT av huvudet.',
  },
  not_chest: {
    verdict: 'rejected',
    en: 'The picture shows no chest: there is hardly any lung in it, and it is no larger across than a head, a neck or a limb. A face can be recognised in a head CT, so the lab takes none. Upload only slices of the chest.',
    sv: 'Bilden visar ingen bröstkorg: den har nästan ingen lunga och är inte större tvärs över än ett huvud, en hals eller en arm eller ett ben. I DT av huvudet kan ett ansikte kännas igen, så labbet tar inte emot sådan. Ladda bara upp snitt av bröstkorgen.',
  },
  identity_left: {
    verdict: 'rejected',
    en: 'After de-identification, part of the name, the ID or the birth date of the person still stood in the file, in a field or among the pixels. Nothing of it was kept. Find where it stands (often the manufacturer, model or kernel), take it out, and export again.',
    sv: 'Efter avidentifieringen fanns en del av personens namn, id eller födelsedatum kvar i filen, i ett fält eller bland bildpunkterna. Inget av den har sparats. Sök var uppgiften står (ofta tillverkare, modell eller rekonstruktionsfilter), ta bort den och exportera på nytt.',
  },
  not_original_axial: {
    verdict: 'quarantined',
    en: 'This is not an original axial slice but a derived or reformatted one. Export the original axial slices (Image Type ORIGINAL, PRIMARY, AXIAL).',
    sv: 'Detta är inget axialt originalsnitt utan en härledd eller omformaterad bild. Exportera de axiala originalsnitten (Image Type ORIGINAL, PRIMARY, AXIAL).',
  },
  unsupported_transfer_syntax: {
    verdict: 'rejected',
    en: 'The lab cannot read this transfer syntax. Export the images uncompressed.',
    sv: 'Labbet kan inte läsa denna överföringssyntax. Exportera bilderna okomprimerade.',
  },
  transfer_syntax_wrong: {
    verdict: 'rejected',
    en: 'The file is written in another way than its transfer syntax (0002,0010) says. The image need not be damaged: export it again from the archive, or let a converter (dcmconv, gdcmconv) write it anew with the right transfer syntax.',
    sv: 'Filen är skriven på ett annat sätt än dess överföringssyntax (0002,0010) anger. Bilden behöver inte vara skadad: exportera den på nytt från arkivet, eller låt ett konverteringsprogram (dcmconv, gdcmconv) skriva om den med rätt överföringssyntax.',
  },
  no_pixel_data: {
    verdict: 'rejected',
    en: 'The file holds no image. Leave it out.',
    sv: 'Filen innehåller ingen bild. Utelämna den.',
  },
  colour: {
    verdict: 'rejected',
    en: 'The image is in colour, which CT is not. Leave it out.',
    sv: 'Bilden är i färg, vilket DT inte är. Utelämna den.',
  },
  multi_frame: {
    verdict: 'rejected',
    en: 'The file holds several frames. Export one slice per file (classic CT).',
    sv: 'Filen innehåller flera bilder. Exportera ett snitt per fil (klassisk DT).',
  },
  unsupported_pixel_format: {
    verdict: 'rejected',
    en: 'The pixels are not in a form of CT that the lab reads (8 or 16 bits, MONOCHROME2, at most 4096 x 4096). Export the image again.',
    sv: 'Bildpunkterna har inte en form som labbet läser (8 eller 16 bitar, MONOCHROME2, högst 4096 x 4096). Exportera bilden på nytt.',
  },
  pixel_length_wrong: {
    verdict: 'rejected',
    en: 'The image has more or fewer pixels than its header says. Copy or export the file again.',
    sv: 'Bilden har fler eller färre bildpunkter än filhuvudet anger. Kopiera eller exportera filen på nytt.',
  },
  no_rescale: {
    verdict: 'rejected',
    en: 'The file does not say how its values become Hounsfield units. Export it again as original CT.',
    sv: 'Filen anger inte hur värdena blir Hounsfieldenheter. Exportera den på nytt som DT i original.',
  },
  rescale_not_hu: {
    verdict: 'rejected',
    en: 'The values are not Hounsfield units: Rescale Type (0028,1054) names another unit, as for material maps, effective atomic numbers or values without a unit. Export the original CT in HU.',
    sv: 'Värdena är inte Hounsfieldenheter: Rescale Type (0028,1054) anger en annan enhet, som för materialkartor, effektiva atomnummer eller värden utan enhet. Exportera originalbilden i HU.',
  },
  orientation_oblique: {
    verdict: 'quarantined',
    en: 'The slice lies turned within its plane by more than 15 degrees, so left and right of the patient cannot be shown straight. Export the original axial slices.',
    sv: 'Snittet ligger vridet i sitt plan med mer än 15 grader, så patientens vänster och höger inte kan visas rakt. Exportera de axiala originalsnitten.',
  },
  patient_id_shared: {
    verdict: 'quarantined',
    en: 'Files with this patient ID name different birth dates, sexes or issuers, so they may be of several people. Give each person an ID of their own in the export and in labels.csv, and upload again.',
    sv: 'Filer med detta patient-id anger olika födelsedatum, kön eller utfärdare, så de kan gälla flera personer. Ge varje person ett eget id i exporten och i labels.csv, och ladda upp på nytt.',
  },
  decoder_timeout: {
    verdict: 'quarantined',
    en: 'The compressed image took too long to unpack. Export it uncompressed.',
    sv: 'Den komprimerade bilden tog för lång tid att packa upp. Exportera den okomprimerad.',
  },
  decoder_failed: {
    verdict: 'rejected',
    en: 'The compressed image is damaged. Copy or export it again.',
    sv: 'Den komprimerade bilden är skadad. Kopiera eller exportera den på nytt.',
  },
  hu_implausible: {
    verdict: 'quarantined',
    en: 'The values are not those of a chest CT: no air near -1000 HU, no soft tissue, values far outside the scale, or an image that is blank beyond a row. Export the image again, whole and in HU; where a value stands for no image (padding), Pixel Padding Value (0028,0120) must name it.',
    sv: 'Värdena är inte som i DT av bröstkorgen: ingen luft nära -1000 HU, ingen mjukvävnad, värden långt utanför skalan, eller en bild som är tom efter en viss rad. Exportera bilden på nytt, hel och i HU; där ett värde står för ingen bild alls (utfyllnad) måste Pixel Padding Value (0028,0120) ange det.',
  },
  series_inconsistent: {
    verdict: 'quarantined',
    en: 'The image does not fit the others of its series (size, spacing, direction, reconstruction or a place taken twice). Export each reconstruction and phase as a series of its own.',
    sv: 'Bilden passar inte ihop med de andra i serien (storlek, avstånd, riktning, rekonstruktion eller en plats som finns två gånger). Exportera varje rekonstruktion och fas som en egen serie.',
  },
  no_labels: {
    verdict: 'quarantined',
    en: 'The person is not in labels.csv. Add a line for the person and upload again.',
    sv: 'Personen finns inte i labels.csv. Lägg till en rad för personen och ladda upp på nytt.',
  },
} as const satisfies Record<
  string,
  { verdict: Exclude<IngestVerdict, 'accepted'>; en: string; sv: string }
>;

export type IngestReason = keyof typeof ingestReasons;
