import type { AgeBand, CalciumGrade, Sex } from '../labels.ts';
import type { Locale, Words } from '../locale.ts';
import { canaryTransformations } from './canaries.ts';
import type { CheckResult } from './evidence.ts';

/**
 * Words for every name that the gate writes into the details of a check: a closed list, which the
 * tests hold the gate to. A name may have parts: "lung: median real" has two.
 */
export const detailWords = {
  copiesReleasedBefore: {
    en: 'Of them in cohorts released before',
    sv: 'Varav i tidigare utlämnade kohorter',
  },
  variant: { en: 'Variant that says most', sv: 'Variant som säger mest' },
  failsBy: { en: 'Fails by', sv: 'Underkänns genom' },
  upperLimit: { en: 'Limit of the upper bound', sv: 'Gräns för övre ändpunkten' },
  isConclusive: { en: 'Upper bound below the limit', sv: 'Övre ändpunkten under gränsen' },
  truePositives: { en: 'Found at 1% false alarms', sv: 'Funna vid 1 % falsklarm' },
  truePositivesLow: { en: 'Found at 1%, low end', sv: 'Funna vid 1 %, nedre' },
  truePositivesHigh: { en: 'Found at 1%, high end', sv: 'Funna vid 1 %, övre' },
  truePositivesP: { en: 'p of those found', sv: 'p för de funna' },
  falsePositives: { en: 'False-positive rate reached', sv: 'Uppnådd andel falsklarm' },
  truePositivesPerMille: { en: 'Found at 0.1% false alarms', sv: 'Funna vid 0,1 % falsklarm' },
  truePositivesPerMilleLow: { en: 'Found at 0.1%, low end', sv: 'Funna vid 0,1 %, nedre' },
  truePositivesPerMilleHigh: { en: 'Found at 0.1%, high end', sv: 'Funna vid 0,1 %, övre' },
  falsePositivesPerMille: {
    en: 'False-positive rate reached, at 0.1%',
    sv: 'Uppnådd andel falsklarm, vid 0,1 %',
  },
  controlLow: { en: 'Training against training, low end', sv: 'Träning mot träning, nedre' },
  controlHigh: { en: 'Training against training, high end', sv: 'Träning mot träning, övre' },
  isInsideControl: { en: 'Within that band', sv: 'Inom det bandet' },
  members: { en: 'Training people', sv: 'Träningspersoner' },
  nonMembers: { en: 'Control people', sv: 'Kontrollpersoner' },
  peopleNeeded: { en: 'People needed', sv: 'Personer som krävs' },
  detectableAuc: {
    en: 'AUC that 90% of runs would detect',
    sv: 'AUC som 90 % av körningarna skulle upptäcka',
  },
  rarePeople: { en: 'People in rare combinations', sv: 'Personer med sällsynta märkningar' },
  outlyingPeople: { en: 'Outliers', sv: 'Avvikande personer' },
  rareCopied: { en: 'Rare people copied', sv: 'Sällsynta personer som kopierats' },
  outliersCopied: { en: 'Outliers copied', sv: 'Avvikande personer som kopierats' },
  groupsTooSmall: { en: 'Groups too small to test', sv: 'Grupper för små att pröva' },
  likelihoodGap: { en: 'Gap (nats per dimension)', sv: 'Gap (nat per dimension)' },
  dataCopyingZ: { en: 'z over all cells', sv: 'z över alla celler' },
  worstCellZ: { en: 'z of the worst cell', sv: 'z i den sämsta cellen' },
  cells: { en: 'Cells', sv: 'Celler' },
  imagesLeftOut: {
    en: 'Images in cells too small to test',
    sv: 'Bilder i celler för små att pröva',
  },
  identifiableMembers: {
    en: 'Identifiable, training people',
    sv: 'Identifierbara, träningspersoner',
  },
  identifiableControl: { en: 'Identifiable, others', sv: 'Identifierbara, andra' },
  authentic: { en: 'Their own, synthetic', sv: 'Sina egna, syntetiska' },
  authenticControl: { en: 'Their own, other people', sv: 'Sina egna, andra personer' },
  successTraining: { en: 'Success on training people', sv: 'Träffar på träningspersoner' },
  successControl: { en: 'Success on others', sv: 'Träffar på andra' },
  successNaive: { en: 'Success of guessing', sv: 'Träffar genom gissning' },
  isStrongerThanNaive: { en: 'Better than guessing', sv: 'Bättre än gissning' },
  attacks: { en: 'Attacks', sv: 'Angrepp' },
  attacksControl: { en: 'Attacks on others', sv: 'Angrepp på andra' },
  runs: { en: 'Training runs', sv: 'Träningskörningar' },
  isRecorded: { en: 'Recorded by training', sv: 'Antecknat av träningen' },
  epsilon: { en: 'Epsilon', sv: 'Epsilon' },
  delta: { en: 'Delta', sv: 'Delta' },
  privacyUnit: { en: 'Counted for each', sv: 'Räknas per' },
  copies: { en: 'Copies', sv: 'Kopior' },
  copyDistance: { en: 'Copy distance', sv: 'Kopieavstånd' },
  closestSynthetic: { en: 'Closest synthetic image', sv: 'Närmaste syntetiska bild' },
  closestControl: { en: 'Closest control image', sv: 'Närmaste kontrollbild' },
  medianSynthetic: { en: 'Median, synthetic', sv: 'Median, syntetiska' },
  medianControl: { en: 'Median, control', sv: 'Median, kontroll' },
  flagged: { en: 'Flagged images', sv: 'Flaggade bilder' },
  flaggedExpected: { en: 'Expected by chance', sv: 'Väntat av slumpen' },
  flaggedShareLow: { en: 'Flagged share, low end', sv: 'Andel flaggade, nedre' },
  flaggedShareHigh: { en: 'Flagged share, high end', sv: 'Andel flaggade, övre' },
  flaggingDistance: { en: 'Flagging distance', sv: 'Flaggningsavstånd' },
  pValue: { en: 'p', sv: 'p' },
  significance: { en: 'Significance', sv: 'Signifikans' },
  tailPeople: { en: 'People with an exceedance', sv: 'Personer med ett överskridande' },
  peopleInTail: { en: 'People with an exceedance', sv: 'Personer med ett överskridande' },
  relatives: { en: 'Relatives left out', sv: 'Utelämnade släktingar' },
  tailExponent: { en: 'Tail index (Hill)', sv: 'Svansindex (Hill)' },
  medianPlanted: { en: 'Median, canaries', sv: 'Median, kanariebilder' },
  farthestPlanted: { en: 'Farthest canary', sv: 'Mest avlägsna kanariebild' },
  forms: { en: 'Transformations tested', sv: 'Prövade omvandlingar' },
  refusedForms: { en: 'Transformations refused', sv: 'Stoppade omvandlingar' },
  worstForm: { en: 'Hardest transformation', sv: 'Svåraste omvandling' },
  worstShare: { en: 'Canaries found of it', sv: 'Funna kanariebilder av den' },
  combinationsShown: { en: 'Combinations shown', sv: 'Visade kombinationer' },
  combinationsTooSmall: { en: 'Combinations too small', sv: 'För små kombinationer' },
  imagesAffected: { en: 'Images affected', sv: 'Berörda bilder' },
  tooSmall: { en: 'Too small', sv: 'För små' },
  distanceRealReal: { en: 'Distance, real to real', sv: 'Avstånd, verkliga till verkliga' },
  distanceRealSynthetic: {
    en: 'Distance, real to synthetic',
    sv: 'Avstånd, verkliga till syntetiska',
  },
  images: { en: 'Images', sv: 'Bilder' },
  imagesNeeded: { en: 'Images needed', sv: 'Bilder som krävs' },
  dimensions: { en: 'Dimensions', sv: 'Dimensioner' },
  draws: { en: 'Draws', sv: 'Dragningar' },
  neighbours: { en: 'Neighbours', sv: 'Grannar' },
  coverageSynthetic: { en: 'Coverage, synthetic', sv: 'Täckning, syntetiska' },
  coverageReal: { en: 'Coverage, real', sv: 'Täckning, verkliga' },
  densitySynthetic: { en: 'Density, synthetic', sv: 'Täthet, syntetiska' },
  densityReal: { en: 'Density, real', sv: 'Täthet, verkliga' },
  thresholdHigh: { en: 'Upper limit', sv: 'Övre gräns' },
  worstGroup: { en: 'Worst-served group', sv: 'Sämst betjänade grupp' },
  worstGrade: { en: 'Worst grade', sv: 'Sämsta grad' },
  floor: { en: 'Floor of use', sv: 'Lägsta nivå för användning' },
  overFloor: {
    en: 'What the floor is compared with',
    sv: 'Det som jämförs med lägsta nivån',
  },
  isBelowFloor: { en: 'Below the floor of use', sv: 'Under lägsta nivån för användning' },
  worstSpace: { en: 'Worst space', sv: 'Sämsta rum' },
  methods: { en: 'Methods', sv: 'Metoder' },
  subsets: { en: 'Subsets', sv: 'Delmängder' },
  errorSynthetic: {
    en: 'Calibration error, trained on synthetic',
    sv: 'Kalibreringsfel, tränad på syntetiska',
  },
  errorReal: {
    en: 'Calibration error, trained on real',
    sv: 'Kalibreringsfel, tränad på verkliga',
  },
  temperatureSynthetic: {
    en: 'Temperature, trained on synthetic',
    sv: 'Temperatur, tränad på syntetiska',
  },
  temperatureReal: { en: 'Temperature, trained on real', sv: 'Temperatur, tränad på verkliga' },
  calibrationImages: { en: 'Images to calibrate on', sv: 'Bilder att kalibrera på' },
  setSizeSynthetic: {
    en: 'Grades per answer, trained on synthetic',
    sv: 'Grader per svar, tränad på syntetiska',
  },
  setSizeReal: {
    en: 'Grades per answer, trained on real',
    sv: 'Grader per svar, tränad på verkliga',
  },
  noiseSynthetic: { en: 'Noise, synthetic (HU)', sv: 'Brus, syntetiska (HU)' },
  noiseReal: { en: 'Noise, real (HU)', sv: 'Brus, verkliga (HU)' },
  lung: { en: 'Lung', sv: 'Lunga' },
  fat: { en: 'Fat', sv: 'Fett' },
  soft: { en: 'Soft tissue', sv: 'Mjukvävnad' },
  bone: { en: 'Bone', sv: 'Ben' },
  coverage: { en: 'Covered', sv: 'Täckt' },
  'in range': { en: 'in range', sv: 'inom gränserna' },
  'median synthetic': { en: 'median, synthetic (HU)', sv: 'median, syntetiska (HU)' },
  'median real': { en: 'median, real (HU)', sv: 'median, verkliga (HU)' },
  'median from': { en: 'real range from (HU)', sv: 'verkliga från (HU)' },
  'median to': { en: 'real range to (HU)', sv: 'verkliga till (HU)' },
  'precision synthetic': { en: 'precision, synthetic', sv: 'precision, syntetiska' },
  'precision real': { en: 'precision, real', sv: 'precision, verkliga' },
  'recall synthetic': { en: 'recall, synthetic', sv: 'återkallning, syntetiska' },
  'recall real': { en: 'recall, real', sv: 'återkallning, verkliga' },
  trainedOnSynthetic: { en: 'Trained on synthetic', sv: 'Tränad på syntetiska' },
  trainedOnReal: { en: 'Trained on real', sv: 'Tränad på verkliga' },
  worstSynthetic: { en: 'Worst of the seeds', sv: 'Sämsta fröet' },
  bestSynthetic: { en: 'Best of the seeds', sv: 'Bästa fröet' },
  seeds: { en: 'Seeds', sv: 'Slumpfrön' },
  testImages: { en: 'Test images', sv: 'Provbilder' },
  testPeople: { en: 'Test people', sv: 'Provpersoner' },
  grades: { en: 'Grades', sv: 'Grader' },
  gradesNotJudged: { en: 'Left out because of their grade', sv: 'Utelämnade för sin grads skull' },
  gradesTooSmall: { en: 'Grades with too few images', sv: 'Grader med för få bilder' },
  notFinite: { en: 'Not finite', sv: 'Inte ändliga' },
  outOfRange: { en: 'Out of range', sv: 'Utanför intervallet' },
  constant: { en: 'Empty', sv: 'Tomma' },
  duplicates: { en: 'Duplicates', sv: 'Dubbletter' },
  controlInTraining: {
    en: 'Control images found in training',
    sv: 'Kontrollbilder bland träningsbilderna',
  },
  peopleInTwoSplits: { en: 'People in two splits', sv: 'Personer i två delar' },
  syntheticImages: { en: 'Synthetic images', sv: 'Syntetiska bilder' },
  trainingImages: { en: 'Training images', sv: 'Träningsbilder' },
  trainingPeople: { en: 'People in the training split', sv: 'Personer i träningsdelen' },
  controlImages: { en: 'Control images', sv: 'Kontrollbilder' },
  controlPeople: { en: 'People in the control split', sv: 'Personer i kontrolldelen' },
  referenceImages: { en: 'Reference images', sv: 'Referensbilder' },
  referencePeople: { en: 'People in the reference split', sv: 'Personer i referensdelen' },
  found: { en: 'found', sv: 'funna' },
  needed: { en: 'needed', sv: 'krävs' },
  partsMisfit: { en: 'Parts do not fit', sv: 'Delar passar inte ihop' },
  otherSize: { en: 'Another size', sv: 'Annan storlek' },
  sizeUneven: { en: 'Unfit size', sv: 'Olämplig storlek' },
  sets: { en: 'sets', sv: 'mängder' },
  size: { en: 'pixels a side', sv: 'bildpunkter per sida' },
} satisfies Record<string, Words>;

