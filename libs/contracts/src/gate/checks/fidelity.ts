import { drawsOf, finding } from './finding.ts';
import type { CheckRow } from './row.ts';

/** The ratio turned round, which reads as a distance; a limit of 0 requires nothing. */
const frechet = finding(
  {
    found: {
      en: 'In this space the cohort lies {value} times as far from real people as other real people do; at most {limit} times is allowed.',
      sv: 'I detta rum ligger kohorten {value} gånger så långt från verkliga personer som andra verkliga personer gör; högst {limit} gånger tillåts.',
    },
    free: {
      en: 'In this space the cohort lies {value} times as far from real people as other real people do.',
      sv: 'I detta rum ligger kohorten {value} gånger så långt från verkliga personer som andra verkliga personer gör.',
    },
  },
  (found) => {
    const timesOf = (ratio: number | null): string | null =>
      found.plain(ratio === null || ratio <= 0 ? null : 1 / ratio);
    return {
      say: [found.threshold === 0 ? 'free' : 'found', 'averaged'],
      parts: { ...found.usual(timesOf), ...drawsOf(found) },
    };
  },
);

/** F1 and F2: is the cohort distributed as real people are? */
export const fidelityChecks = {
  'frechet-contrastive': {
    id: 'F1a',
    family: 'fidelity',
    unit: 'ratio',
    limits: ['frechetRatio'],
    question: {
      en: 'As a whole, how like the real ones? (learned space)',
      sv: 'Hur lika de verkliga är de som helhet? (tränat rum)',
    },
    name: { en: 'Fréchet distance, trained space', sv: 'Fréchetavstånd, tränat rum' },
    text: {
      en: 'Distance of the real from the real, divided by that of the real from the synthetic: 1 means as like as real people are.',
      sv: 'De verkligas avstånd till de verkliga, delat med de verkligas till de syntetiska: 1 betyder lika likt som verkliga personer är varandra.',
    },
    finding: frechet,
    advice: {
      en: 'Taken together, the images differ from the real ones in what a search by content sees. Train longer or with a larger network, and look at the sample sheet for what is missing.',
      sv: 'Sammantaget skiljer sig bilderna från de verkliga i det som en sökning efter innehåll ser. Träna längre eller med ett större nätverk, och se på provkartan vad som fattas.',
    },
  },

  'frechet-random': {
    id: 'F1b',
    family: 'fidelity',
    unit: 'ratio',
    limits: ['frechetRatio'],
    question: {
      en: 'As a whole, how like the real ones? (fixed space)',
      sv: 'Hur lika de verkliga är de som helhet? (slumpmässigt rum)',
    },
    name: { en: 'Fréchet distance, random space', sv: 'Fréchetavstånd, slumpmässigt rum' },
    text: {
      en: 'The same in a space that was not trained on these images.',
      sv: 'Detsamma i ett rum som inte är tränat på dessa bilder.',
    },
    finding: frechet,
    advice: {
      en: 'Taken together, the images differ from the real ones even in a space that has not been fitted to them, so the difference is plain. Train longer or with a larger network.',
      sv: 'Sammantaget skiljer sig bilderna från de verkliga även i ett rum som inte är anpassat till dem, så skillnaden är tydlig. Träna längre eller med ett större nätverk.',
    },
  },

  coverage: {
    id: 'F2a',
    family: 'fidelity',
    unit: 'ratio',
    limits: ['coverageRatio', 'coverageFloor'],
    question: {
      en: 'Is the whole variety of the real ones there? (worst space)',
      sv: 'Finns hela variationen hos de verkliga med? (sämsta rummet)',
    },
    name: { en: 'Coverage', sv: 'Täckning' },
    text: {
      en: 'Share of real images that have a synthetic one nearby, in the worst of the four spaces: falls when the generator forgets kinds of people.',
      sv: 'Andel verkliga bilder som har en syntetisk nära sig, i det sämsta av de fyra rummen: sjunker när generatorn glömmer vissa slags personer.',
    },
    finding: finding(
      {
        found: {
          en: 'Of held-out people’s images, {own} have a synthetic image nearby and {real} a training image. The ratio is {value}; at least {limit} is required.',
          sv: 'Av undanhållna personers bilder har {own} en syntetisk bild nära sig och {real} en träningsbild. Kvoten är {value}; minst {limit} krävs.',
        },
      },
      (found) => ({
        say: ['found', found.isBelowFloor && 'useless', 'worst', 'averaged'],
        parts: {
          ...found.usual(found.share),
          ...drawsOf(found),
          space: found.named('worstSpace'),
          own: found.share(found.detail('coverageSynthetic')),
          real: found.share(found.detail('coverageReal')),
        },
      }),
    ),
    advice: {
      en: 'Some kinds of real people have no synthetic image like them. Train with more variety or with an ensemble, and see whether rare grades are drawn often enough.',
      sv: 'Vissa slags verkliga personer har ingen syntetisk bild som liknar dem. Träna med mer variation eller med flera nätverk, och se om ovanliga grader dras tillräckligt ofta.',
    },
  },

  density: {
    id: 'F2b',
    family: 'fidelity',
    unit: 'ratio',
    limits: ['densityRatioLow', 'densityRatioHigh'],
    question: {
      en: 'Do they lie where the real ones lie? (worst space)',
      sv: 'Ligger de där de verkliga ligger? (sämsta rummet)',
    },
    name: { en: 'Density', sv: 'Täthet' },
    text: {
      en: 'How closely synthetic images lie to real ones, in the worst of the four spaces: too low is unlike, too high is crowding.',
      sv: 'Hur nära de syntetiska bilderna ligger de verkliga, i det sämsta av de fyra rummen: för lågt är olikt, för högt är trängsel.',
    },
    finding: finding(
      {
        found: {
          en: 'Synthetic images lie {value} times as densely around real people’s images as other real people’s do; between {limit} and {high} times is required.',
          sv: 'Syntetiska bilder ligger {value} gånger så tätt kring verkliga personers bilder som andra verkliga personers gör; mellan {limit} och {high} gånger krävs.',
        },
      },
      (found) => ({
        say: ['found', 'worst', 'averaged'],
        parts: {
          ...found.usual(found.plain),
          ...drawsOf(found),
          space: found.named('worstSpace'),
          high: found.plain(found.detail('thresholdHigh')),
        },
      }),
    ),
    advice: {
      en: 'Under the lower limit the images lie away from the real ones: train longer. Over the upper limit they crowd round a few typical ones: vary more, or use an ensemble.',
      sv: 'Under den nedre gränsen ligger bilderna vid sidan av de verkliga: träna längre. Över den övre trängs de kring några få typiska: öka variationen eller använd flera nätverk.',
    },
  },

  'frechet-radiomics': {
    id: 'F1c',
    family: 'fidelity',
    unit: 'ratio',
    limits: ['frechetRatio'],
    question: {
      en: 'As a whole, how like the real ones? (what can be measured)',
      sv: 'Hur lika de verkliga är de som helhet? (mätbara egenskaper)',
    },
    name: { en: 'Fréchet distance, measurable features', sv: 'Fréchetavstånd, mätbara egenskaper' },
    text: {
      en: 'The same for what a person can name: area and grey of each organ, texture, and noise by frequency.',
      sv: 'Detsamma för det som en människa kan sätta ord på: varje organs yta och gråvärde, struktur och brus efter frekvens.',
    },
    finding: frechet,
    advice: {
      en: 'Organs differ from real ones in area, grey value, texture or noise. See the checks of grey values and noise for which, then train longer or with a larger network.',
      sv: 'Organen skiljer sig från verkliga i yta, gråvärde, struktur eller brus. Se kontrollerna av gråvärden och brus för vilket, och träna sedan längre eller med ett större nätverk.',
    },
  },

  'frechet-task': {
    id: 'F1d',
    family: 'fidelity',
    unit: 'ratio',
    limits: ['frechetRatio'],
    question: {
      en: 'As a whole, how like the real ones? (what a classifier sees)',
      sv: 'Hur lika de verkliga är de som helhet? (uppgiftens rum)',
    },
    name: { en: 'Fréchet distance, task space', sv: 'Fréchetavstånd, uppgiftens rum' },
    text: {
      en: 'The same in what a calcium classifier trained on real images looks at.',
      sv: 'Detsamma i det som en kalkmodell tränad på verkliga bilder ser till.',
    },
    finding: frechet,
    advice: {
      en: 'A model that grades calcium sees other things in these images than in real ones. Train longer, or weight the labels more.',
      sv: 'En modell som graderar kalk ser annat i dessa bilder än i verkliga. Träna längre eller ge märkningarna större vikt.',
    },
  },

  kid: {
    id: 'F1e',
    family: 'fidelity',
    unit: 'distance',
    isReport: true,
    limits: [],
    question: {
      en: 'How like the real ones by a second distance, fair for few images?',
      sv: 'Hur lika de verkliga är de enligt ett andra avstånd, rättvist för få bilder?',
    },
    name: { en: 'Kernel distance', sv: 'Kärnavstånd' },
    text: {
      en: 'A second distance between the two clouds of images, fair also for few images. Compare with real against real.',
      sv: 'Ett andra avstånd mellan de två bildmolnen, rättvist också för få bilder. Jämför med verkliga mot verkliga.',
    },
    finding: finding(
      {
        found: {
          en: 'The kernel distance from the cohort to real people is {value}; from training people to other real people it is {baseline}.',
          sv: 'Kärnavståndet från kohorten till verkliga personer är {value}; från träningspersoner till andra verkliga personer är det {baseline}.',
        },
        spread: {
          en: 'Between the draws it varied from {low} to {high}.',
          sv: 'Mellan urvalen varierade det från {low} till {high}.',
        },
      },
      ({ usual, plain }) => ({ say: ['found', 'spread'], parts: usual(plain) }),
    ),
  },

  'precision-recall': {
    id: 'F2c',
    family: 'fidelity',
    unit: 'share',
    isReport: true,
    limits: [],
    question: {
      en: 'Do real ones lie among the synthetic? (worst space)',
      sv: 'Ligger verkliga bland de syntetiska? (sämsta rummet)',
    },
    name: { en: 'Precision and recall', sv: 'Precision och återkallning' },
    text: {
      en: 'The lowest recall of the four spaces: the share of real images that lie among the synthetic ones. A generator that makes few kinds of images has a low one.',
      sv: 'Den lägsta återkallningen i de fyra rummen: andelen verkliga bilder som ligger bland de syntetiska. En generator som gör få slags bilder får en låg.',
    },
    finding: finding(
      {
        found: {
          en: 'Recall: {value} of real images lie among the synthetic ones, and {baseline} among training images, in the space with the lowest recall ({space}).',
          sv: 'Återkallning: {value} av verkliga bilder ligger bland de syntetiska, och {baseline} bland träningsbilder, i rummet med lägst återkallning ({space}).',
        },
      },
      ({ usual, share, named }) => ({
        say: ['found', 'unsure'],
        parts: { ...usual(share), space: named('worstSpace') },
      }),
    ),
  },

  vendi: {
    id: 'F2d',
    family: 'fidelity',
    unit: 'ratio',
    limits: ['vendiRatio'],
    question: {
      en: 'Does any grade repeat the same picture?',
      sv: 'Upprepar någon grad samma bild?',
    },
    name: { en: 'Variety within each grade', sv: 'Variation inom varje grad' },
    text: {
      en: 'How many images truly differ from each other, in the grade and the space where that is lowest, as a share of the real number.',
      sv: 'Hur många bilder som verkligen skiljer sig från varandra, i den grad och det rum där det är lägst, som andel av det verkliga antalet.',
    },
    finding: finding(
      {
        found: {
          en: 'In the grade that varies least ({grade}), the cohort holds {value} as many different images as equally many real ones do (Vendi score); at least {limit} is required.',
          sv: 'I den grad som varierar minst ({grade}) har kohorten {value} så många olika bilder som lika många verkliga har (Vendi-poäng); minst {limit} krävs.',
        },
      },
      ({ usual, share, named }) => ({
        say: ['found', 'worst', 'unsure'],
        parts: { ...usual(share), grade: named('worstGrade'), space: named('worstSpace') },
      }),
    ),
    advice: {
      en: 'In at least one grade the generator repeats itself. Give it more people of that grade, more variety, or use an ensemble.',
      sv: 'I minst en grad upprepar generatorn sig. Ge den fler personer med den graden eller mer variation, eller använd flera nätverk.',
    },
  },
} satisfies Record<string, CheckRow>;
