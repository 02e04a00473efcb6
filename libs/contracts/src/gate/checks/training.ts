import { finding } from './finding.ts';
import type { CheckRow } from './row.ts';

/** P7 and P5: what training recorded, and how many people stand behind the labels shown. */
export const trainingChecks = {
  memorisation: {
    id: 'P7',
    family: 'privacy',
    unit: 'distance',
    isReport: true,
    limits: [],
    question: { en: 'What did training itself record?', sv: 'Vad antecknade träningen själv?' },
    name: { en: 'Memorisation during training', sv: 'Memorering under träningen' },
    text: {
      en: 'What the training itself recorded: how far it favoured the people it saw, and the privacy budget (epsilon for each person) where it was trained with one. For the people who decide.',
      sv: 'Vad träningen själv antecknade: hur mycket den gynnade personerna den såg, och integritetsbudgeten (epsilon per person) om den tränades med en sådan. För dem som beslutar.',
    },
    finding: finding(
      {
        found: {
          en: 'At its last evaluation, training favoured the people it learned from by {value} standard errors; chance alone seldom gives more than 3.',
          sv: 'Vid sin senaste utvärdering gynnade träningen personerna den lärde av med {value} medelfel; slumpen ger sällan mer än 3.',
        },
        none: {
          en: 'At its last evaluation, training did not favour the people it learned from.',
          sv: 'Vid sin senaste utvärdering gynnade träningen inte personerna den lärde av.',
        },
        spent: {
          en: 'Differential privacy bounds what can be learned of one person: epsilon {epsilon}, delta {delta}.',
          sv: 'Differentiell integritet begränsar vad som går att lära om en person: epsilon {epsilon}, delta {delta}.',
        },
        unspent: {
          en: 'No privacy budget covers the whole training: no epsilon bounds what can be learned of one person.',
          sv: 'Ingen integritetsbudget gäller hela träningen: inget epsilon begränsar vad som går att lära om en person.',
        },
        unrecorded: {
          en: 'Training recorded nothing about memorisation.',
          sv: 'Träningen antecknade inget om memorering.',
        },
      },
      ({ value, tenths, plain, detail }) => ({
        say: [
          value === null
            ? detail('epsilon') === null && 'unrecorded'
            : value > 0
              ? 'found'
              : 'none',
          detail('epsilon') === null ? 'unspent' : 'spent',
        ],
        parts: {
          value: tenths(value),
          epsilon: plain(detail('epsilon')),
          delta: plain(detail('delta')),
        },
      }),
    ),
  },

  cells: {
    id: 'P5',
    family: 'privacy',
    unit: 'people',
    limits: ['minimumCell'],
    question: {
      en: 'Are there enough people behind each label combination?',
      sv: 'Finns det tillräckligt många personer bakom varje kombination av märkningar?',
    },
    name: {
      en: 'Enough people behind each label',
      sv: 'Tillräckligt många personer bakom varje märkning',
    },
    text: {
      en: 'Fewest people of the training split behind any combination of labels that the cohort shows.',
      sv: 'Minsta antalet personer i träningsdelen bakom någon kombination av märkningar som kohorten visar.',
    },
    finding: finding(
      {
        found: {
          en: 'Each of the {shown} label combinations that the cohort shows has at least {value} people in the training split; {limit} are required.',
          sv: 'Var och en av de {shown} kombinationer av märkningar som kohorten visar har minst {value} personer i träningsdelen; {limit} krävs.',
        },
        small: {
          en: 'Of the {shown} label combinations that the cohort shows, {small} have fewer people in the training split than the {limit} required. Images that show them: {affected}.',
          sv: 'Av de {shown} kombinationer av märkningar som kohorten visar har {small} färre personer i träningsdelen än de {limit} som krävs. Bilder som visar dem: {affected}.',
        },
      },
      ({ isFailed, usual, count, detail }) => ({
        say: [isFailed ? 'small' : 'found', 'counted'],
        parts: {
          ...usual(count),
          shown: count(detail('combinationsShown')),
          small: count(detail('combinationsTooSmall')),
          affected: count(detail('imagesAffected')),
        },
      }),
    ),
    advice: {
      en: 'Some label combination has so few people behind it that it may point at one of them. Take in more people who have it, or draw a cohort that does not show it.',
      sv: 'Någon kombination av märkningar har så få personer bakom sig att den kan peka ut en av dem. Ta in fler personer som har den, eller dra en kohort som inte visar den.',
    },
  },
} satisfies Record<string, CheckRow>;
