import type { Locale } from './dto.ts';
import type { CheckResult, Evidence, GateCheck } from './evidence.ts';
import { gateTexts } from './gate-texts.ts';
import type { AgeBand, CalciumGrade, Sex } from './labels.ts';

/**
 * Checks that show how a measure is distributed, each with a title of its own: no two measure the
 * same.
 */
export const distributionChecks = [
  'copy-contrastive',
  'copy-pixel',
  'copy-spectrum',
  'attack-gan-leaks',
  'attack-monte-carlo',
  'attack-domias',
  'attack-surrogate',
  'attack-identity',
  'attack-vulnerable',
  'data-copying',
  'likelihood-gap',
  'hu-realism',
] as const satisfies GateCheck[];
export type DistributionCheck = (typeof distributionChecks)[number];

const suspicion = 'score: farther right is more suspected';

const en = {
  distributions: {
    'copy-contrastive': {
      title: 'From each image to the closest training image, by content',
      axis: 'distance',
    },
    'copy-pixel': {
      title: 'From each image to the closest training image, by pixel',
      axis: 'distance',
    },
    'copy-spectrum': {
      title: 'From each image to the closest training image, by spectrum',
      axis: 'distance',
    },
    'attack-gan-leaks': {
      title: 'How near the cohort comes to each person, beyond other people',
      axis: suspicion,
    },
    'attack-monte-carlo': {
      title: 'How many synthetic images lie around each person',
      axis: suspicion,
    },
    'attack-domias': {
      title: 'How much denser the cohort is around each person than people are',
      axis: suspicion,
    },
    'attack-surrogate': {
      title: 'How much each person looks like the cohort to the network',
      axis: suspicion,
    },
    'attack-identity': {
      title: 'How near one synthetic image comes to all images of each person',
      axis: suspicion,
    },
    'attack-vulnerable': {
      title: 'How near the cohort comes to each rare or unusual person',
      axis: suspicion,
    },
    'data-copying': {
      title: 'From each image to the closest training image, on the main axes',
      axis: 'distance',
    },
    'likelihood-gap': {
      title: 'How likely each person is under the cohort',
      axis: 'log-likelihood, nats per dimension',
    },
    'hu-realism': { title: 'Median grey of soft tissue in each image', axis: 'HU' },
  } satisfies Record<DistributionCheck, { title: string; axis: string }>,
  /** Charts of curves; a control is drawn into the chart of what it controls. */
  charts: {
    roc: 'People found against false alarms',
    gradeRead: 'Grade that a real-trained model reads, by claimed grade',
    ranking: 'Accuracy of each method',
    reliability: 'How often right, by stated certainty',
    spectrum: 'Power by fineness of detail (dB)',
    calcium: 'Mean share of calcium, by grade',
    calciumNone: 'None: share with at most so much',
    calciumMild: 'Mild: share with at most so much',
    calciumModerate: 'Moderate: share with at most so much',
    calciumSevere: 'Severe: share with at most so much',
    memorisationGap: 'Training people favoured over others, in standard errors',
    likelihoodGap: 'Likelihood gap: below 0 is nearer to those learned from',
    discriminatorGap: 'Discriminator’s gap, in standard errors',
    privacySpent: 'Epsilon for each patient, by training step',
  },
  axes: {
    grade: 'grade (0 none to 3 severe)',
    calciumShare: 'calcium, as a share of the heart region',
    accuracyReal: 'accuracy, trained on real',
    confidence: 'stated certainty',
    frequency: 'waves per pixel',
    falsePositives: 'false alarms, logarithmic',
    step: 'step',
  },
  lines: {
    synthetic: 'synthetic',
    control: 'other real people',
    planted: 'planted copies',
    members: 'training people',
    nonMembers: 'other real people',
    real: 'real',
    none: 'none',
    mild: 'mild',
    moderate: 'moderate',
    severe: 'severe',
    accuracySynthetic: 'accuracy, trained on synthetic',
    roc: 'the attack',
    rocControl: 'control: training people against training people',
    memorisationGap: 'memorisation',
    likelihoodGap: 'likelihood gap',
    discriminatorGap: 'discriminator gap',
    epsilon: 'epsilon',
  },
  run: 'run {number}',
  /** Further numbers, by the parts of their names: "lung: median real" has two. */
  details: {
    copiesReleasedBefore: 'Of them in cohorts released before',
    variant: 'Variant that says most',
    failsBy: 'Fails by',
    upperLimit: 'Limit of the upper bound',
    isConclusive: 'Upper bound below the limit',
    truePositives: 'Found at 1 % false alarms',
    truePositivesLow: 'Found at 1 %, low end',
    truePositivesHigh: 'Found at 1 %, high end',
    truePositivesP: 'p of those found',
    falsePositives: 'False alarms in truth',
    truePositivesPerMille: 'Found at 0.1 % false alarms',
    truePositivesPerMilleLow: 'Found at 0.1 %, low end',
    truePositivesPerMilleHigh: 'Found at 0.1 %, high end',
    falsePositivesPerMille: 'False alarms in truth, at 0.1 %',
    controlLow: 'Training against training, low end',
    controlHigh: 'Training against training, high end',
    isInsideControl: 'Within that band',
    members: 'Training people',
    nonMembers: 'Control people',
    peopleNeeded: 'People needed',
    detectableAuc: 'AUC that would be seen in nine of ten runs',
    rarePeople: 'People in rare combinations',
    outlyingPeople: 'Outliers',
    rareCopied: 'Rare people copied',
    outliersCopied: 'Outliers copied',
    groupsTooSmall: 'Groups too small to test',
    likelihoodGap: 'Gap (nats per dimension)',
    dataCopyingZ: 'z over all cells',
    worstCellZ: 'z of the worst cell',
    cells: 'Cells',
    imagesLeftOut: 'Images in cells too small to test',
    identifiableMembers: 'Identifiable, training people',
    identifiableControl: 'Identifiable, others',
    authentic: 'Their own, synthetic',
    authenticControl: 'Their own, other people',
    successTraining: 'Success on training people',
    successControl: 'Success on others',
    successNaive: 'Success of guessing',
    isStrongerThanNaive: 'Better than guessing',
    attacks: 'Attacks',
    attacksControl: 'Attacks on others',
    runs: 'Training runs',
    isRecorded: 'Recorded by training',
    epsilon: 'Epsilon',
    delta: 'Delta',
    privacyUnit: 'Counted for each',
    copies: 'Copies',
    copyDistance: 'Copy distance',
    closestSynthetic: 'Closest synthetic image',
    closestControl: 'Closest control image',
    medianSynthetic: 'Median, synthetic',
    medianControl: 'Median, control',
    flagged: 'Flagged images',
    flaggedExpected: 'Expected by chance',
    flaggedShareLow: 'Flagged share, low end',
    flaggedShareHigh: 'Flagged share, high end',
    flaggingDistance: 'Flagging distance',
    pValue: 'p',
    significance: 'Significance',
    tailPeople: 'People in the tail',
    peopleInTail: 'People in the tail',
    tailExponent: 'Tail exponent',
    medianPlanted: 'Median, planted',
    farthestPlanted: 'Farthest planted',
    forms: 'Forms planted',
    refusedForms: 'Forms refused',
    worstForm: 'Hardest form',
    worstShare: 'Caught of it',
    combinationsShown: 'Combinations shown',
    combinationsTooSmall: 'Combinations too small',
    imagesAffected: 'Images affected',
    tooSmall: 'Too small',
    distanceRealReal: 'Distance, real to real',
    distanceRealSynthetic: 'Distance, real to synthetic',
    images: 'Images',
    imagesNeeded: 'Images needed',
    dimensions: 'Dimensions',
    draws: 'Draws',
    neighbours: 'Neighbours',
    coverageSynthetic: 'Coverage, synthetic',
    coverageReal: 'Coverage, real',
    densitySynthetic: 'Density, synthetic',
    densityReal: 'Density, real',
    thresholdHigh: 'Upper limit',
    worstGroup: 'Worst-served group',
    worstGrade: 'Worst grade',
    worstSpace: 'Worst space',
    methods: 'Methods',
    subsets: 'Subsets',
    errorSynthetic: 'Calibration error, trained on synthetic',
    errorReal: 'Calibration error, trained on real',
    temperatureSynthetic: 'Temperature, trained on synthetic',
    temperatureReal: 'Temperature, trained on real',
    calibrationImages: 'Images to calibrate on',
    setSizeSynthetic: 'Grades per answer, trained on synthetic',
    setSizeReal: 'Grades per answer, trained on real',
    noiseSynthetic: 'Noise, synthetic (HU)',
    noiseReal: 'Noise, real (HU)',
    lung: 'Lung',
    fat: 'Fat',
    soft: 'Soft tissue',
    bone: 'Bone',
    coverage: 'Covered',
    'in range': 'in range',
    'median synthetic': 'median, synthetic (HU)',
    'median real': 'median, real (HU)',
    'median from': 'real range from (HU)',
    'median to': 'real range to (HU)',
    'precision synthetic': 'precision, synthetic',
    'precision real': 'precision, real',
    'recall synthetic': 'recall, synthetic',
    'recall real': 'recall, real',
    trainedOnSynthetic: 'Trained on synthetic',
    trainedOnReal: 'Trained on real',
    worstSynthetic: 'Worst of the seeds',
    bestSynthetic: 'Best of the seeds',
    seeds: 'Seeds',
    testImages: 'Test images',
    testPeople: 'Test people',
    grades: 'Grades',
    gradesNotJudged: 'Left out because of their grade',
    gradesTooSmall: 'Grades with too few images',
    notFinite: 'Not finite',
    outOfRange: 'Out of range',
    constant: 'Empty',
    duplicates: 'Duplicates',
    controlInTraining: 'Control images found in training',
    peopleInTwoSplits: 'People in two splits',
    syntheticImages: 'Synthetic images',
    trainingImages: 'Training images',
    trainingPeople: 'People in the training split',
    controlImages: 'Control images',
    controlPeople: 'People in the control split',
    referenceImages: 'Reference images',
    referencePeople: 'People in the reference split',
    found: 'found',
    needed: 'needed',
    partsMisfit: 'Parts do not fit',
    otherSize: 'Another size',
    sizeUneven: 'Unfit size',
    sets: 'sets',
    size: 'pixels a side',
  },
  /** What a detail says in words, and what some are counted for. */
  values: {
    nearest: 'nearest image',
    'five-nearest': 'five nearest images',
    'median-radius': 'within the median distance',
    'percentile-radius': 'within a small distance',
    'density-ratio': 'density ratio',
    discriminator: 'discriminator',
    'whole-person': 'whole person',
    mixture: 'mixture of Gaussians',
    rare: 'people in rare combinations',
    outliers: 'unusual people',
    AUC: 'AUC',
    TPR: 'people found at 1 % false alarms',
    patient: 'patient',
    contrastive: 'trained space',
    random: 'random space',
    radiomics: 'measurable features',
    task: 'task space',
    full: 'full recipe',
    brief: 'short training',
    narrow: 'small network',
    'one-window': 'one window',
    coarse: 'coarse pixels',
    'lung-window': 'lung window',
    synthetic: 'synthetic',
    real: 'real',
    training: 'training',
    control: 'control',
    reference: 'reference',
    female: 'women',
    male: 'men',
    none: 'none',
    mild: 'mild',
    moderate: 'moderate',
    severe: 'severe',
    '50-54': '50 to 54 years',
    '55-59': '55 to 59 years',
    '60-64': '60 to 64 years',
  } satisfies Record<CalciumGrade | Sex | AgeBand, string> & Record<string, string>,
};

