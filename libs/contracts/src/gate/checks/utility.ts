import { finding } from './finding.ts';
import type { CheckRow } from './row.ts';

/** U1 to U6: does a model that is trained on the cohort work on real images? */
export const utilityChecks = {
  utility: {
    id: 'U1',
    family: 'utility',
    unit: 'ratio',
    limits: ['utilityRatio', 'utilityFloor'],
    question: {
      en: 'Does a model trained on them read real images?',
      sv: 'Kan en modell som tränats på dem läsa av verkliga bilder?',
    },
    name: { en: 'Train on synthetic, test on real', sv: 'Träna på syntetiska, pröva på verkliga' },
    text: {
      en: 'Accuracy of a model trained on the cohort, as a share of one trained on real images.',
      sv: 'Träffsäkerheten hos en modell tränad på kohorten, som andel av en som tränats på verkliga bilder.',
    },
    finding: finding(
      {
        found: {
          en: 'Balanced accuracy on real images: {own} for a model trained on the cohort, {real} for one trained on real images. The ratio is {value}; at least {limit} is required.',
          sv: 'Balanserad träffsäkerhet på verkliga bilder: {own} för en modell tränad på kohorten, {real} för en tränad på verkliga bilder. Kvoten är {value}; minst {limit} krävs.',
        },
      },
      ({ usual, share, detail, isBelowFloor }) => ({
        say: ['found', isBelowFloor && 'useless', 'interval'],
        parts: {
          ...usual(share),
          own: share(detail('trainedOnSynthetic')),
          real: share(detail('trainedOnReal')),
        },
      }),
    ),
    advice: {
      en: 'A model trained on the cohort does worse on real images than it may. Train the generator longer, weight the labels more, or draw more images of the rare grades.',
      sv: 'En modell tränad på kohorten klarar verkliga bilder sämre än den får. Träna generatorn längre, ge märkningarna större vikt eller dra fler bilder av de ovanliga graderna.',
    },
  },

  'label-consistency': {
    id: 'U2',
    family: 'utility',
    unit: 'share',
    limits: ['labelConsistency', 'labelFloor'],
    question: {
      en: 'Do they show what their labels say?',
      sv: 'Visar de vad deras märkningar säger?',
    },
    name: { en: 'Labels show in the image', sv: 'Märkningen syns i bilden' },
    text: {
      en: 'Share of synthetic images whose calcium grade a model trained on real images confirms.',
      sv: 'Andel syntetiska bilder vars kalkgrad bekräftas av en modell tränad på verkliga bilder.',
    },
    finding: finding(
      {
        found: {
          en: 'A model trained on real images reads the grade that the label says in {value} of the synthetic images, and in {baseline} of real ones; at least {limit} is required.',
          sv: 'En modell tränad på verkliga bilder läser av den grad som märkningen anger i {value} av de syntetiska bilderna, och i {baseline} av verkliga; minst {limit} krävs.',
        },
      },
      ({ usual, share, isBelowFloor }) => ({
        say: ['found', isBelowFloor && 'useless', 'unsure'],
        parts: usual(share),
      }),
    ),
    advice: {
      en: 'Too many images do not show the grade that they claim. Weight the labels more, or train longer.',
      sv: 'För många bilder visar inte den grad som de uppger. Ge märkningarna större vikt eller träna längre.',
    },
  },

  'subgroup-gap': {
    id: 'U3',
    family: 'utility',
    unit: 'accuracy',
    limits: ['subgroupGap'],
    question: {
      en: 'Does a sex or age band lose more than the others?',
      sv: 'Förlorar ett kön eller åldersband mer än de andra?',
    },
    name: { en: 'Fair to sexes and ages', sv: 'Rättvis mot kön och åldrar' },
    text: {
      en: 'How much accuracy the worst-served sex or age band loses beyond what everyone loses when real images are replaced by synthetic ones.',
      sv: 'Hur mycket träffsäkerhet det sämst betjänade könet eller åldersbandet förlorar utöver vad alla förlorar när verkliga bilder byts mot syntetiska.',
    },
    finding: finding(
      {
        found: {
          en: 'With the cohort in place of real images, {group} lose {value} percentage points more of a model’s accuracy than everyone together; at most {limit} is allowed.',
          sv: 'Med kohorten i stället för verkliga bilder förlorar {group} {value} procentenheter mer av en modells träffsäkerhet än alla tillsammans; högst {limit} tillåts.',
        },
        points: {
          en: '95% confidence interval: {low} to {high} points.',
          sv: '95 % konfidensintervall: {low} till {high} enheter.',
        },
        none: {
          en: 'With the cohort in place of real images, no sex or age band loses more of a model’s accuracy than everyone together.',
          sv: 'Med kohorten i stället för verkliga bilder förlorar inget kön eller åldersband mer av en modells träffsäkerhet än alla tillsammans.',
        },
      },
      ({ value, usual, hundred, named }) => ({
        say: value !== null && value <= 0 ? ['none'] : ['found', 'points'],
        parts: { ...usual(hundred), group: named('worstGroup') },
      }),
    ),
    advice: {
      en: 'A sex or an age band would be served worse by models trained on the cohort. Take in more people of that group, or draw more images of it.',
      sv: 'Ett kön eller ett åldersband skulle få sämre modeller av kohorten. Ta in fler personer ur den gruppen eller dra fler bilder av den.',
    },
  },

  ranking: {
    id: 'U4',
    family: 'utility',
    unit: 'correlation',
    limits: ['rankingFidelity'],
    question: {
      en: 'Would a team choose the same method?',
      sv: 'Skulle ett team välja samma metod?',
    },
    name: { en: 'Same choice of method', sv: 'Samma val av metod' },
    text: {
      en: 'Do six methods trained on the cohort come in the same order as when trained on real images? 1 is the same order, 0 is no relation.',
      sv: 'Kommer sex metoder som tränats på kohorten i samma ordning som när de tränats på verkliga bilder? 1 är samma ordning, 0 är inget samband.',
    },
    finding: finding(
      {
        found: {
          en: 'The rank correlation of {methods} methods, trained on the cohort and on real images, is {value}, where 1 is the same order and 0 no relation; at least {limit} is required.',
          sv: 'Rangkorrelationen mellan {methods} metoder tränade på kohorten och på verkliga bilder är {value}, där 1 är samma ordning och 0 inget samband; minst {limit} krävs.',
        },
      },
      ({ usual, plain, count, detail }) => ({
        say: ['found', 'interval'],
        parts: { ...usual(plain), methods: count(detail('methods')) },
      }),
    ),
    advice: {
      en: 'A team that compared methods on the cohort could choose another than on real images. Draw more images, and train the generator longer.',
      sv: 'Ett team som jämför metoder på kohorten kan välja en annan än på verkliga bilder. Dra fler bilder och träna generatorn längre.',
    },
  },

  calibration: {
    id: 'U5',
    family: 'utility',
    unit: 'share',
    isReport: true,
    limits: [],
    question: {
      en: 'Is a model’s stated certainty as good? (difference)',
      sv: 'Är en modells angivna säkerhet lika bra? (skillnad)',
    },
    name: { en: 'Trust in stated certainty', sv: 'Att lita på angiven säkerhet' },
    text: {
      en: 'How much further the stated certainty of a model trained on the cohort is from the truth than that of one trained on real images. A model that is 90% sure should be right in 90% of cases.',
      sv: 'Hur mycket längre från sanningen den angivna säkerheten är hos en modell tränad på kohorten än hos en som tränats på verkliga bilder. En modell som är 90 % säker ska ha rätt i 90 % av fallen.',
    },
    finding: finding(
      {
        found: {
          en: 'The calibration error of a model trained on the cohort is {own} percentage points on average, and of one trained on real images {real}. Up to {limit} more counts as good.',
          sv: 'Kalibreringsfelet hos en modell tränad på kohorten är i snitt {own} procentenheter, och hos en tränad på verkliga bilder {real}. Upp till {limit} mer räknas som bra.',
        },
      },
      ({ usual, hundred, detail }) => ({
        say: ['found', 'unsure'],
        parts: {
          ...usual(hundred),
          own: hundred(detail('errorSynthetic')),
          real: hundred(detail('errorReal')),
        },
      }),
    ),
  },

  conformal: {
    id: 'U6',
    family: 'utility',
    unit: 'share',
    isReport: true,
    limits: [],
    question: {
      en: 'Do prediction sets with a target of 90% hold the truth in 90% of cases?',
      sv: 'Rymmer svarsmängder med målet 90 % sanningen i 90 % av fallen?',
    },
    name: { en: 'Answers with a guarantee', sv: 'Svar med garanti' },
    text: {
      en: 'Share of real people whose true grade is in the prediction set of a model that was allowed to miss 10%, calibrated on real people inside the lab.',
      sv: 'Andel verkliga personer vars sanna grad finns i svarsmängden från en modell som fick missa 10 %, kalibrerad på verkliga personer inne i labbet.',
    },
    finding: finding(
      {
        found: {
          en: 'Prediction sets with a target of 90% hold the true grade of {value} of real images for a model trained on the cohort, with {ownSize} grades a set; for one trained on real images of {baseline}, with {realSize}.',
          sv: 'Svarsmängder med målet 90 % rymmer den sanna graden för {value} av verkliga bilder med en modell tränad på kohorten, med {ownSize} grader per mängd; med en tränad på verkliga bilder för {baseline}, med {realSize}.',
        },
      },
      ({ usual, share, plain, detail }) => ({
        say: ['found', 'interval'],
        parts: {
          ...usual(share),
          ownSize: plain(detail('setSizeSynthetic')),
          realSize: plain(detail('setSizeReal')),
        },
      }),
    ),
  },
} satisfies Record<string, CheckRow>;