/** What a detail says in words, and what some are counted for. */
export const valueWords = {
  nearest: { en: 'nearest image', sv: 'närmaste bild' },
  'five-nearest': { en: 'five nearest images', sv: 'de fem närmaste bilderna' },
  'median-radius': { en: 'within the median distance', sv: 'inom medianavståndet' },
  'percentile-radius': { en: 'within a small distance', sv: 'inom ett litet avstånd' },
  'density-ratio': { en: 'density ratio', sv: 'täthetskvot' },
  discriminator: { en: 'discriminator', sv: 'diskriminator' },
  'whole-person': { en: 'whole person', sv: 'hela personen' },
  'axes-15': { en: 'up to 15 axes', sv: 'upp till 15 axlar' },
  'axes-60': { en: 'up to 60 axes', sv: 'upp till 60 axlar' },
  'axes-200': { en: 'up to 200 axes', sv: 'upp till 200 axlar' },
  'axes-400': { en: 'up to 400 axes', sv: 'upp till 400 axlar' },
  mixture: { en: 'mixture of Gaussians', sv: 'blandning av normalfördelningar' },
  rare: { en: 'people in rare combinations', sv: 'personer med sällsynta märkningar' },
  outliers: { en: 'unusual people', sv: 'avvikande personer' },
  AUC: { en: 'AUC', sv: 'AUC' },
  TPR: { en: 'people found at 1% false alarms', sv: 'funna personer vid 1 % falsklarm' },
  patient: { en: 'person', sv: 'person' },
  contrastive: { en: 'trained space', sv: 'tränat rum' },
  random: { en: 'random space', sv: 'slumpmässigt rum' },
  radiomics: { en: 'measurable features', sv: 'mätbara egenskaper' },
  task: { en: 'task space', sv: 'uppgiftens rum' },
  full: { en: 'full recipe', sv: 'fullt recept' },
  brief: { en: 'short training', sv: 'kort träning' },
  narrow: { en: 'small network', sv: 'litet nätverk' },
  'one-window': { en: 'one window', sv: 'ett fönster' },
  coarse: { en: 'coarse pixels', sv: 'grova bildpunkter' },
  'lung-window': { en: 'lung window', sv: 'lungfönster' },
  synthetic: { en: 'synthetic', sv: 'syntetiska' },
  real: { en: 'real', sv: 'verkliga' },
  training: { en: 'training', sv: 'träning' },
  control: { en: 'control', sv: 'kontroll' },
  reference: { en: 'reference', sv: 'referens' },
  female: { en: 'women', sv: 'kvinnor' },
  male: { en: 'men', sv: 'män' },
  none: { en: 'none', sv: 'ingen' },
  mild: { en: 'mild', sv: 'lätt' },
  moderate: { en: 'moderate', sv: 'måttlig' },
  severe: { en: 'severe', sv: 'svår' },
  '50-54': { en: '50 to 54 years', sv: '50 till 54 år' },
  '55-59': { en: '55 to 59 years', sv: '55 till 59 år' },
  '60-64': { en: '60 to 64 years', sv: '60 till 64 år' },
} satisfies Record<CalciumGrade | Sex | AgeBand, Words> & Record<string, Words>;

