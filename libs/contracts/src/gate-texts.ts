import type { Locale } from './dto.ts';
import type {
  CheckResult,
  GateCheck,
  GateThresholds,
  GateVerdict,
  PlantedForm,
} from './evidence.ts';

const en = {
  verdicts: {
    passed: 'passed',
    'passed-method-development-only': 'passed, method development only',
    refused: 'refused',
    void: 'void',
  } satisfies Record<GateVerdict, string>,
  verdictTexts: {
    passed:
      'No leak was found, and the cohort resembles the real one closely enough for any use under the terms.',
    'passed-method-development-only':
      'No leak was found, but the cohort does not resemble the real one closely enough: results from it say nothing about patients. It may be released for method development.',
    refused: 'The gate found what could be a leak of a real person, and stops the cohort.',
    void: 'The gate did not catch the leaks it had planted itself, so its verdict counts for nothing.',
  } satisfies Record<GateVerdict, string>,
  checkVerdicts: { pass: 'pass', fail: 'fail', report: 'for information' } satisfies Record<
    CheckResult['verdict'],
    string
  >,
  passesWhen: {
    'at-least': 'at least',
    'at-most': 'at most',
    equal: 'equal to',
    between: 'between',
    and: 'and',
  },
  checks: {
    input: {
      name: 'Input',
      text: 'The splits share no person, and no image is broken, empty or a duplicate.',
    },
    'self-test': {
      name: 'Planted leaks',
      text: 'Share of planted copies that the search caught, over all forms.',
    },
    'copy-contrastive': {
      name: 'Copies by content',
      text: 'Images that lie closer to a training image than images of other real people ever do, in a space that ignores noise, shift and contrast.',
    },
    'copy-pixel': {
      name: 'Copies by pixel',
      text: 'The same question, pixel by pixel, whatever the shift.',
    },
    'copy-spectrum': {
      name: 'Copies by spectrum',
      text: 'The same question of the waves that a picture is made of, its noise among them, wherever in the picture they lie.',
    },
    'attack-gan-leaks': {
      name: 'Attack: nearest neighbour',
      text: 'Does the cohort come nearer to training people than to people it was never shown, beyond how near other real people come? 50 % is blind.',
    },
    'attack-monte-carlo': {
      name: 'Attack: crowd around a person',
      text: 'Do more synthetic images gather around the images of training people than of others?',
    },
    'attack-domias': {
      name: 'Attack: density ratio',
      text: 'Is the cohort dense where people in general are not?',
    },
    'attack-surrogate': {
      name: 'Attack: stand-in discriminator',
      text: 'A small network learns to tell the cohort from other real people, and then ranks training people.',
    },
    'attack-identity': {
      name: 'Attack: the whole person',
      text: 'Does any synthetic image come near to all images of one person at once?',
    },
    'attack-vulnerable': {
      name: 'Attack: rare and unusual people',
      text: 'The nearest-neighbour attack on people in rare label combinations and on outliers alone, who are the easiest to find.',
    },
    'data-copying': {
      name: 'Data copying',
      text: 'Do synthetic images lie nearer to training images than real people’s do, in any part of the space? Far below 0 is copying.',
    },
    identifiability: {
      name: 'Identifiability',
      text: 'More training people than others lie nearer to a synthetic image than to another training person: the difference.',
    },
    authenticity: {
      name: 'Authenticity',
      text: 'Are fewer synthetic images their own than images of other real people are? The difference.',
    },
    'likelihood-gap': {
      name: 'Likelihood gap',
      text: 'Are training people likelier than others under the cohort’s distribution?',
    },
    'singling-out': {
      name: 'Singling out',
      text: 'How often does a synthetic image point at exactly one training person, beyond how often it points at exactly one other person?',
    },
    linkability: {
      name: 'Linkability',
      text: 'How often does the cohort join two halves of a training person’s image, beyond how often it joins another person’s?',
    },
    inference: {
      name: 'Inference',
      text: 'How much better does the cohort tell the calcium grade of a training person than of another?',
    },
    memorisation: {
      name: 'Memorisation during training',
      text: 'What the training itself recorded: how far it favoured the people it saw, and the privacy budget (epsilon for each patient) where it was trained with one. For the people who decide.',
    },
    cells: {
      name: 'Enough people behind each label',
      text: 'Fewest people of the training split behind any combination of labels that the cohort shows.',
    },
    'frechet-contrastive': {
      name: 'Fréchet distance, trained space',
      text: 'Distance of the real from the real, divided by that of the real from the synthetic: 1 means as like as real people are.',
    },
    'frechet-random': {
      name: 'Fréchet distance, random space',
      text: 'The same in a space that was not trained on these images.',
    },
    coverage: {
      name: 'Coverage',
      text: 'Share of real images that have a synthetic one nearby, in the worst of the four spaces: falls when the generator forgets kinds of people.',
    },
    density: {
      name: 'Density',
      text: 'How closely synthetic images lie to real ones, in the worst of the four spaces: too low is unlike, too high is crowding.',
    },
    utility: {
      name: 'Train on synthetic, test on real',
      text: 'Accuracy of a model trained on the cohort, as a share of one trained on real images.',
    },
    'frechet-radiomics': {
      name: 'Fréchet distance, measurable features',
      text: 'The same for what a person can name: area and grey of each organ, texture, and noise by frequency.',
    },
    'frechet-task': {
      name: 'Fréchet distance, task space',
      text: 'The same in what a calcium classifier trained on real images looks at.',
    },
    kid: {
      name: 'Kernel distance',
      text: 'A second distance between the two clouds of images, fair also for few images. Compare with real against real.',
    },
    'precision-recall': {
      name: 'Precision and recall',
      text: 'The lowest recall of the four spaces: the share of real images that lie among the synthetic ones. A generator that makes few kinds of images has a low one.',
    },
    vendi: {
      name: 'Variety within each grade',
      text: 'How many images truly differ from each other, in the grade and the space where that is lowest, as a share of the real number.',
    },
    'hu-realism': {
      name: 'Grey values of the organs',
      text: 'Share of synthetic images whose lung, fat, soft tissue and bone all have the grey values (HU) that real images have.',
    },
    'noise-texture': {
      name: 'Noise and texture',
      text: 'How far the power at fine detail lies from that of real images, in decibels.',
    },
    'calcium-score': {
      name: 'Calcium by grade',
      text: 'Difference between the calcium seen in synthetic and in training images of one grade, the grade where it exceeds that of other real people by most. Calcium is the share of bright pixels (above 130 HU) in the heart region of one small image, not a clinical Agatston score.',
    },
    'subgroup-gap': {
      name: 'Fair to sexes and ages',
      text: 'How much accuracy the worst-served sex or age band loses beyond what everyone loses when real images are replaced by synthetic ones.',
    },
    ranking: {
      name: 'Same choice of method',
      text: 'Do six methods trained on the cohort come in the same order as when trained on real images? 1 is the same order, 0 is no relation.',
    },
    calibration: {
      name: 'Trust in stated certainty',
      text: 'How much further a model trained on the cohort is from meaning what it says (90 % sure should be right nine times of ten) than one trained on real images.',
    },
    conformal: {
      name: 'Answers with a guarantee',
      text: 'Share of real people whose true grade is among the answers of a model that was allowed to miss one in ten, set on real people inside the lab.',
    },
    'label-consistency': {
      name: 'Labels show in the image',
      text: 'Share of synthetic images whose calcium grade a model trained on real images confirms.',
    },
  } satisfies Record<GateCheck, { name: string; text: string }>,
  thresholds: {
    falseAlarmQuantile: 'Share of control images allowed beyond the flagging distance',
    copySignificance: 'Chance that the copy search refuses a clean cohort',
    privacySignificance: 'Chance that the attacks and distance tests refuse a clean cohort',
    attackAuc: 'Greatest upper bound of an attack’s AUC',
    attackTruePositives: 'Greatest upper bound of true positives at 1 % false ones',
    dataCopyingZ: 'Least z of the data-copying test',
    neighbourDifference: 'Greatest difference of identifiability and authenticity',
    attributedRisk: 'Greatest risk of singling out, linking and inferring',
    plantedShare: 'Share of planted copies in the self-test',
    minimumCell: 'Fewest people behind a combination of labels',
    frechetRatio: 'Least Fréchet ratio',
    coverageRatio: 'Least coverage ratio',
    densityRatioLow: 'Least density ratio',
    densityRatioHigh: 'Greatest density ratio',
    utilityRatio: 'Least accuracy ratio',
    labelConsistency: 'Least share of confirmed labels',
    vendiRatio: 'Least variety within a grade',
    huRealism: 'Least share with the grey values of a CT',
    subgroupGap: 'Greatest extra loss of a sex or age band',
    rankingFidelity: 'Least agreement on the order of methods',
  } satisfies Record<keyof GateThresholds, string>,
  forms: {
    exact: 'exact',
    noisy: 'with noise',
    shifted: 'shifted',
    contrast: 'contrast changed',
    flipped: 'mirrored',
    rotated: 'turned a few degrees',
    zoomed: 'cropped and enlarged',
    blended: 'blended with another person',
    'one-person': 'one image of one person',
  } satisfies Record<PlantedForm, string>,
};

