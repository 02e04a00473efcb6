import { getTexts } from '../dicom/dataset.ts';
import type { DicomDataset, Tag } from '../dicom/dataset.ts';

/**
 * Whether a header names the head. Texts are cut into words at everything that is no letter and
 * where a capital follows a small letter ("CT_HEAD_W/O", "HeadRoutine 5.0", "BRAIN5mm"), without
 * accents, in Swedish, English and German. A word counts by how it begins, so that compounds do
 * ("Schädelbasis", "hjärnan") and EARLY, overhead or Pankreaskopf don't.
 *
 * Words are the first of two guards: a head that no word names is stopped by its picture
 * (chest.ts).
 */
export function namesHead(dataset: DicomDataset): boolean {
  return (
    imageTexts.some((tag) => textsOf(dataset, tag).some(isHeadText)) ||
    // What these say may cover several series: "skalle och thorax" makes no head of the chest.
    studyTexts.some((tag) =>
      textsOf(dataset, tag).some((text) => isHeadText(text) && !isTrunkText(text)),
    ) ||
    regionCodes(dataset).some((code) => headCodes.has(code))
  );
}

/** Series Description, Body Part Examined, Anatomic Region Sequence. */
const imageTexts: readonly Tag[] = ['0008103E', '00180015', '00082218'];
/**
 * Protocol Name, Study Description, Requested Procedure Description, Performed Procedure Step
 * Description, Procedure Code Sequence, Requested Procedure Code Sequence.
 */
const studyTexts: readonly Tag[] = [
  '00181030',
  '00081030',
  '00321060',
  '00400254',
  '00081032',
  '00321064',
];

/** The values of a text, or the code meanings of a sequence. */
function textsOf(dataset: DicomDataset, tag: Tag): string[] {
  const element = dataset.get(tag);
  return element?.kind === 'sequence'
    ? element.items.flatMap((item) => getTexts(item, '00080104'))
    : getTexts(dataset, tag);
}

function regionCodes(dataset: DicomDataset): string[] {
  const element = dataset.get('00082218');
  return element?.kind === 'sequence'
    ? element.items.flatMap((item) => getTexts(item, '00080100'))
    : [];
}

/**
 * Head, brain, skull, face, head and neck, eye, orbit, ear, paranasal sinus, maxilla, mandible, jaw
 * in SNOMED CT and in the older SNOMED RT (PS3.16 CID 4 and annex L).
 */
const headCodes = new Set(
  `69536005 12738006 89546000 89545001 774007 81745001 363654007 117590005 2095001 70925003 91609006
  661005 T-D1100 T-A0100 T-11100 T-D1200 T-D1000 T-AA000 T-D1480 T-AB000 T-22000 T-11170 T-11180
  T-D1213`.split(/\s+/),
);

/** How words of the head begin; a prefix of CT, DT or an angiography may stand before them. */
const headStems = new RegExp(
  `^(?:ct|dt|cta|angio|ctangio)?(?:${[
    // en
    'head(?!er|ing|set|rest|hold)',
    'brain',
    'skull',
    'crani(?!oc)',
    'cerebr',
    'encephal',
    'facial',
    'orbit',
    'mandib',
    'maxill',
    'mastoid',
    'paranasal',
    'pituitar',
    'calvar',
    'neurocran',
    'viscerocran',
    'midface',
    // sv
    'hjarn',
    'skall',
    'huvud(?!art|bronk|protokoll|sak|seri|stam)',
    'krani(?!o[ck])',
    'ansikt',
    'bihal',
    'kake',
    'klippben',
    'hypofys',
    // de
    'schadel',
    'schaedel',
    'kopf',
    'hirn',
    'gehirn',
    'gesicht',
    'kiefer',
    'mittelgesicht',
    'felsenbein',
    'nasennebenhohl',
    'zahn',
  ].join('|')})`,
);
/** Words that are the beginning of too many others to count as stems. */
const headWords = new Set(
  `auge augen calotte cct cranium dental ear ears eye eyes face faces iac iam jaw kalott kalotte
  nase nasa nnh nose oga ogon ohr oron ora psinus sella sinus sinuses stroke tander teeth tmj tooth
  willis`.split(/\s+/),
);

/** How the patient lies, and heads of other bones and organs; cut out before words are read. */
const otherHeads = [
  /(?<![a-z])head[\s_-]*(?:first|in|up|holder|rest)(?![a-z])/g,
  /(?<![a-z])(?:feet|foot|toe|fot|fotter|fuss|caudal|kaudal)[\s_-]*(?:to|till|zu|-)[\s_-]*(?:the\s)?(?:head|huvud\w*|kopf)(?![a-z])/g,
  /(?<![a-z])(?:head|huvud|kopf)[\s_-]*(?:to|till|zu|-)[\s_-]*(?:toe|feet|foot|fot|fotter|fuss)(?![a-z])/g,
  /(?<![a-z])(?:huvud\w*|kopf)[\s_-]*(?:forst|fore|voran|zuerst)(?![a-z])/g,
  /(?<![a-z])arm\w*[\s_-]*(?:up|over|above|ovanfor|uber|ueber)[\s_-]*(?:the\s|dem\s)?(?:head|huvud\w*|kopf)(?![a-z])/g,
  /(?<![a-z])(?:femoral|femur|humeral|humerus|radial|fibular|pancrea\w*)[\s_-]*heads?(?![a-z])/g,
  /(?<![a-z])heads?\s+of\s+(?:the\s)?(?:femur|humerus|radius|fibula|pancreas)(?![a-z])/g,
];

/** How words of the trunk begin. */
const trunkStems =
  /^(?:ct|dt|cta|hr|hrct)?(?:abdom|aort|bauch|becken|belly|brost|brust|buk|cardi|chest|coron|halsthorax|heart|herz|hjart|kardi|koron|koronar|kranskarl|lung|mediast|pelvi|pulm|rumpf|thorak|thorax|torax|trunk|body|bal$|valsalv)/;

/**
 * Words that are of the trunk as often: coronary sinus, stroke volume, the cranial part of a chest.
 */
const ambiguousWords = new Set(['sinus', 'cranial', 'kranial', 'kraniell', 'stroke']);

function isHeadText(text: string): boolean {
  const words = wordsOf(text);
  const named = words.filter((word) => headStems.test(word) || headWords.has(word));
  const isOfTheTrunk =
    isTrunkText(text) || words.some((word) => /^(?:rhythm|rytm|volum)/.test(word));
  return named.some((word) => !isOfTheTrunk || !ambiguousWords.has(word));
}

function isTrunkText(text: string): boolean {
  return wordsOf(text).some((word) => trunkStems.test(word));
}

function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return otherHeads
    .reduce((rest, pattern) => rest.replace(pattern, ' '), plain)
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}