/** Details that stand as sentences above the numbers (reasons.ts). */
const writtenOut = ['reason', 'reasonCode', 'problems'] as const;
type WrittenOut = (typeof writtenOut)[number];
export type DetailName = keyof typeof detailWords | 'made' | WrittenOut;
const isFurther = (name: string): boolean =>
  name !== 'made' && !writtenOut.some((each) => each === name);

/** Older files hold names that are gone; those stay as they are. */
export function wordFor(
  table: Readonly<Record<string, Words>>,
  name: string,
  locale: Locale,
): string {
  return table[name]?.[locale] ?? name;
}

/** The separators of lists: grades, and combinations of labels. */
const separators = /(, |; )/;
const wordsOfValues: Record<string, Words> = { ...canaryTransformations, ...valueWords };
const wordsOfDetails: Record<string, Words> = { ...valueWords, ...detailWords };

/** @returns a detail that is a name, or a list of them, in words; a dash for none */
export function nameValue(value: string, locale: Locale): string {
  return value === ''
    ? '–'
    : value
        .split(separators)
        .map((part) => wordFor(wordsOfValues, part, locale))
        .join('');
}

/**
 * @returns a check's further numbers by their names in words, but for those that stand as sentences
 */
export function detailsOf(
  { details }: CheckResult,
  locale: Locale,
): [name: string, value: string | number | boolean | null][] {
  const nameOf = (name: string): string => {
    const [first = '', ...rest] = name
      .split(': ')
      .map((part) => wordFor(wordsOfDetails, part, locale));
    return rest.length === 0
      ? first
      : [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(': ');
  };
  return Object.entries(details)
    .filter(([name]) => isFurther(name))
    .map(([name, value]) => [
      nameOf(name),
      typeof value === 'string' ? nameValue(value, locale) : value,
    ]);
}

/** @returns each part of a check's detail names, and of the names that they hold; has it words? */
export function detailParts({
  details,
}: Pick<CheckResult, 'details'>): { part: string; isKnown: boolean }[] {
  return Object.entries(details)
    .filter(([name]) => isFurther(name))
    .flatMap(([name, value]) => [
      ...name.split(': ').map((part) => ({ part, isKnown: part in wordsOfDetails })),
      ...(typeof value !== 'string' || value === ''
        ? []
        : value
            .split(separators)
            .filter((_, at) => at % 2 === 0)
            .map((part) => ({ part, isKnown: part in wordsOfValues }))),
    ]);
}