const suspicionSv = 'poäng: längre åt höger är mer misstänkt';

const sv: typeof en = {
  distributions: {
    'copy-contrastive': {
      title: 'Från varje bild till närmaste träningsbild, efter innehåll',
      axis: 'avstånd',
    },
    'copy-pixel': {
      title: 'Från varje bild till närmaste träningsbild, bildpunkt för bildpunkt',
      axis: 'avstånd',
    },
    'copy-spectrum': {
      title: 'Från varje bild till närmaste träningsbild, efter spektrum',
      axis: 'avstånd',
    },
    'attack-gan-leaks': {
      title: 'Hur nära varje person kohorten kommer, utöver andra personer',
      axis: suspicionSv,
    },
    'attack-monte-carlo': {
      title: 'Hur många syntetiska bilder som ligger kring varje person',
      axis: suspicionSv,
    },
    'attack-domias': {
      title: 'Hur mycket tätare kohorten är kring varje person än människor är',
      axis: suspicionSv,
    },
    'attack-surrogate': {
      title: 'Hur mycket varje person liknar kohorten för nätet',
      axis: suspicionSv,
    },
    'attack-identity': {
      title: 'Hur nära alla bilder av varje person en syntetisk bild kommer',
      axis: suspicionSv,
    },
    'attack-vulnerable': {
      title: 'Hur nära varje sällsynt eller ovanlig person kohorten kommer',
      axis: suspicionSv,
    },
    'data-copying': {
      title: 'Från varje bild till närmaste träningsbild, längs huvudaxlarna',
      axis: 'avstånd',
    },
    'likelihood-gap': {
      title: 'Hur sannolik varje person är under kohorten',
      axis: 'log-sannolikhet, nat per dimension',
    },
    'hu-realism': { title: 'Mjukvävnadens mediangråvärde i varje bild', axis: 'HU' },
  },
  charts: {
    roc: 'Funna personer mot falsklarm',
    gradeRead: 'Grad som en modell tränad på verkliga bilder läser av, efter uppgiven',
    ranking: 'Varje metods träffsäkerhet',
    reliability: 'Hur ofta rätt, efter angiven säkerhet',
    spectrum: 'Styrka efter detaljernas finhet (dB)',
    calcium: 'Genomsnittlig andel kalk, efter grad',
    calciumNone: 'Ingen: andel med högst så mycket',
    calciumMild: 'Lätt: andel med högst så mycket',
    calciumModerate: 'Måttlig: andel med högst så mycket',
    calciumSevere: 'Svår: andel med högst så mycket',
    memorisationGap: 'Hur träningspersoner gynnas framför andra, i medelfel',
    likelihoodGap: 'Sannolikhetsgap: under 0 är närmare dem den lär av',
    discriminatorGap: 'Diskriminatorns gap, i medelfel',
    privacySpent: 'Epsilon per patient, efter träningssteg',
  },
  axes: {
    grade: 'grad (0 ingen till 3 svår)',
    calciumShare: 'kalk, som andel av hjärtområdet',
    accuracyReal: 'träffsäkerhet, tränad på verkliga',
    confidence: 'angiven säkerhet',
    frequency: 'vågor per bildpunkt',
    falsePositives: 'falsklarm, logaritmiskt',
    step: 'steg',
  },
  lines: {
    synthetic: 'syntetiska',
    control: 'andra verkliga personer',
    planted: 'planterade kopior',
    members: 'träningspersoner',
    nonMembers: 'andra verkliga personer',
    real: 'verkliga',
    none: 'ingen',
    mild: 'lätt',
    moderate: 'måttlig',
    severe: 'svår',
    accuracySynthetic: 'träffsäkerhet, tränad på syntetiska',
    roc: 'angreppet',
    rocControl: 'kontroll: träningspersoner mot träningspersoner',
    memorisationGap: 'memorering',
    likelihoodGap: 'sannolikhetsgap',
    discriminatorGap: 'diskriminatorgap',
    epsilon: 'epsilon',
  },
  run: 'körning {number}',
  details: {
    copiesReleasedBefore: 'Varav i tidigare utlämnade kohorter',
    variant: 'Variant som säger mest',
    failsBy: 'Underkänns genom',
    upperLimit: 'Gräns för övre ändpunkten',
    isConclusive: 'Övre ändpunkten under gränsen',
    truePositives: 'Funna vid 1 % falsklarm',
    truePositivesLow: 'Funna vid 1 %, nedre',
    truePositivesHigh: 'Funna vid 1 %, övre',
    truePositivesP: 'p för de funna',
    falsePositives: 'Falsklarm i verkligheten',
    truePositivesPerMille: 'Funna vid 0,1 % falsklarm',
    truePositivesPerMilleLow: 'Funna vid 0,1 %, nedre',
    truePositivesPerMilleHigh: 'Funna vid 0,1 %, övre',
    falsePositivesPerMille: 'Falsklarm i verkligheten, vid 0,1 %',
    controlLow: 'Träning mot träning, nedre',
    controlHigh: 'Träning mot träning, övre',
    isInsideControl: 'Inom det bandet',
    members: 'Träningspersoner',
    nonMembers: 'Kontrollpersoner',
    peopleNeeded: 'Personer som krävs',
    detectableAuc: 'AUC som skulle synas i nio körningar av tio',
    rarePeople: 'Personer med sällsynta märkningar',
    outlyingPeople: 'Avvikande personer',
    rareCopied: 'Sällsynta personer som kopierats',
    outliersCopied: 'Avvikande personer som kopierats',
    groupsTooSmall: 'Grupper för små att pröva',
    likelihoodGap: 'Gap (nat per dimension)',
    dataCopyingZ: 'z över alla celler',
    worstCellZ: 'z i den sämsta cellen',
    cells: 'Celler',
    imagesLeftOut: 'Bilder i celler för små att pröva',
    identifiableMembers: 'Identifierbara, träningspersoner',
    identifiableControl: 'Identifierbara, andra',
    authentic: 'Sina egna, syntetiska',
    authenticControl: 'Sina egna, andra personer',
    successTraining: 'Träffar på träningspersoner',
    successControl: 'Träffar på andra',
    successNaive: 'Träffar genom gissning',
    isStrongerThanNaive: 'Bättre än gissning',
    attacks: 'Angrepp',
    attacksControl: 'Angrepp på andra',
    runs: 'Träningskörningar',
    isRecorded: 'Antecknat av träningen',
    epsilon: 'Epsilon',
    delta: 'Delta',
    privacyUnit: 'Räknas per',
    copies: 'Kopior',
    copyDistance: 'Kopieavstånd',
    closestSynthetic: 'Närmaste syntetiska bild',
    closestControl: 'Närmaste kontrollbild',
    medianSynthetic: 'Median, syntetiska',
    medianControl: 'Median, kontroll',
    flagged: 'Flaggade bilder',
    flaggedExpected: 'Väntat av slumpen',
    flaggedShareLow: 'Andel flaggade, nedre',
    flaggedShareHigh: 'Andel flaggade, övre',
    flaggingDistance: 'Flaggningsavstånd',
    pValue: 'p',
    significance: 'Signifikans',
    tailPeople: 'Personer i svansen',
    peopleInTail: 'Personer i svansen',
    tailExponent: 'Svansens exponent',
    medianPlanted: 'Median, planterade',
    farthestPlanted: 'Mest avlägsna planterade',
    forms: 'Planterade former',
    refusedForms: 'Stoppade former',
    worstForm: 'Svåraste form',
    worstShare: 'Fångat av den',
    combinationsShown: 'Visade kombinationer',
    combinationsTooSmall: 'För små kombinationer',
    imagesAffected: 'Berörda bilder',
    tooSmall: 'För små',
    distanceRealReal: 'Avstånd, verkliga till verkliga',
    distanceRealSynthetic: 'Avstånd, verkliga till syntetiska',
    images: 'Bilder',
    imagesNeeded: 'Bilder som krävs',
    dimensions: 'Dimensioner',
    draws: 'Dragningar',
    neighbours: 'Grannar',
    coverageSynthetic: 'Täckning, syntetiska',
    coverageReal: 'Täckning, verkliga',
    densitySynthetic: 'Täthet, syntetiska',
    densityReal: 'Täthet, verkliga',
    thresholdHigh: 'Övre gräns',
    worstGroup: 'Sämst betjänade grupp',
    worstGrade: 'Sämsta grad',
    worstSpace: 'Sämsta rum',
    methods: 'Metoder',
    subsets: 'Delmängder',
    errorSynthetic: 'Kalibreringsfel, tränad på syntetiska',
    errorReal: 'Kalibreringsfel, tränad på verkliga',
    temperatureSynthetic: 'Temperatur, tränad på syntetiska',
    temperatureReal: 'Temperatur, tränad på verkliga',
    calibrationImages: 'Bilder att kalibrera på',
    setSizeSynthetic: 'Grader per svar, tränad på syntetiska',
    setSizeReal: 'Grader per svar, tränad på verkliga',
    noiseSynthetic: 'Brus, syntetiska (HU)',
    noiseReal: 'Brus, verkliga (HU)',
    lung: 'Lunga',
    fat: 'Fett',
    soft: 'Mjukvävnad',
    bone: 'Ben',
    coverage: 'Täckt',
    'in range': 'inom gränserna',
    'median synthetic': 'median, syntetiska (HU)',
    'median real': 'median, verkliga (HU)',
    'median from': 'verkliga från (HU)',
    'median to': 'verkliga till (HU)',
    'precision synthetic': 'precision, syntetiska',
    'precision real': 'precision, verkliga',
    'recall synthetic': 'återkallning, syntetiska',
    'recall real': 'återkallning, verkliga',
    trainedOnSynthetic: 'Tränad på syntetiska',
    trainedOnReal: 'Tränad på verkliga',
    worstSynthetic: 'Sämsta fröet',
    bestSynthetic: 'Bästa fröet',
    seeds: 'Slumpfrön',
    testImages: 'Provbilder',
    testPeople: 'Provpersoner',
    grades: 'Grader',
    gradesNotJudged: 'Utelämnade för sin grads skull',
    gradesTooSmall: 'Grader med för få bilder',
    notFinite: 'Inte ändliga',
    outOfRange: 'Utanför intervallet',
    constant: 'Tomma',
    duplicates: 'Dubbletter',
    controlInTraining: 'Kontrollbilder bland träningsbilderna',
    peopleInTwoSplits: 'Personer i två delar',
    syntheticImages: 'Syntetiska bilder',
    trainingImages: 'Träningsbilder',
    trainingPeople: 'Personer i träningsdelen',
    controlImages: 'Kontrollbilder',
    controlPeople: 'Personer i kontrolldelen',
    referenceImages: 'Referensbilder',
    referencePeople: 'Personer i referensdelen',
    found: 'funna',
    needed: 'krävs',
    partsMisfit: 'Delar passar inte ihop',
    otherSize: 'Annan storlek',
    sizeUneven: 'Olämplig storlek',
    sets: 'mängder',
    size: 'bildpunkter per sida',
  },
  values: {
    nearest: 'närmaste bild',
    'five-nearest': 'de fem närmaste bilderna',
    'median-radius': 'inom medianavståndet',
    'percentile-radius': 'inom ett litet avstånd',
    'density-ratio': 'täthetskvot',
    discriminator: 'diskriminator',
    'whole-person': 'hela personen',
    mixture: 'blandning av normalfördelningar',
    rare: 'personer med sällsynta märkningar',
    outliers: 'avvikande personer',
    AUC: 'AUC',
    TPR: 'funna personer vid 1 % falsklarm',
    patient: 'patient',
    contrastive: 'tränat rum',
    random: 'slumpmässigt rum',
    radiomics: 'mätbara egenskaper',
    task: 'uppgiftens rum',
    full: 'fullt recept',
    brief: 'kort träning',
    narrow: 'litet nätverk',
    'one-window': 'ett fönster',
    coarse: 'grova bildpunkter',
    'lung-window': 'lungfönster',
    synthetic: 'syntetiska',
    real: 'verkliga',
    training: 'träning',
    control: 'kontroll',
    reference: 'referens',
    female: 'kvinnor',
    male: 'män',
    none: 'ingen',
    mild: 'lätt',
    moderate: 'måttlig',
    severe: 'svår',
    '50-54': '50 till 54 år',
    '55-59': '55 till 59 år',
    '60-64': '60 till 64 år',
  },
};

