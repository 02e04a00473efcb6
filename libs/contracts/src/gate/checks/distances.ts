import { certainty, sayRankTest } from './attacks.ts';
import { finding, type Found, type Said, type Sentences } from './finding.ts';
import type { CheckRow } from './row.ts';

const difference = {
  gap: {
    en: 'The difference is {value} percentage points (95% confidence interval {low} to {high}); at most {limit} is allowed.',
    sv: 'Skillnaden är {value} procentenheter (95 % konfidensintervall {low} till {high}); högst {limit} tillåts.',
  },
  few: {
    en: 'Chance explains the difference, but with so few people one above {upper} points cannot be ruled out.',
    sv: 'Slumpen förklarar skillnaden, men med så få personer går en över {upper} enheter inte att utesluta.',
  },
} satisfies Sentences;

/** @param members and @param others: the details that hold either side's share */
function sayDifference(
  { isFailed, details, usual, hundred, share, detail }: Found,
  members: string,
  others: string,
): Said<keyof typeof difference | 'found'> {
  return {
    say: ['found', 'gap', !isFailed && details['isConclusive'] === false && 'few'],
    parts: {
      ...usual(hundred),
      members: share(detail(members)),
      others: share(detail(others)),
      upper: hundred(detail('upperLimit')),
    },
  };
}

