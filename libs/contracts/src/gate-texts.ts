import type { Locale } from './dto.ts';
import type { CheckResult, GateCheck, GateThresholds, GateVerdict, PlantedForm } from './evidence.ts';

const en = {
  verdicts: { passed: 'passed', 'passed-method-development-only': 'passed, method development only', refused: 'refused', void: 'void' } satisfies Record<GateVerdict, string>,
  verdictTexts: {
    passed: 'No leak was found, and the cohort resembles the real one closely enough for any use under the terms.', 'passed-method-development-only': 'No leak was found, but the cohort does not resemble the real one closely enough: results from it say nothing about patients. It may be released for method development.',
    refused: 'The gate found what could be a leak of a real person, and stops the cohort.', void: 'The gate did not catch the leaks it had planted itself, so its verdict counts for nothing.',
  } satisfies Record<GateVerdict, string>,
  checkVerdicts: { pass: 'pass', fail: 'fail', report: 'for information' } satisfies Record<CheckResult['verdict'], string>,
  passesWhen: { 'at-least': 'at least', 'at-most': 'at most', equal: 'equal to', between: 'between', and: 'and' },
  checks: {
    input: { name: 'Input', text: 'The splits share no person, and no image is broken, empty or a duplicate.' }, 'self-test': { name: 'Planted leaks', text: 'Share of planted copies that the search caught, over all forms.' },
    'copy-contrastive': { name: 'Copies by content', text: 'Images that lie closer to a training image than images of other real people ever do, in a space that ignores noise, shift and contrast.' }, 'copy-pixel': { name: 'Copies by pixel', text: 'The same question, pixel by pixel, whatever the shift.' },
    cells: { name: 'Enough people behind each label', text: 'Fewest people of the training split behind any combination of labels that the cohort shows.' }, 'frechet-contrastive': { name: 'Fréchet distance, trained space', text: 'Distance of the real from the real, divided by that of the real from the synthetic: 1 means as like as real people are.' },
    'frechet-random': { name: 'Fréchet distance, random space', text: 'The same in a space that was not trained on these images.' }, coverage: { name: 'Coverage', text: 'Share of real images that have a synthetic one nearby: falls when the generator forgets kinds of people.' },
    density: { name: 'Density', text: 'How closely synthetic images lie to real ones: too low is unlike, too high is crowding.' }, utility: { name: 'Train on synthetic, test on real', text: 'Accuracy of a model trained on the cohort, as a share of one trained on real images.' },
    'frechet-radiomics': { name: 'Fréchet distance, measurable features', text: 'The same for what a person can name: area and grey of each organ, texture, and noise by frequency.' }, 'frechet-task': { name: 'Fréchet distance, task space', text: 'The same in what a calcium classifier trained on real images looks at.' },
    kid: { name: 'Kernel distance', text: 'A second distance between the two clouds of images, fair also for few images. Compare with real against real.' }, 'precision-recall': { name: 'Precision and recall', text: 'The lowest recall of the four spaces: the share of real images that lie among the synthetic ones. A generator that makes few kinds of images has a low one.' },
    vendi: { name: 'Variety within each grade', text: 'How many images truly differ from each other, in the grade where that is lowest, as a share of the real number.' }, 'hu-realism': { name: 'Grey values of the organs', text: 'Share of synthetic images whose lung, fat, soft tissue and bone all have the grey values (HU) that real images have.' },
    'noise-texture': { name: 'Noise and texture', text: 'How far the power at fine detail lies from that of real images, in decibels.' }, 'calcium-score': { name: 'Calcium by grade', text: 'Greatest difference between the calcium seen in synthetic and in real images of one grade. It is the share of bright pixels (above 130 HU) in the heart region of one small image, not a clinical Agatston score.' },
    'subgroup-gap': { name: 'Fair to sexes and ages', text: 'How much accuracy the worst-served sex or age band loses beyond what everyone loses when real images are replaced by synthetic ones.' }, ranking: { name: 'Same choice of method', text: 'Do six methods trained on the cohort come in the same order as when trained on real images? 1 is the same order, 0 is no relation.' },
    calibration: { name: 'Trust in stated certainty', text: 'How much further a model trained on the cohort is from meaning what it says (90 % sure should be right nine times of ten) than one trained on real images.' }, conformal: { name: 'Answers with a guarantee', text: 'Share of real people whose true grade is among the answers of a model that was allowed to miss one in ten, set on real people inside the lab.' },
    'label-consistency': { name: 'Labels show in the image', text: 'Share of synthetic images whose calcium grade a model trained on real images confirms.' },
  } satisfies Record<GateCheck, { name: string; text: string }>,
  thresholds: {
    falseAlarmQuantile: 'Share of control images allowed beyond the flagging distance', copySignificance: 'p below which more flagged images than chance fails', plantedShare: 'Share of planted copies in the self-test', minimumCell: 'Fewest people behind a combination of labels',
    frechetRatio: 'Least Fréchet ratio', coverageRatio: 'Least coverage ratio', densityRatioLow: 'Least density ratio', densityRatioHigh: 'Greatest density ratio', utilityRatio: 'Least accuracy ratio', labelConsistency: 'Least share of confirmed labels',
    vendiRatio: 'Least variety within a grade', huRealism: 'Least share with the grey values of a CT', subgroupGap: 'Greatest extra loss of a sex or age band', rankingFidelity: 'Least agreement on the order of methods',
  } satisfies Record<keyof GateThresholds, string>,
  curves: { softTissue: 'Median grey of soft tissue in each image (HU)', gradeRead: 'Grade that a real-trained model reads, by claimed grade', ranking: 'Accuracy of each method', reliability: 'How often right, by stated certainty', spectrum: 'Power by fineness of detail (dB)', calcium: 'Mean share of calcium, by grade' },
  axes: { grade: 'grade (0 none to 3 severe)', accuracyReal: 'trained on real', accuracySynthetic: 'trained on synthetic', confidence: 'stated certainty', frequency: 'waves per pixel' },
  samples: { synthetic: 'synthetic', control: 'other real people', planted: 'planted copies' },
  forms: { exact: 'exact', noisy: 'with noise', shifted: 'shifted', contrast: 'contrast changed', flipped: 'mirrored' } satisfies Record<PlantedForm, string>,
};

