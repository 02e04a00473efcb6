import { finding, type Found, type Said, type Sentences } from './finding.ts';
import type { CheckRow, Distribution } from './row.ts';

/** How sure a rank test is: of attacks, and of the likelihood gap (distances.ts). */
export const certainty = {
  fails: {
    en: 'The leak is statistically significant, and its upper confidence bound is above the limit.',
    sv: 'Läckan är statistiskt signifikant, och dess övre konfidensgräns ligger över gränsvärdet.',
  },
  conclusive: {
    en: 'The upper confidence bounds keep the limits.',
    sv: 'De övre konfidensgränserna håller gränsvärdena.',
  },
  few: {
    en: 'With {others} people to compare with, a small leak cannot be ruled out; an AUC of {seen} would be detected in 90% of runs.',
    sv: 'Med {others} personer att jämföra med går en liten läcka inte att utesluta; en AUC på {seen} skulle upptäckas i 90 % av körningarna.',
  },
} satisfies Sentences;

/** Which sentences a rank test of people says. */
export function sayRankTest({
  isFailed,
  details,
  usual,
  share,
  count,
  detail,
}: Found): Said<keyof typeof certainty | 'found' | 'alarms'> {
  return {
    say: [
      'found',
      'interval',
      'alarms',
      isFailed
        ? 'fails'
        : details['isConclusive'] === true
          ? 'conclusive'
          : details['isConclusive'] === false && 'few',
    ],
    parts: {
      ...usual(share),
      falsely: share(detail('falsePositives')),
      rightly: share(detail('truePositives')),
      members: count(detail('members')),
      others: count(detail('nonMembers')),
      seen: share(detail('detectableAuc')),
    },
  };
}

const sentences = {
  ...certainty,
  found: {
    en: 'The attack picks the training person out of a pair in {value} of cases (AUC); guessing gives 50%.',
    sv: 'Angreppet pekar ut träningspersonen i ett par i {value} av fallen (AUC); gissning ger 50 %.',
  },
  alarms: {
    en: 'True-positive rate: {rightly} of the training people, at {falsely} false positives among other people.',
    sv: 'Andel funna: {rightly} av träningspersonerna, vid {falsely} falsklarm bland andra personer.',
  },
} satisfies Sentences;
const attack = finding(sentences, sayRankTest);

const suspicion: Distribution['axis'] = {
  en: 'score: farther right is more suspected',
  sv: 'poäng: längre åt höger är mer misstänkt',
};

