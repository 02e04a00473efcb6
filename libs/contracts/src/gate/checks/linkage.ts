import { finding, type Found, type Said, type Sentences } from './finding.ts';
import type { CheckRow } from './row.ts';

/**
 * Claims that point at one person, from which on singling out can fail at all. With fewer, even if
 * all point at training people, the difference stays below the 3.6 standard deviations that its
 * default significance requires (libs/gate/src/attacks/linkage.ts, checks/significance.ts).
 */
const fewestHits = 13;

const risk = {
  full: {
    en: 'The attack is right for everyone whom the cohort never saw: training on people could add nothing.',
    sv: 'Angreppet har rätt för alla som kohorten aldrig sett: träning på personer kunde inte lägga till något.',
  },
  gap: {
    en: 'The risk beyond that of other people is {value} (95% confidence interval {low} to {high}); at most {limit} is allowed.',
    sv: 'Risken utöver andra personers är {value} (95 % konfidensintervall {low} till {high}); högst {limit} tillåts.',
  },
  few: {
    en: 'With {others} people to compare with, a risk above {upper} cannot be ruled out; that takes about {needed} on each side.',
    sv: 'Med {others} personer att jämföra med går en risk över {upper} inte att utesluta; det kräver omkring {needed} på vardera sidan.',
  },
} satisfies Sentences;

function sayRisk({
  isFailed,
  details,
  usual,
  share,
  count,
  detail,
}: Found): Said<keyof typeof risk | 'found'> {
  return {
    say:
      details['successControl'] === 1
        ? ['found', 'full']
        : ['found', 'gap', !isFailed && details['isConclusive'] === false && 'few'],
    parts: {
      ...usual(share),
      training: share(detail('successTraining')),
      control: share(detail('successControl')),
      others: count(detail('attacksControl')),
      upper: share(detail('upperLimit')),
      needed: count(detail('peopleNeeded')),
    },
  };
}

/** P4: singling out, linkability and inference, the three risks of WP216. */
export const linkageChecks = {
  'singling-out': {
    id: 'P4a',
    family: 'privacy',
    unit: 'share',
    tests: 1,
    limits: ['privacySignificance', 'attributedRisk'],
    question: {
      en: 'Do they point at exactly one training person?',
      sv: 'Pekar de ut exakt en träningsperson?',
    },
    name: { en: 'Singling out', sv: 'Särskiljning' },
    text: {
      en: 'How often does a synthetic image point at exactly one training person, beyond how often it points at exactly one other person?',
      sv: 'Hur ofta pekar en syntetisk bild på exakt en träningsperson, utöver hur ofta den pekar på exakt en annan person?',
    },
    finding: finding(
      {
        ...risk,
        found: {
          en: 'Of {attacks} claims that exactly one person lies close to a synthetic image, {training} held for training people and {control} for people whom the cohort never saw.',
          sv: 'Av {attacks} påståenden att exakt en person ligger tätt intill en syntetisk bild stämde {training} för träningspersoner och {control} för personer som kohorten aldrig sett.',
        },
        never: {
          en: 'Of {attacks} claims that exactly one person lies close to a synthetic image, none held. The check says little about this cohort: it cannot tell how often such a claim would be right.',
          sv: 'Av {attacks} påståenden att exakt en person ligger tätt intill en syntetisk bild stämde inget. Kontrollen säger föga om denna kohort: den visar inte hur ofta ett sådant påstående vore rätt.',
        },
        seldom: {
          en: 'Of {attacks} claims that exactly one person lies close to a synthetic image, {training} held for training people and {control} for people whom the cohort never saw: too few for a conclusion.',
          sv: 'Av {attacks} påståenden att exakt en person ligger tätt intill en syntetisk bild stämde {training} för träningspersoner och {control} för personer som kohorten aldrig sett: för få för en slutsats.',
        },
      },
      (found) => {
        const { isFailed, detail, count } = found;
        const hitsOf = (rate: string, attacks: string): number =>
          Math.round((detail(rate) ?? NaN) * (detail(attacks) ?? NaN));
        const [training, control] = [
          hitsOf('successTraining', 'attacks'),
          hitsOf('successControl', 'attacksControl'),
        ];
        const parts = {
          ...sayRisk(found).parts,
          attacks: count(detail('attacks')),
          training: count(training),
          control: count(control),
        };
        if (!isFailed && training + control < fewestHits)
          return { say: [training + control === 0 ? 'never' : 'seldom'], parts };
        return { say: ['found', 'gap'], parts };
      },
    ),
    advice: {
      en: 'Single people can be picked out: train with more people or stop earlier.',
      sv: 'Enskilda kan plockas ut: träna på fler personer eller avbryt tidigare.',
    },
  },

  linkability: {
    id: 'P4b',
    family: 'privacy',
    unit: 'share',
    tests: 1,
    limits: ['privacySignificance', 'attributedRisk'],
    question: {
      en: 'Do they join two halves of a training person?',
      sv: 'Fogar de samman två halvor av en träningsperson?',
    },
    name: { en: 'Linkability', sv: 'Kopplingsbarhet' },
    text: {
      en: 'How often does the cohort join two halves of a training person’s image, beyond how often it joins another person’s?',
      sv: 'Hur ofta fogar kohorten samman två halvor av en träningspersons bild, utöver hur ofta den fogar samman någon annans?',
    },
    finding: finding(
      {
        ...risk,
        found: {
          en: 'Given the left and the right half of an image apart, the cohort joins them for {training} of training people and for {control} of people whom it never saw.',
          sv: 'Av en bilds vänstra och högra halva var för sig fogar kohorten samman rätt halvor för {training} av träningspersonerna och för {control} av personer som den aldrig sett.',
        },
      },
      sayRisk,
    ),
    advice: {
      en: 'Two sources about a person can be linked through the cohort: stop the training earlier.',
      sv: 'Två källor om en person kan kopplas genom kohorten: avbryt träningen tidigare.',
    },
  },

  inference: {
    id: 'P4c',
    family: 'privacy',
    unit: 'share',
    tests: 1,
    limits: ['privacySignificance', 'attributedRisk'],
    question: {
      en: 'Do they tell a training person’s grade better than another’s?',
      sv: 'Röjer de en träningspersons grad bättre än en annans?',
    },
    name: { en: 'Inference', sv: 'Slutledning' },
    text: {
      en: 'How much better does the cohort tell the calcium grade of a training person than of another?',
      sv: 'Hur mycket bättre avslöjar kohorten kalkgraden hos en träningsperson än hos någon annan?',
    },
    finding: finding(
      {
        ...risk,
        found: {
          en: 'The nearest synthetic image tells the calcium grade rightly for {training} of training people and for {control} of people whom the cohort never saw.',
          sv: 'Närmaste syntetiska bild anger rätt kalkgrad för {training} av träningspersonerna och för {control} av personer som kohorten aldrig sett.',
        },
      },
      sayRisk,
    ),
    advice: {
      en: 'The cohort reveals more about those it was trained on: stop the training earlier.',
      sv: 'Kohorten röjer mer om dem som den tränats på: avbryt träningen tidigare.',
    },
  },
} satisfies Record<string, CheckRow>;