/**
 * Words for every name that the gate writes into its evidence: a closed list, which its own test
 * holds the gate to.
 */
export const gateNames: Record<Locale, typeof en> = { en, sv };
export type DetailName = keyof typeof en.details | 'made' | WrittenOut;

/** Details that stand as sentences above the numbers (gate-reasons.ts). */
const writtenOut = ['reason', 'reasonCode', 'problems'] as const;
type WrittenOut = (typeof writtenOut)[number];
const isFurther = (name: string): boolean =>
  name !== 'made' && !writtenOut.some((each) => each === name);

/** Older files hold names that are gone; those stay as they are. */
export function wordFor(words: Readonly<Record<string, string>>, name: string): string {
  return words[name] ?? name;
}

/** The separators of lists: grades, and combinations of labels. */
const separators = /(, |; )/;
const wordsOfValues = (locale: Locale): Record<string, string> => ({
  ...gateTexts[locale].forms,
  ...gateNames[locale].values,
});
const wordsOfDetails = (locale: Locale): Record<string, string> => ({
  ...gateNames[locale].values,
  ...gateNames[locale].details,
});

/** @returns a detail that is a name, or a list of them, in words; a dash for none */
export function nameValue(value: string, locale: Locale): string {
  const words = wordsOfValues(locale);
  return value === ''
    ? '–'
    : value
        .split(separators)
        .map((part) => wordFor(words, part))
        .join('');
}