/** P2: can an attacker tell who was trained on? */
export const attackChecks = {
  'attack-gan-leaks': {
    id: 'P2a',
    family: 'privacy',
    unit: 'share',
    tests: 4,
    limits: ['privacySignificance', 'attackAuc', 'attackTruePositives'],
    question: {
      en: 'Do they come nearer to training people than to others?',
      sv: 'Kommer de närmare träningspersoner än andra?',
    },
    name: { en: 'Attack: nearest neighbour', sv: 'Angrepp: närmaste granne' },
    text: {
      en: 'Does the cohort come nearer to training people than to people it was never shown, beyond how near other real people come? Guessing gives 50%.',
      sv: 'Kommer kohorten närmare träningspersoner än personer som den aldrig sett, utöver hur nära andra verkliga personer kommer? Gissning ger 50 %.',
    },
    finding: attack,
    advice: {
      en: 'Someone with a picture of a person can tell whether that person was trained on: train shorter, with more people or with more augmentation.',
      sv: 'Den som har en bild av en person kan avgöra om personen tränats på: träna kortare, på fler personer eller med mer augmentering.',
    },
    distribution: {
      title: {
        en: 'How near the cohort comes to each person, beyond other people',
        sv: 'Hur nära varje person kohorten kommer, utöver andra personer',
      },
      axis: suspicion,
    },
  },

  'attack-monte-carlo': {
    id: 'P2b',
    family: 'privacy',
    unit: 'share',
    tests: 4,
    limits: ['privacySignificance', 'attackAuc', 'attackTruePositives'],
    question: {
      en: 'Do more of them lie around training people?',
      sv: 'Ligger fler av dem kring träningspersoner?',
    },
    name: { en: 'Attack: crowd around a person', sv: 'Angrepp: trängsel kring en person' },
    text: {
      en: 'Do more synthetic images gather around the images of training people than of others?',
      sv: 'Samlas fler syntetiska bilder kring träningspersoners bilder än kring andras?',
    },
    finding: attack,
    advice: {
      en: 'The generator returns to single people too often: train shorter or with more augmentation.',
      sv: 'Generatorn återkommer för ofta till enskilda personer: träna kortare eller med mer augmentering.',
    },
    distribution: {
      title: {
        en: 'How many synthetic images lie around each person',
        sv: 'Hur många syntetiska bilder som ligger kring varje person',
      },
      axis: suspicion,
    },
  },

  'attack-domias': {
    id: 'P2c',
    family: 'privacy',
    unit: 'share',
    tests: 2,
    limits: ['privacySignificance', 'attackAuc', 'attackTruePositives'],
    question: {
      en: 'Are they dense where only training people are?',
      sv: 'Är de täta där bara träningspersoner finns?',
    },
    name: { en: 'Attack: density ratio', sv: 'Angrepp: täthetskvot' },
    text: {
      en: 'Is the cohort dense where people in general are not?',
      sv: 'Är kohorten tät där människor i allmänhet inte är det?',
    },
    finding: attack,
    advice: {
      en: 'The generator has learned the training people rather than people: use more people or stop earlier.',
      sv: 'Generatorn lärt sig träningspersonerna snarare än människor: använd fler personer eller avbryt tidigare.',
    },
    distribution: {
      title: {
        en: 'How much denser the cohort is around each person than people are',
        sv: 'Hur mycket tätare kohorten är kring varje person än människor är',
      },
      axis: suspicion,
    },
  },

  'attack-surrogate': {
    id: 'P2d',
    family: 'privacy',
    unit: 'share',
    tests: 2,
    limits: ['privacySignificance', 'attackAuc', 'attackTruePositives'],
    question: {
      en: 'Can a network that knows them tell who was trained on?',
      sv: 'Kan ett nät som känner dem avgöra vem som tränats på?',
    },
    name: { en: 'Attack: surrogate discriminator', sv: 'Angrepp: ersättande diskriminator' },
    text: {
      en: 'A small network learns to tell the cohort from other real people, and then ranks training people.',
      sv: 'Ett litet nät lär sig skilja kohorten från andra verkliga personer och rangordnar sedan träningspersonerna.',
    },
    finding: attack,
    advice: {
      en: 'The cohort carries traces of the training people: stop the training earlier.',
      sv: 'Kohorten bär spår av träningspersonerna: avbryt träningen tidigare.',
    },
    distribution: {
      title: {
        en: 'How much each person looks like the cohort to the network',
        sv: 'Hur mycket varje person liknar kohorten för nätet',
      },
      axis: suspicion,
    },
  },

  'attack-identity': {
    id: 'P2e',
    family: 'privacy',
    unit: 'share',
    tests: 2,
    limits: ['privacySignificance', 'attackAuc', 'attackTruePositives'],
    question: {
      en: 'Is a whole person, not one picture, recognised?',
      sv: 'Känns en hel person igen, inte bara en bild?',
    },
    name: { en: 'Attack: the whole person', sv: 'Angrepp: hela personen' },
    text: {
      en: 'Does any synthetic image come near to all images of one person at once?',
      sv: 'Kommer någon syntetisk bild nära alla bilder av en och samma person?',
    },
    finding: attack,
    advice: {
      en: 'A person can be recognised by other images than those trained on: train on fewer images of each person, or shorter.',
      sv: 'En person kan kännas igen på andra bilder än de tränade: träna på färre bilder av varje person, eller kortare.',
    },
    distribution: {
      title: {
        en: 'How near one synthetic image comes to all images of each person',
        sv: 'Hur nära alla bilder av varje person en syntetisk bild kommer',
      },
      axis: suspicion,
    },
  },

  'attack-vulnerable': {
    id: 'P2f',
    family: 'privacy',
    unit: 'share',
    tests: 4,
    limits: ['privacySignificance', 'attackAuc', 'attackTruePositives'],
    question: {
      en: 'Are rare and unusual people safe too?',
      sv: 'Är också sällsynta och ovanliga personer skyddade?',
    },
    name: { en: 'Attack: rare and unusual people', sv: 'Angrepp: sällsynta och ovanliga personer' },
    text: {
      en: 'The nearest-neighbour attack on people in rare label combinations and on outliers alone, who are the easiest to find.',
      sv: 'Angreppet med närmaste granne enbart mot personer med sällsynta märkningar och mot avvikande personer, som är lättast att hitta.',
    },
    finding: finding(
      {
        ...sentences,
        rare: {
          en: 'Among people in rare label combinations, the attack picks the training person out of a pair in {value} of cases (AUC); guessing gives 50%.',
          sv: 'Bland personer med sällsynta märkningar pekar angreppet ut träningspersonen i ett par i {value} av fallen (AUC); gissning ger 50 %.',
        },
        outliers: {
          en: 'Among unusual people, the attack picks the training person out of a pair in {value} of cases (AUC); guessing gives 50%.',
          sv: 'Bland ovanliga personer pekar angreppet ut träningspersonen i ett par i {value} av fallen (AUC); gissning ger 50 %.',
        },
        tiny: {
          en: 'There are only {members} training people and {others} others: too few for a conclusion.',
          sv: 'Det finns bara {members} träningspersoner och {others} andra: för få för en slutsats.',
        },
      },
      (found) => {
        const { variant, groupsTooSmall } = found.details;
        const {
          say: [, ...rest],
          parts,
        } = sayRankTest(found);
        const isTiny = String(groupsTooSmall).split(', ').includes(String(variant));
        return {
          say: [
            variant === 'rare' ? 'rare' : 'outliers',
            ...(isTiny && !found.isFailed ? (['tiny'] as const) : rest),
          ],
          parts,
        };
      },
    ),
    advice: {
      en: 'These few people are exposed though the average is safe: merge rare combinations, or leave outliers out of the training.',
      sv: 'Dessa få personer är utsatta fast genomsnittet är skyddat: slå ihop sällsynta märkningar eller lämna avvikande personer utanför träningen.',
    },
    distribution: {
      title: {
        en: 'How near the cohort comes to each rare or unusual person',
        sv: 'Hur nära varje sällsynt eller ovanlig person kohorten kommer',
      },
      axis: suspicion,
    },
  },

  'attack-subspace': {
    id: 'P2g',
    family: 'privacy',
    unit: 'share',
    tests: 8,
    limits: ['privacySignificance', 'attackAuc', 'attackTruePositives'],
    question: {
      en: 'Do training people lie in the directions in which they vary?',
      sv: 'Ligger träningspersoner i de riktningar som de varierar i?',
    },
    name: { en: 'Attack: the cohort’s subspace', sv: 'Angrepp: kohortens underrum' },
    text: {
      en: 'Are images of training people described better by the cohort’s principal axes (15 to 400 of them) than images of other people are, beyond how well as many axes of the reference people describe them?',
      sv: 'Beskrivs bilder av träningspersoner bättre av kohortens huvudaxlar (15 till 400 stycken) än bilder av andra personer, utöver hur väl lika många av referenspersonernas axlar beskriver dem?',
    },
    finding: attack,
    advice: {
      en: 'The cohort varies as the training people do and as people in general don’t, though no image is a copy: use more people or stop earlier.',
      sv: 'Kohorten varierar som träningspersonerna och inte som människor i allmänhet, fast ingen bild är en kopia: använd fler personer eller avbryt tidigare.',
    },
    distribution: {
      title: {
        en: 'How much better the cohort’s axes fit each person than others’ do',
        sv: 'Hur mycket bättre kohortens axlar än andras passar varje person',
      },
      axis: suspicion,
    },
  },
} satisfies Record<string, CheckRow>;