const sv: typeof en = {
  verdicts: { passed: 'klarade', 'passed-method-development-only': 'klarade, endast metodutveckling', refused: 'stoppad', void: 'ogiltig' },
  verdictTexts: {
    passed: 'Ingen läcka hittades, och kohorten liknar den verkliga tillräckligt för allt som villkoren tillåter.', 'passed-method-development-only': 'Ingen läcka hittades, men kohorten liknar inte den verkliga tillräckligt: resultat från den säger inget om patienter. Den får lämnas ut för metodutveckling.',
    refused: 'Spärren fann något som kan vara en läcka av en verklig person, och stoppar kohorten.', void: 'Spärren fångade inte de läckor som den själv hade planterat, så dess utslag räknas inte.',
  },
  checkVerdicts: { pass: 'klarade', fail: 'klarade inte', report: 'för kännedom' },
  passesWhen: { 'at-least': 'minst', 'at-most': 'högst', equal: 'lika med', between: 'mellan', and: 'och' },
  checks: {
    input: { name: 'Underlag', text: 'Delarna har ingen person gemensam, och ingen bild är trasig, tom eller dubblerad.' }, 'self-test': { name: 'Planterade läckor', text: 'Andel planterade kopior som sökningen fångade, över alla former.' },
    'copy-contrastive': { name: 'Kopior efter innehåll', text: 'Bilder som ligger närmare en träningsbild än andra verkliga personers bilder någonsin gör, i ett rum som bortser från brus, förskjutning och kontrast.' }, 'copy-pixel': { name: 'Kopior bildpunkt för bildpunkt', text: 'Samma fråga bildpunkt för bildpunkt, oavsett förskjutning.' },
    cells: { name: 'Tillräckligt många personer bakom varje märkning', text: 'Minsta antalet personer i träningsdelen bakom någon kombination av märkningar som kohorten visar.' }, 'frechet-contrastive': { name: 'Fréchetavstånd, tränat rum', text: 'De verkligas avstånd till de verkliga, delat med de verkligas till de syntetiska: 1 betyder lika likt som verkliga personer är varandra.' },
    'frechet-random': { name: 'Fréchetavstånd, slumpmässigt rum', text: 'Detsamma i ett rum som inte är tränat på dessa bilder.' }, coverage: { name: 'Täckning', text: 'Andel verkliga bilder som har en syntetisk nära sig: sjunker när generatorn glömmer vissa slags personer.' },
    density: { name: 'Täthet', text: 'Hur nära de syntetiska bilderna ligger de verkliga: för lågt är olikt, för högt är trängsel.' }, utility: { name: 'Träna på syntetiska, pröva på verkliga', text: 'Träffsäkerheten hos en modell tränad på kohorten, som andel av en som tränats på verkliga bilder.' },
    'frechet-radiomics': { name: 'Fréchetavstånd, mätbara egenskaper', text: 'Detsamma för det som en människa kan sätta ord på: varje organs yta och gråvärde, struktur och brus efter frekvens.' }, 'frechet-task': { name: 'Fréchetavstånd, uppgiftens rum', text: 'Detsamma i det som en kalkmodell tränad på verkliga bilder ser till.' },
    kid: { name: 'Kärnavstånd', text: 'Ett andra avstånd mellan de två bildmolnen, rättvist också för få bilder. Jämför med verkliga mot verkliga.' }, 'precision-recall': { name: 'Precision och återkallning', text: 'Den lägsta återkallningen i de fyra rummen: andelen verkliga bilder som ligger bland de syntetiska. En generator som gör få slags bilder får en låg.' },
    vendi: { name: 'Variation inom varje grad', text: 'Hur många bilder som verkligen skiljer sig från varandra, i den grad där det är lägst, som andel av det verkliga antalet.' }, 'hu-realism': { name: 'Organens gråvärden', text: 'Andel syntetiska bilder där lunga, fett, mjukvävnad och ben alla har de gråvärden (HU) som verkliga bilder har.' },
    'noise-texture': { name: 'Brus och struktur', text: 'Hur långt styrkan i fina detaljer ligger från verkliga bilders, i decibel.' }, 'calcium-score': { name: 'Kalk efter grad', text: 'Största skillnaden mellan den kalk som syns i syntetiska och i verkliga bilder av samma grad. Det är andelen ljusa bildpunkter (över 130 HU) i hjärtområdet i en liten bild, inte en klinisk Agatstonpoäng.' },
    'subgroup-gap': { name: 'Rättvis mot kön och åldrar', text: 'Hur mycket träffsäkerhet det sämst betjänade könet eller åldersbandet förlorar utöver vad alla förlorar när verkliga bilder byts mot syntetiska.' }, ranking: { name: 'Samma val av metod', text: 'Kommer sex metoder som tränats på kohorten i samma ordning som när de tränats på verkliga bilder? 1 är samma ordning, 0 är inget samband.' },
    calibration: { name: 'Att lita på angiven säkerhet', text: 'Hur mycket längre en modell tränad på kohorten är från att mena vad den säger (90 % säker ska vara rätt nio gånger av tio) än en som tränats på verkliga bilder.' }, conformal: { name: 'Svar med garanti', text: 'Andel verkliga personer vars sanna grad finns bland svaren från en modell som fick missa en av tio, inställd på verkliga personer inne i labbet.' },
    'label-consistency': { name: 'Märkningen syns i bilden', text: 'Andel syntetiska bilder vars kalkgrad bekräftas av en modell tränad på verkliga bilder.' },
  },
  thresholds: {
    falseAlarmQuantile: 'Andel kontrollbilder som får ligga bortom flaggningsavståndet', copySignificance: 'p under vilket fler flaggade bilder än slumpen underkänns', plantedShare: 'Andel planterade kopior i självtestet', minimumCell: 'Minsta antal personer bakom en kombination av märkningar',
    frechetRatio: 'Minsta Fréchetkvot', coverageRatio: 'Minsta täckningskvot', densityRatioLow: 'Minsta täthetskvot', densityRatioHigh: 'Största täthetskvot', utilityRatio: 'Minsta träffsäkerhetskvot', labelConsistency: 'Minsta andel bekräftade märkningar',
    vendiRatio: 'Minsta variation inom en grad', huRealism: 'Minsta andel med en DT-bilds gråvärden', subgroupGap: 'Största extra förlust för ett kön eller åldersband', rankingFidelity: 'Minsta enighet om metodernas ordning',
  },
  curves: { softTissue: 'Mjukvävnadens mediangråvärde i varje bild (HU)', gradeRead: 'Grad som en modell tränad på verkliga bilder läser av, efter uppgiven grad', ranking: 'Varje metods träffsäkerhet', reliability: 'Hur ofta rätt, efter angiven säkerhet', spectrum: 'Styrka efter detaljernas finhet (dB)', calcium: 'Genomsnittlig andel kalk, efter grad' },
  axes: { grade: 'grad (0 ingen till 3 svår)', accuracyReal: 'tränad på verkliga', accuracySynthetic: 'tränad på syntetiska', confidence: 'angiven säkerhet', frequency: 'vågor per bildpunkt' },
  samples: { synthetic: 'syntetiska', control: 'andra verkliga personer', planted: 'planterade kopior' },
  forms: { exact: 'exakt', noisy: 'med brus', shifted: 'förskjuten', contrast: 'ändrad kontrast', flipped: 'spegelvänd' },
};

/** The gate in words, for a reader without statistics: on the pages and in the evidence as PDF. A missing text does not compile. */
export const gateTexts: Record<Locale, typeof en> = { en, sv };