/** P3: is the cohort nearer to the people it was trained on than other people are? */
export const distanceChecks = {
  'data-copying': {
    id: 'P3a',
    family: 'privacy',
    unit: 'z-score',
    tests: 4,
    limits: ['privacySignificance', 'dataCopyingZ'],
    question: {
      en: 'Are they nearer to training images than real people are?',
      sv: 'Ligger de närmare träningsbilder än verkliga personer gör?',
    },
    name: { en: 'Data copying', sv: 'Datakopiering' },
    text: {
      en: 'Do synthetic images lie nearer to training images than real people’s do, in any part of the space? Far below 0 is copying.',
      sv: 'Ligger syntetiska bilder närmare träningsbilder än verkliga personers bilder gör, i någon del av rummet? Långt under 0 är kopiering.',
    },
    finding: finding(
      {
        none: {
          en: 'No part that could be tested has synthetic images nearer to training images than other real people’s images are.',
          sv: 'Ingen del som gick att pröva har syntetiska bilder närmare träningsbilder än andra verkliga personers bilder.',
        },
        some: {
          en: 'At worst, the synthetic images lie nearer to training images than other real people’s images do by {value} standard errors; at most {limit} is allowed.',
          sv: 'Som sämst ligger de syntetiska bilderna närmare träningsbilder än andra verkliga personers bilder gör med {value} medelfel; högst {limit} tillåts.',
        },
        others: {
          en: 'The standard error is that of a comparison with {others} other people.',
          sv: 'Medelfelet gäller en jämförelse med {others} andra personer.',
        },
        left: {
          en: 'Images in parts too small to test: {left}.',
          sv: 'Bilder i delar som är för små att pröva: {left}.',
        },
      },
      ({ value, threshold, tenths, count, detail }) => ({
        say: [
          ...(value !== null && value >= 0 ? (['none'] as const) : (['some', 'others'] as const)),
          (detail('imagesLeftOut') ?? 0) > 0 && 'left',
        ],
        parts: {
          value: tenths(value === null ? null : -value),
          limit: tenths(threshold === null ? null : -threshold),
          others: count(detail('nonMembers')),
          left: count(detail('imagesLeftOut')),
        },
      }),
    ),
    advice: {
      en: 'The generator repeats the training images with small changes: stop the training earlier.',
      sv: 'Generatorn upprepar träningsbilderna med små ändringar: avbryt träningen tidigare.',
    },
    distribution: {
      title: {
        en: 'From each image to the closest training image, on the main axes',
        sv: 'Från varje bild till närmaste träningsbild, längs huvudaxlarna',
      },
      axis: { en: 'distance', sv: 'avstånd' },
    },
  },

  identifiability: {
    id: 'P3b',
    family: 'privacy',
    unit: 'share',
    tests: 1,
    limits: ['privacySignificance', 'neighbourDifference'],
    question: {
      en: 'Are training people nearer to them than to each other?',
      sv: 'Ligger träningspersoner närmare dem än varandra?',
    },
    name: { en: 'Identifiability', sv: 'Identifierbarhet' },
    text: {
      en: 'How many more training people than others lie nearer to a synthetic image than to another training person: the difference.',
      sv: 'Hur många fler träningspersoner än andra som ligger närmare en syntetisk bild än en annan träningsperson: skillnaden.',
    },
    finding: finding(
      {
        ...difference,
        found: {
          en: 'An image of a training person lies nearer to a synthetic image than to any other training person’s in {members} of cases; an image of someone whom the cohort never saw does in {others}.',
          sv: 'En träningspersons bild ligger närmare en syntetisk bild än någon annan träningspersons i {members} av fallen; en bild av någon som kohorten aldrig sett gör det i {others}.',
        },
      },
      (found) => sayDifference(found, 'identifiableMembers', 'identifiableControl'),
    ),
    advice: {
      en: 'The cohort is built around the people it was trained on: use more people or stop earlier.',
      sv: 'Kohorten är byggd kring dem som den tränats på: använd fler personer eller avbryt tidigare.',
    },
  },

  authenticity: {
    id: 'P3c',
    family: 'privacy',
    unit: 'share',
    tests: 1,
    limits: ['privacySignificance', 'neighbourDifference'],
    question: {
      en: 'Are they as much their own as other real people?',
      sv: 'Är de lika mycket sina egna som andra verkliga personer?',
    },
    name: { en: 'Authenticity', sv: 'Äkthet' },
    text: {
      en: 'How many fewer synthetic images are authentic than images of other real people: the difference. An image is authentic when it is farther from the nearest training image than that image is from the next person’s.',
      sv: 'Hur många färre syntetiska bilder än bilder av andra verkliga personer som är äkta: skillnaden. En bild är äkta när den ligger längre från närmaste träningsbild än den träningsbilden gör från nästa persons.',
    },
    finding: finding(
      {
        ...difference,
        found: {
          en: 'Authentic are {members} of the synthetic images and {others} of other real people’s images: farther from the nearest training image than that image is from the next training person’s.',
          sv: 'Äkta är {members} av de syntetiska bilderna och {others} av andra verkliga personers bilder: längre från närmaste träningsbild än den träningsbilden är från nästa träningspersons.',
        },
      },
      (found) => sayDifference(found, 'authentic', 'authenticControl'),
    ),
    advice: {
      en: 'Too many synthetic images are a training image with small changes: stop the training earlier.',
      sv: 'För många syntetiska bilder är en träningsbild med små ändringar: avbryt träningen tidigare.',
    },
  },

  'likelihood-gap': {
    id: 'P3d',
    family: 'privacy',
    unit: 'share',
    tests: 2,
    limits: ['privacySignificance', 'attackAuc', 'attackTruePositives'],
    question: {
      en: 'Are training people likelier under them than others?',
      sv: 'Är träningspersoner sannolikare under dem än andra?',
    },
    name: { en: 'Likelihood gap', sv: 'Sannolikhetsgap' },
    text: {
      en: 'Are training people likelier than others under the cohort’s distribution?',
      sv: 'Är träningspersoner sannolikare än andra under kohortens fördelning?',
    },
    finding: finding(
      {
        ...certainty,
        found: {
          en: 'Out of a pair, the training person is the likelier one under the cohort in {value} of cases (AUC); without memorisation it is 50%.',
          sv: 'I ett par är träningspersonen den sannolikare under kohorten i {value} av fallen (AUC); utan memorering är det 50 %.',
        },
        alarms: {
          en: 'A likelihood that {falsely} of other people exceed is exceeded by {rightly} of the training people.',
          sv: 'En sannolikhet som {falsely} av andra personer överträffar överträffas av {rightly} av träningspersonerna.',
        },
      },
      sayRankTest,
    ),
    advice: {
      en: 'The generator fits the people it saw better than people in general: stop earlier or add people.',
      sv: 'Generatorn passar dem som den sett bättre än människor i allmänhet: avbryt tidigare eller lägg till personer.',
    },
    distribution: {
      title: {
        en: 'How likely each person is under the cohort',
        sv: 'Hur sannolik varje person är under kohorten',
      },
      axis: { en: 'log-likelihood, nats per dimension', sv: 'log-sannolikhet, nat per dimension' },
    },
  },
} satisfies Record<string, CheckRow>;