/**
 * @returns a check's further numbers by their names in words, but for those that stand as sentences
 */
export function detailsOf(
  { details }: CheckResult,
  locale: Locale,
): [name: string, value: string | number | boolean | null][] {
  const words = wordsOfDetails(locale);
  const nameOf = (name: string): string => {
    const [first = '', ...rest] = name.split(': ').map((part) => wordFor(words, part));
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

/**
 * @returns the chart of a curve, shared by its control and by the same curve of other runs; its
 * line there; and its run, where there are several
 */
export function placeOf({ name, y }: Pick<CheckResult['curves'][number], 'name' | 'y'>): {
  chart: string;
  line: string;
  run: string | undefined;
} {
  const [, chart = name, control = '', run] = /^(\w+?)(Control)?(?: (\d+))?$/.exec(name) ?? [];
  return { chart, line: chart + control in en.lines ? chart + control : y.name, run };
}

/** For the tests: names in an evidence file that have no words. */
export function unnamedIn({ checks }: Pick<Evidence, 'checks'>): string[] {
  const { distributions, charts, axes, lines } = en;
  const [values, details] = [wordsOfValues('en'), wordsOfDetails('en')];
  return checks.flatMap((result) => [
    ...(result.histograms.length > 0 && !(result.check in distributions)
      ? [`distribution of ${result.check}`]
      : []),
    ...[
      ...result.histograms.map(({ name }) => name),
      ...result.curves.map((curve) => placeOf(curve).line),
    ].filter((name) => !(name in lines)),
    ...result.curves.map(({ x }) => x.name).filter((name) => !(name in axes)),
    ...result.curves.map((curve) => placeOf(curve).chart).filter((name) => !(name in charts)),
    ...Object.entries(result.details)
      .filter(([name]) => isFurther(name))
      .flatMap(([name, value]) => [
        ...name.split(': ').filter((part) => !(part in details)),
        ...(typeof value !== 'string' || value === ''
          ? []
          : value.split(separators).filter((part, at) => at % 2 === 0 && !(part in values))),
      ]),
  ]);
}