const sv: typeof en = {
  verdicts: {
    passed: 'klarade',
    'passed-method-development-only': 'klarade, endast metodutveckling',
    refused: 'stoppad',
    void: 'ogiltig',
  },
  verdictTexts: {
    passed:
      'Ingen läcka hittades, och kohorten liknar den verkliga tillräckligt för allt som villkoren tillåter.',
    'passed-method-development-only':
      'Ingen läcka hittades, men kohorten liknar inte den verkliga tillräckligt: resultat från den säger inget om patienter. Den får lämnas ut för metodutveckling.',
    refused: 'Spärren fann något som kan vara en läcka av en verklig person, och stoppar kohorten.',
    void: 'Spärren fångade inte de läckor som den själv hade planterat, så dess utslag räknas inte.',
  },
  checkVerdicts: { pass: 'klarade', fail: 'klarade inte', report: 'för kännedom' },
  passesWhen: {
    'at-least': 'minst',
    'at-most': 'högst',
    equal: 'lika med',
    between: 'mellan',
    and: 'och',
  },
  checks: {
    input: {
      name: 'Underlag',
      text: 'Delarna har ingen person gemensam, och ingen bild är trasig, tom eller dubblerad.',
    },
    'self-test': {
      name: 'Planterade läckor',
      text: 'Andel planterade kopior som sökningen fångade, över alla former.',
    },
    'copy-contrastive': {
      name: 'Kopior efter innehåll',
      text: 'Bilder som ligger närmare en träningsbild än andra verkliga personers bilder någonsin gör, i ett rum som bortser från brus, förskjutning och kontrast.',
    },
    'copy-pixel': {
      name: 'Kopior bildpunkt för bildpunkt',
      text: 'Samma fråga bildpunkt för bildpunkt, oavsett förskjutning.',
    },
    'copy-spectrum': {
      name: 'Kopior efter spektrum',
      text: 'Samma fråga om de vågor som bilden består av, bruset bland dem, var i bilden de än ligger.',
    },
    'attack-gan-leaks': {
      name: 'Angrepp: närmaste granne',
      text: 'Kommer kohorten närmare träningspersoner än personer som den aldrig sett, utöver hur nära andra verkliga personer kommer? 50 % är blint.',
    },
    'attack-monte-carlo': {
      name: 'Angrepp: trängsel kring en person',
      text: 'Samlas fler syntetiska bilder kring träningspersoners bilder än kring andras?',
    },
    'attack-domias': {
      name: 'Angrepp: täthetskvot',
      text: 'Är kohorten tät där människor i allmänhet inte är det?',
    },
    'attack-surrogate': {
      name: 'Angrepp: ersättande diskriminator',
      text: 'Ett litet nät lär sig skilja kohorten från andra verkliga personer och rangordnar sedan träningspersonerna.',
    },
    'attack-identity': {
      name: 'Angrepp: hela personen',
      text: 'Kommer någon syntetisk bild nära alla bilder av en och samma person?',
    },
    'attack-vulnerable': {
      name: 'Angrepp: sällsynta och ovanliga personer',
      text: 'Angreppet med närmaste granne enbart mot personer med sällsynta märkningar och mot avvikande personer, som är lättast att hitta.',
    },
    'data-copying': {
      name: 'Datakopiering',
      text: 'Ligger syntetiska bilder närmare träningsbilder än verkliga personers bilder gör, i någon del av rummet? Långt under 0 är kopiering.',
    },
    identifiability: {
      name: 'Identifierbarhet',
      text: 'Hur många fler träningspersoner än andra som ligger närmare en syntetisk bild än en annan träningsperson: skillnaden.',
    },
    authenticity: {
      name: 'Äkthet',
      text: 'Är färre syntetiska bilder sina egna än bilder av andra verkliga personer är? Skillnaden.',
    },
    'likelihood-gap': {
      name: 'Sannolikhetsgap',
      text: 'Är träningspersoner sannolikare än andra under kohortens fördelning?',
    },
    'singling-out': {
      name: 'Särskiljning',
      text: 'Hur ofta pekar en syntetisk bild på exakt en träningsperson, utöver hur ofta den pekar på exakt en annan person?',
    },
    linkability: {
      name: 'Kopplingsbarhet',
      text: 'Hur ofta fogar kohorten samman två halvor av en träningspersons bild, utöver hur ofta den fogar samman någon annans?',
    },
    inference: {
      name: 'Slutledning',
      text: 'Hur mycket bättre avslöjar kohorten kalkgraden hos en träningsperson än hos någon annan?',
    },
    memorisation: {
      name: 'Memorering under träningen',
      text: 'Vad träningen själv antecknade: hur mycket den gynnade personerna den såg, och integritetsbudgeten (epsilon per patient) om den tränades med en sådan. För dem som beslutar.',
    },
    cells: {
      name: 'Tillräckligt många personer bakom varje märkning',
      text: 'Minsta antalet personer i träningsdelen bakom någon kombination av märkningar som kohorten visar.',
    },
    'frechet-contrastive': {
      name: 'Fréchetavstånd, tränat rum',
      text: 'De verkligas avstånd till de verkliga, delat med de verkligas till de syntetiska: 1 betyder lika likt som verkliga personer är varandra.',
    },
    'frechet-random': {
      name: 'Fréchetavstånd, slumpmässigt rum',
      text: 'Detsamma i ett rum som inte är tränat på dessa bilder.',
    },
    coverage: {
      name: 'Täckning',
      text: 'Andel verkliga bilder som har en syntetisk nära sig, i det sämsta av de fyra rummen: sjunker när generatorn glömmer vissa slags personer.',
    },
    density: {
      name: 'Täthet',
      text: 'Hur nära de syntetiska bilderna ligger de verkliga, i det sämsta av de fyra rummen: för lågt är olikt, för högt är trängsel.',
    },
    utility: {
      name: 'Träna på syntetiska, pröva på verkliga',
      text: 'Träffsäkerheten hos en modell tränad på kohorten, som andel av en som tränats på verkliga bilder.',
    },
    'frechet-radiomics': {
      name: 'Fréchetavstånd, mätbara egenskaper',
      text: 'Detsamma för det som en människa kan sätta ord på: varje organs yta och gråvärde, struktur och brus efter frekvens.',
    },
    'frechet-task': {
      name: 'Fréchetavstånd, uppgiftens rum',
      text: 'Detsamma i det som en kalkmodell tränad på verkliga bilder ser till.',
    },
    kid: {
      name: 'Kärnavstånd',
      text: 'Ett andra avstånd mellan de två bildmolnen, rättvist också för få bilder. Jämför med verkliga mot verkliga.',
    },
    'precision-recall': {
      name: 'Precision och återkallning',
      text: 'Den lägsta återkallningen i de fyra rummen: andelen verkliga bilder som ligger bland de syntetiska. En generator som gör få slags bilder får en låg.',
    },
    vendi: {
      name: 'Variation inom varje grad',
      text: 'Hur många bilder som verkligen skiljer sig från varandra, i den grad och det rum där det är lägst, som andel av det verkliga antalet.',
    },
    'hu-realism': {
      name: 'Organens gråvärden',
      text: 'Andel syntetiska bilder där lunga, fett, mjukvävnad och ben alla har de gråvärden (HU) som verkliga bilder har.',
    },
    'noise-texture': {
      name: 'Brus och struktur',
      text: 'Hur långt styrkan i fina detaljer ligger från verkliga bilders, i decibel.',
    },
    'calcium-score': {
      name: 'Kalk efter grad',
      text: 'Skillnaden mellan den kalk som syns i syntetiska bilder och i träningsbilder av samma grad, i den grad där den mest överstiger andra verkliga personers. Kalk är här andelen ljusa bildpunkter (över 130 HU) i hjärtområdet i en liten bild, inte en klinisk Agatstonpoäng.',
    },
    'subgroup-gap': {
      name: 'Rättvis mot kön och åldrar',
      text: 'Hur mycket träffsäkerhet det sämst betjänade könet eller åldersbandet förlorar utöver vad alla förlorar när verkliga bilder byts mot syntetiska.',
    },
    ranking: {
      name: 'Samma val av metod',
      text: 'Kommer sex metoder som tränats på kohorten i samma ordning som när de tränats på verkliga bilder? 1 är samma ordning, 0 är inget samband.',
    },
    calibration: {
      name: 'Att lita på angiven säkerhet',
      text: 'Hur mycket längre en modell tränad på kohorten är från att mena vad den säger (90 % säker ska vara rätt nio gånger av tio) än en som tränats på verkliga bilder.',
    },
    conformal: {
      name: 'Svar med garanti',
      text: 'Andel verkliga personer vars sanna grad finns bland svaren från en modell som fick missa en av tio, inställd på verkliga personer inne i labbet.',
    },
    'label-consistency': {
      name: 'Märkningen syns i bilden',
      text: 'Andel syntetiska bilder vars kalkgrad bekräftas av en modell tränad på verkliga bilder.',
    },
  },
  thresholds: {
    falseAlarmQuantile: 'Andel kontrollbilder som får ligga bortom flaggningsavståndet',
    copySignificance: 'Risken att kopiesökningen stoppar en ren kohort',
    privacySignificance: 'Risken att angreppen och avståndsproven stoppar en ren kohort',
    attackAuc: 'Största övre gräns för ett angrepps AUC',
    attackTruePositives: 'Största övre gräns för andelen funna vid 1 % falsklarm',
    dataCopyingZ: 'Minsta z i provet för datakopiering',
    neighbourDifference: 'Största skillnad i identifierbarhet och äkthet',
    attributedRisk: 'Största risk för särskiljning, koppling och slutledning',
    plantedShare: 'Andel planterade kopior i självtestet',
    minimumCell: 'Minsta antal personer bakom en kombination av märkningar',
    frechetRatio: 'Minsta Fréchetkvot',
    coverageRatio: 'Minsta täckningskvot',
    densityRatioLow: 'Minsta täthetskvot',
    densityRatioHigh: 'Största täthetskvot',
    utilityRatio: 'Minsta träffsäkerhetskvot',
    labelConsistency: 'Minsta andel bekräftade märkningar',
    vendiRatio: 'Minsta variation inom en grad',
    huRealism: 'Minsta andel med en DT-bilds gråvärden',
    subgroupGap: 'Största extra förlust för ett kön eller åldersband',
    rankingFidelity: 'Minsta enighet om metodernas ordning',
  },
  forms: {
    exact: 'exakt',
    noisy: 'med brus',
    shifted: 'förskjuten',
    contrast: 'ändrad kontrast',
    flipped: 'spegelvänd',
    rotated: 'vriden några grader',
    zoomed: 'beskuren och förstorad',
    blended: 'blandad med en annan person',
    'one-person': 'en bild av en person',
  },
};

/**
 * The gate in words, for a reader without statistics: on the pages and in the evidence as PDF. A
 * missing text does not compile.
 */
export const gateTexts: Record<Locale, typeof en> = { en, sv };
