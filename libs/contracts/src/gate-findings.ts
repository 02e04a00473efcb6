import type { Locale } from './dto.ts';
import type { CheckResult, Evidence, GateCheck } from './evidence.ts';
import { reasonsOf } from './gate-reasons.ts';
import { gateTexts } from './gate-texts.ts';
import type { AgeBand, CalciumGrade, Sex } from './labels.ts';
import { fill } from './sentences.ts';

/**
 * What each check found and how sure that is, in plain sentences with their numbers: the pages and
 * the evidence as PDF say the same. `rows` says which sentences hold of a result and what stands in
 * them; the sentences stand below it in each language. A sentence must be true of the definition in
 * libs/gate, not only of the usual case.
 */

type Texts = typeof en;
type Named = 'contrastive' | 'random' | 'radiomics' | 'task' | CalciumGrade | Sex | AgeBand;
/** What a check's sentences are about: what was looked at. */
export type JudgedCohort = Pick<Evidence, 'counts' | 'released'>;
type Parts = Record<string, string | null>;
/**
 * Which sentences hold, in order, and what stands in them. A sentence with a part that the evidence
 * lacks is left out.
 */
interface Said<Sentence extends string> {
  say: readonly (Sentence | keyof Texts['shared'] | false)[];
  parts: Parts;
}
type SentenceOf<Check extends GateCheck> = keyof Texts['checks'][Check] & string;

/**
 * Claims that point at one person, from which on singling out can fail at all: with fewer, even if
 * all point at training people, the difference stays below the 3.6 deviations that its default
 * significance asks (libs/gate/src: linkage.ts, significance.ts).
 */
const fewestHits = 13;

export interface Finding {
  /** One sentence. */
  found: string;
  /** Against what, how sure, and what it cannot tell: sentences, or none. */
  more: string;
}

/** @returns what the check found, in whole sentences */
export function findingOf(result: CheckResult, judged: JudgedCohort, locale: Locale): Finding {
  const own: Record<string, string> = {
    ...texts[locale].shared,
    ...texts[locale].checks[result.check],
  };
  const reasons = reasonsOf(result.details, locale);
  if (result.details['made'] === false)
    return { found: texts[locale].shared.notMade, more: reasons.join(' ') };
  const facts = toFound(result, judged, locale);
  const { say, parts } = rows[result.check](facts);
  const [found, ...more] = say
    .filter((key) => key !== false)
    .map((key) => fillWhole(own[key], parts));
  // Without its first sentence the rest would hang in the air: older files lack details that newer
  // ones have.
  if (found === null || found === undefined)
    return {
      found:
        fillWhole(own['measured'], { value: facts.plain(result.value) }) ??
        texts[locale].shared.noNumber,
      more: '',
    };
  return { found, more: [...more.filter((sentence) => sentence !== null), ...reasons].join(' ') };
}

/** @returns null where there is no such sentence, or a part of it is missing */
function fillWhole(text: string | undefined, parts: Parts): string | null {
  if (text === undefined) return null;
  const isWhole = [...text.matchAll(/\{(\w+)\}/g)].every(
    ([, name = '']) => (parts[name] ?? null) !== null,
  );
  return isWhole ? fill(text, (name) => parts[name] ?? '') : null;
}

function formatsOf(tag: string) {
  // A difference that rounds to nothing is not "-0".
  const form = (options: Intl.NumberFormatOptions): Intl.NumberFormat =>
    new Intl.NumberFormat(tag, { signDisplay: 'negative', ...options });
  return {
    count: form({ maximumFractionDigits: 0 }),
    tenths: form({ maximumFractionDigits: 1 }),
    plain: form({ maximumSignificantDigits: 3 }),
    share: form({ style: 'percent', maximumFractionDigits: 1 }),
  };
}
const formats: Record<Locale, ReturnType<typeof formatsOf>> = {
  sv: formatsOf('sv-SE'),
  en: formatsOf('en-GB'),
};

/**
 * A result as its sentences take it up: its numbers, written as the language does; null where there
 * is none.
 */
function toFound(result: CheckResult, judged: JudgedCohort, locale: Locale) {
  const { value, baseline, threshold, interval, details } = result;
  const write =
    (form: keyof (typeof formats)[Locale]) =>
    (number: number | null): string | null =>
      number === null || !Number.isFinite(number) ? null : formats[locale][form].format(number);
  const tenths = write('tenths');
  const wordOf = (words: Record<string, string>, name: string): string | null =>
    words[String(details[name])] ?? null;
  return {
    ...result,
    judged,
    isFailed: result.verdict === 'fail',
    detail: (name: string): number | null =>
      typeof details[name] === 'number' ? details[name] : null,
    /** The word for the grade, group or space that a detail names. */
    named: (name: string) => wordOf(texts[locale].names, name),
    form: (name: string) => wordOf(gateTexts[locale].forms, name),
    tenths,
    count: write('count'),
    share: write('share'),
    plain: write('plain'),
    /** A share as so many of 100, or in percentage points. */
    hundred: (number: number | null) => tenths(number === null ? null : 100 * number),
    /** What stands in most sentences. */
    usual: (form: (number: number | null) => string | null): Parts => ({
      value: form(value),
      baseline: form(baseline),
      limit: form(threshold),
      low: form(interval?.[0] ?? null),
      high: form(interval?.[1] ?? null),
    }),
  };
}
type Found = ReturnType<typeof toFound>;

const rows: { [Check in GateCheck]: (found: Found) => Said<SentenceOf<Check>> } = {
  input: ({ isFailed, judged, value, count, detail }) => {
    const defects = [
      'notFinite',
      'outOfRange',
      'constant',
      'duplicates',
      'controlInTraining',
      'peopleInTwoSplits',
    ] as const;
    const problems = defects.reduce((left, name) => left - (detail(name) ?? 0), value ?? 0);
    return {
      say: isFailed
        ? [
            'unsound',
            ...defects.map((name) => (detail(name) ?? 0) > 0 && name),
            problems > 0 && 'problems',
          ]
        : ['sound'],
      parts: {
        images: count(judged.counts.synthetic),
        faults: count(value),
        problems: count(problems),
        ...Object.fromEntries(defects.map((name) => [name, count(detail(name))])),
      },
    };
  },
  'self-test': ({ usual, share, count, detail, form }) => ({
    say: ['found', 'stopped', 'counted'],
    parts: {
      ...usual(share),
      worst: share(detail('worstShare')),
      form: form('worstForm'),
      refused: count(detail('refusedForms')),
      forms: count(detail('forms')),
    },
  }),
  'copy-contrastive': sayCopies,
  'copy-pixel': sayCopies,
  'copy-spectrum': sayCopies,
  'attack-gan-leaks': sayAttack,
  'attack-monte-carlo': sayAttack,
  'attack-domias': sayAttack,
  'attack-surrogate': sayAttack,
  'attack-identity': sayAttack,
  'attack-vulnerable': (found) => {
    const { variant, groupsTooSmall } = found.details;
    const {
      say: [, ...rest],
      parts,
    } = sayAttack(found);
    const isTiny = String(groupsTooSmall).split(', ').includes(String(variant));
    return {
      say: [
        variant === 'rare' ? 'rare' : 'outliers',
        ...(isTiny && !found.isFailed ? (['tiny'] as const) : rest),
      ],
      parts,
    };
  },
  'data-copying': ({ value, threshold, tenths, count, detail }) => ({
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
  identifiability: (found) => sayNeighbours(found, 'identifiableMembers', 'identifiableControl'),
  authenticity: (found) => sayNeighbours(found, 'authentic', 'authenticControl'),
  'likelihood-gap': sayAttack,
  'singling-out': (found) => {
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
  linkability: sayRisk,
  inference: sayRisk,
  memorisation: ({ value, tenths, plain, detail }) => ({
    say: [
      value === null ? detail('epsilon') === null && 'unrecorded' : value > 0 ? 'found' : 'none',
      detail('epsilon') === null ? 'unspent' : 'spent',
    ],
    parts: {
      value: tenths(value),
      epsilon: plain(detail('epsilon')),
      delta: plain(detail('delta')),
    },
  }),
  cells: ({ isFailed, usual, count, detail }) => ({
    say: [isFailed ? 'small' : 'found', 'counted'],
    parts: {
      ...usual(count),
      shown: count(detail('combinationsShown')),
      small: count(detail('combinationsTooSmall')),
      affected: count(detail('imagesAffected')),
    },
  }),
  'frechet-contrastive': sayFrechet,
  'frechet-random': sayFrechet,
  coverage: (found) => ({
    say: ['found', 'worst', 'averaged'],
    parts: {
      ...found.usual(found.share),
      ...drawsOf(found),
      space: found.named('worstSpace'),
      own: found.hundred(found.detail('coverageSynthetic')),
      real: found.hundred(found.detail('coverageReal')),
    },
  }),
  density: (found) => ({
    say: ['found', 'worst', 'averaged'],
    parts: {
      ...found.usual(found.plain),
      ...drawsOf(found),
      space: found.named('worstSpace'),
      high: found.plain(found.detail('thresholdHigh')),
    },
  }),
  'frechet-radiomics': sayFrechet,
  'frechet-task': sayFrechet,
  kid: ({ usual, plain }) => ({ say: ['found', 'spread'], parts: usual(plain) }),
  'precision-recall': ({ usual, hundred, named }) => ({
    say: ['found', 'unsure'],
    parts: { ...usual(hundred), space: named('worstSpace') },
  }),
  vendi: ({ usual, share, named }) => ({
    say: ['found', 'worst', 'unsure'],
    parts: { ...usual(share), grade: named('worstGrade'), space: named('worstSpace') },
  }),
  'hu-realism': ({ usual, share }) => ({ say: ['found', 'found95'], parts: usual(share) }),
  'noise-texture': ({ usual, plain }) => ({ say: ['found', 'unsure'], parts: usual(plain) }),
  // Older files averaged nothing.
  'calcium-score': (found) => ({
    say: ['found', found.detail('draws') === null ? 'unsure' : 'averaged'],
    parts: { ...found.usual(found.hundred), ...drawsOf(found), grade: found.named('worstGrade') },
  }),
  utility: ({ usual, share, detail }) => ({
    say: ['found', 'found95'],
    parts: {
      ...usual(share),
      own: share(detail('trainedOnSynthetic')),
      real: share(detail('trainedOnReal')),
    },
  }),
  'label-consistency': ({ usual, share }) => ({ say: ['found', 'unsure'], parts: usual(share) }),
  'subgroup-gap': ({ value, usual, hundred, named }) => ({
    say: value !== null && value <= 0 ? ['none'] : ['found', 'found95'],
    parts: { ...usual(hundred), group: named('worstGroup') },
  }),
  ranking: ({ usual, plain, count, detail }) => ({
    say: ['found', 'found95'],
    parts: { ...usual(plain), methods: count(detail('methods')) },
  }),
  calibration: ({ usual, hundred, detail }) => ({
    say: ['found', 'unsure'],
    parts: {
      ...usual(hundred),
      own: hundred(detail('errorSynthetic')),
      real: hundred(detail('errorReal')),
    },
  }),
  conformal: ({ usual, share, plain, detail }) => ({
    say: ['found', 'found95'],
    parts: {
      ...usual(share),
      ownSize: plain(detail('setSizeSynthetic')),
      realSize: plain(detail('setSizeReal')),
    },
  }),
};

function sayCopies({
  isFailed,
  judged,
  value,
  count,
  tenths,
  detail,
}: Found): Said<keyof typeof copies> {
  const [copied, before, significance] = [
    detail('copies') ?? value ?? 0,
    detail('copiesReleasedBefore') ?? 0,
    detail('significance') ?? 0,
  ];
  const released = judged.released.reduce((sum, { images }) => sum + images, 0);
  return {
    say: [
      copied > 1 ? 'some' : copied === 1 ? 'one' : isFailed ? 'crowd' : 'none',
      before > 0 && 'before',
      'zone',
      released > 0 && 'released',
      'once',
    ],
    parts: {
      images: count(judged.counts.synthetic + released),
      copies: count(copied),
      released: count(released),
      before: count(before),
      flagged: count(detail('flagged')),
      expected: tenths(detail('flaggedExpected')),
      // Two rules may refuse, each at this significance (libs/gate/src/copies/copy-search.ts).
      once: significance > 0 ? count(1 / (2 * significance)) : null,
    },
  };
}

/** A rank test of people: attacks, and the likelihood gap, which says it in words of its own. */
function sayAttack({
  isFailed,
  details,
  usual,
  hundred,
  share,
  count,
  detail,
}: Found): Said<keyof typeof attack & SentenceOf<'likelihood-gap'>> {
  return {
    say: [
      'found',
      'found95',
      'alarms',
      isFailed
        ? 'fails'
        : details['isConclusive'] === true
          ? 'conclusive'
          : details['isConclusive'] === false && 'few',
    ],
    parts: {
      ...usual(hundred),
      falsely: share(detail('falsePositives')),
      rightly: share(detail('truePositives')),
      members: count(detail('members')),
      others: count(detail('nonMembers')),
      seen: hundred(detail('detectableAuc')),
    },
  };
}

function sayNeighbours(
  { isFailed, details, usual, hundred, share, detail }: Found,
  members: string,
  others: string,
): Said<SentenceOf<'identifiability'>> {
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

function sayRisk({
  isFailed,
  details,
  usual,
  share,
  count,
  detail,
}: Found): Said<SentenceOf<'linkability'>> {
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

/** The ratio turned round, which reads as a distance; a limit of 0 asks nothing. */
function sayFrechet(found: Found): Said<keyof typeof frechet> {
  const timesOf = (ratio: number | null): string | null =>
    found.plain(ratio === null || ratio <= 0 ? null : 1 / ratio);
  return {
    say: [found.threshold === 0 ? 'free' : 'found', 'averaged'],
    parts: { ...found.usual(timesOf), ...drawsOf(found) },
  };
}

function drawsOf({ count, detail }: Found): Parts {
  return { draws: count(detail('draws')), images: count(detail('images')) };
}

const copies = {
  none: 'None of the {images} images lies nearer to a training image than chance allows.',
  one: '1 of the {images} images lies nearer to a training image than chance allows: see the closest pairs.',
  some: '{copies} of the {images} images lie nearer to a training image than chance allows: see the closest pairs.',
  crowd: 'No single image is near enough to be a copy by itself, but too many are near.',
  zone: 'As near as only the nearest of other real people’s images: {flagged}; chance explains {expected}.',
  released: 'Released before, of all that were looked at: {released}.',
  before: 'Released before, of those that are too near: {before}.',
  once: 'A cohort without copies is stopped by this check at most once in {once} times.',
};
const rates = {
  fails: 'That is more than chance explains, and its upper end is more than is allowed.',
  conclusive: 'Even the upper end of what is likely keeps the limits.',
  few: 'With {others} people to compare with, a small leak cannot be ruled out; one of {seen} times of 100 would be noticed in nine cases of ten.',
};
const attack = {
  ...rates,
  found:
    'Told to pick the training person out of a pair, the attack is right {value} times of 100; a coin is right 50.',
  found95: 'With 95 % confidence it is right between {low} and {high} times of 100.',
  alarms:
    'Where it wrongly points at {falsely} of other people, it points at {rightly} of the training people.',
};
const neighbours = {
  gap: 'The difference is {value} percentage points, with 95 % confidence between {low} and {high}; up to {limit} is allowed.',
  few: 'Chance explains it, but with so few people a difference beyond {upper} points cannot be ruled out.',
};
const risk = {
  full: 'The attack is right for everyone whom the cohort never saw: nothing is left that training on people could add.',
  gap: 'The risk beyond that of other people is {value}, with 95 % confidence between {low} and {high}; up to {limit} is allowed.',
  few: 'With {others} people to compare with, a risk above {upper} cannot be ruled out; that takes about {needed} on each side.',
};
const frechet = {
  found:
    'In this space the cohort lies {value} times as far from real people as other real people do; at most {limit} times is allowed.',
  free: 'In this space the cohort lies {value} times as far from real people as other real people do.',
};

const en = {
  shared: {
    found95: 'With 95 % confidence it lies between {low} and {high}.',
    unsure: 'How far chance could move this number was not computed.',
    averaged:
      'It is the mean of {draws} random draws of {images} images each; how far chance could move it was not computed.',
    counted: 'This was counted, not estimated.',
    worst: 'That is so in the worst of the four spaces ({space}).',
    measured: 'Measured: {value}.',
    noNumber: 'No number came of this check.',
    notMade: 'This check could not be made, so it has not passed.',
  },
  names: {
    contrastive: 'the trained space',
    random: 'the random space',
    radiomics: 'what can be measured',
    task: 'the task space',
    none: 'none',
    mild: 'mild',
    moderate: 'moderate',
    severe: 'severe',
    female: 'women',
    male: 'men',
    '50-54': 'people of 50 to 54',
    '55-59': 'people of 55 to 59',
    '60-64': 'people of 60 to 64',
  } satisfies Record<Named, string>,
  checks: {
    input: {
      sound:
        'The {images} images of the cohort are whole and all different, no person is in two splits, and there are images and people enough to judge by.',
      unsound: 'Faults found: {faults}. Nothing else was looked at.',
      notFinite: 'Images with values that are no numbers: {notFinite}.',
      outOfRange: 'Images with values outside of the grey scale: {outOfRange}.',
      constant: 'Empty images: {constant}.',
      duplicates: 'Images that the cohort holds twice: {duplicates}.',
      controlInTraining: 'Control images that are also training images: {controlInTraining}.',
      peopleInTwoSplits: 'People in two splits: {peopleInTwoSplits}.',
      problems: 'Things that are too few, or do not fit together: {problems}.',
    },
    'self-test': {
      found:
        'The search found {value} of the copies that the gate had hidden in the cohort itself, and {worst} of the hardest form ({form}). At least {limit} of each form is asked.',
      stopped:
        'It would have stopped the cohort for {refused} of the {forms} forms; it must for all.',
    },
    'copy-contrastive': copies,
    'copy-pixel': copies,
    'copy-spectrum': copies,
    'attack-gan-leaks': attack,
    'attack-monte-carlo': attack,
    'attack-domias': attack,
    'attack-surrogate': attack,
    'attack-identity': attack,
    'attack-vulnerable': {
      ...attack,
      rare: 'Told to pick the training person out of a pair of people in rare label combinations, the attack is right {value} times of 100; a coin is right 50.',
      outliers:
        'Told to pick the training person out of a pair of unusual people, the attack is right {value} times of 100; a coin is right 50.',
      tiny: 'They are only {members} training people and {others} others: too few for a statement.',
    },
    'data-copying': {
      none: 'In no part that could be tested do the synthetic images lie nearer to training images than other real people’s images do.',
      some: 'At worst the synthetic images lie nearer to training images than other real people’s images do by {value} times the uncertainty; up to {limit} is allowed.',
      others: 'The uncertainty is that of a comparison with {others} other people.',
      left: 'In parts too small to test: {left} images.',
    },
    identifiability: {
      ...neighbours,
      found:
        'An image of a training person lies nearer to a synthetic image than to any other training person’s in {members} of cases; an image of someone whom the cohort never saw in {others}.',
    },
    authenticity: {
      ...neighbours,
      found:
        'Of the synthetic images {members} are their own, that is farther from the nearest training image than that one lies from the next training person’s; of other real people’s images {others}.',
    },
    'likelihood-gap': {
      ...rates,
      found:
        'Of a training person and another, the training person is the likelier one under the cohort {value} times of 100; with nothing memorised it is 50.',
      found95: 'With 95 % confidence it is between {low} and {high} times of 100.',
      alarms:
        'A likelihood that {falsely} of other people exceed is exceeded by {rightly} of the training people.',
    },
    'singling-out': {
      ...risk,
      found:
        'Of {attacks} claims that exactly one person lies close to a synthetic image, {training} held for training people and {control} for people whom the cohort never saw.',
      never:
        'Of {attacks} claims that exactly one person lies close to a synthetic image, none held. So the check says little: it does not tell how often such a claim would be right.',
      seldom:
        'Of {attacks} claims that exactly one person lies close to a synthetic image, {training} held for training people and {control} for people whom the cohort never saw: too seldom for a statement.',
    },
    linkability: {
      ...risk,
      found:
        'Given the left and the right half of an image apart, the cohort joins them for {training} of training people and for {control} of people whom it never saw.',
    },
    inference: {
      ...risk,
      found:
        'The nearest synthetic image tells the calcium grade rightly for {training} of training people and for {control} of people whom the cohort never saw.',
    },
    memorisation: {
      found:
        'At its last look, training found the people it learned from favoured by {value} times the uncertainty; chance alone seldom gives more than 3.',
      none: 'At its last look, training found the people it learned from not favoured over others.',
      spent:
        'Its noise bounds what can be learned of one patient: epsilon {epsilon}, delta {delta}.',
      unspent:
        'No privacy budget holds for all of it: no epsilon bounds what can be learned of one patient.',
      unrecorded: 'Training recorded nothing about memorisation.',
    },
    cells: {
      found:
        'Behind each of the {shown} label combinations that the cohort shows stand at least {value} people of the training split; {limit} are asked.',
      small:
        'Behind {small} of the {shown} label combinations that the cohort shows stand fewer people of the training split than the {limit} asked. Images that show them: {affected}.',
    },
    'frechet-contrastive': frechet,
    'frechet-random': frechet,
    coverage: {
      found:
        'The cohort comes close to {own} of 100 images of held-out people, where training images come close to {real}. That is {value} as many; at least {limit} is asked.',
    },
    density: {
      found:
        'Synthetic images lie {value} times as densely around real people’s as other real people’s do; between {limit} and {high} times is asked.',
    },
    'frechet-radiomics': frechet,
    'frechet-task': frechet,
    kid: {
      found:
        'The distance from the cohort to real people is {value}; from training people to other real people it is {baseline}.',
      spread: 'From draw to draw it lay between {low} and {high}.',
    },
    'precision-recall': {
      found:
        'Of 100 real images {value} lie among the synthetic ones, and {baseline} among training images, in the space where that is lowest ({space}).',
    },
    vendi: {
      found:
        'In the grade that varies least ({grade}), the cohort holds {value} as many different images as equally many real ones; at least {limit} is asked.',
    },
    'hu-realism': {
      found:
        'In {value} of the synthetic images lung, fat, soft tissue and bone all have the grey values of training images, and in {baseline} of other real people’s images; at least {limit} is asked.',
    },
    'noise-texture': {
      found:
        'At fine detail the cohort’s strength differs from real images by {value} dB on average; that of training images differs by {baseline} dB.',
    },
    'calcium-score': {
      found:
        'In the grade that differs most beyond what other real people do ({grade}), the share of images with at most a given amount of calcium differs from training images by up to {value} percentage points; for other real people by up to {baseline}.',
    },
    utility: {
      found:
        'A model trained on the cohort reads the calcium grade rightly in {own} of real images, one trained on real images in {real}, each grade counting alike. That is {value} as often; at least {limit} is asked.',
    },
    'label-consistency': {
      found:
        'A model trained on real images reads the grade that the label says in {value} of the synthetic images, and in {baseline} of real ones; at least {limit} is asked.',
    },
    'subgroup-gap': {
      found:
        'With the cohort in place of real images, {group} lose {value} percentage points more of a model’s accuracy than everyone together; up to {limit} is allowed.',
      found95: 'With 95 % confidence it is between {low} and {high} points.',
      none: 'With the cohort in place of real images, no sex or age band loses more of a model’s accuracy than everyone together.',
    },
    ranking: {
      found:
        'The order of {methods} methods by accuracy agrees with that on real images to {value}, where 1 is the same order and 0 no relation; at least {limit} is asked.',
    },
    calibration: {
      found:
        'What a model says of its certainty is off by {own} percentage points on average when it was trained on the cohort, and by {real} when on real images. Up to {limit} more counts as good.',
    },
    conformal: {
      found:
        'Allowed to miss one in ten, a model trained on the cohort gave answers that hold the true grade of {value} of real images, with {ownSize} grades an answer; one trained on real images {baseline}, with {realSize}.',
    },
  } satisfies Record<GateCheck, Record<string, string>>,
};

const svCopies: typeof copies = {
  none: 'Ingen av de {images} bilderna ligger närmare en träningsbild än slumpen medger.',
  one: '1 av de {images} bilderna ligger närmare en träningsbild än slumpen medger: se de närmaste paren.',
  some: '{copies} av de {images} bilderna ligger närmare en träningsbild än slumpen medger: se de närmaste paren.',
  crowd: 'Ingen enskild bild är nära nog att för sig vara en kopia, men alltför många är nära.',
  zone: 'Så nära som bara de närmaste av andra verkliga personers bilder: {flagged}; slumpen förklarar {expected}.',
  released: 'Utlämnade tidigare, av alla som prövades: {released}.',
  before: 'Utlämnade tidigare, av dem som ligger för nära: {before}.',
  once: 'En kohort utan kopior stoppas av denna kontroll högst en gång på {once}.',
};
const svRates: typeof rates = {
  fails: 'Det är mer än slumpen förklarar, och den övre änden är mer än vad som tillåts.',
  conclusive: 'Även den övre änden av det troliga håller gränserna.',
  few: 'Med {others} personer att jämföra med går en liten läcka inte att utesluta; en på {seen} gånger av 100 skulle märkas i nio fall av tio.',
};
const svAttack: typeof attack = {
  ...svRates,
  found:
    'När angreppet ska peka ut träningspersonen i ett par har det rätt {value} gånger av 100; ett mynt har rätt 50.',
  found95: 'Med 95 % säkerhet har det rätt mellan {low} och {high} gånger av 100.',
  alarms:
    'Där det felaktigt pekar ut {falsely} av andra personer pekar det ut {rightly} av träningspersonerna.',
};
const svNeighbours: typeof neighbours = {
  gap: 'Skillnaden är {value} procentenheter, med 95 % säkerhet mellan {low} och {high}; upp till {limit} tillåts.',
  few: 'Slumpen förklarar den, men med så få personer går en skillnad över {upper} enheter inte att utesluta.',
};
const svRisk: typeof risk = {
  full: 'Angreppet har rätt för alla som kohorten aldrig sett: det finns inget kvar som träning på personer kunde lägga till.',
  gap: 'Risken utöver andra personers är {value}, med 95 % säkerhet mellan {low} och {high}; upp till {limit} tillåts.',
  few: 'Med {others} personer att jämföra med går en risk över {upper} inte att utesluta; det kräver omkring {needed} på vardera sidan.',
};
const svFrechet: typeof frechet = {
  found:
    'I detta rum ligger kohorten {value} gånger så långt från verkliga personer som andra verkliga personer gör; högst {limit} gånger tillåts.',
  free: 'I detta rum ligger kohorten {value} gånger så långt från verkliga personer som andra verkliga personer gör.',
};

const sv: typeof en = {
  shared: {
    found95: 'Med 95 % säkerhet ligger det mellan {low} och {high}.',
    unsure: 'Hur långt slumpen kunde flytta talet räknades inte ut.',
    averaged:
      'Det är medelvärdet av {draws} slumpvisa urval om {images} bilder; hur långt slumpen kunde flytta det räknades inte ut.',
    counted: 'Detta är räknat, inte uppskattat.',
    worst: 'Så är det i det sämsta av de fyra rummen ({space}).',
    measured: 'Uppmätt: {value}.',
    noNumber: 'Kontrollen gav inget tal.',
    notMade: 'Kontrollen gick inte att göra, så den är inte godkänd.',
  },
  names: {
    contrastive: 'det tränade rummet',
    random: 'det slumpmässiga rummet',
    radiomics: 'det mätbara',
    task: 'uppgiftens rum',
    none: 'ingen',
    mild: 'lätt',
    moderate: 'måttlig',
    severe: 'svår',
    female: 'kvinnor',
    male: 'män',
    '50-54': 'personer mellan 50 och 54 år',
    '55-59': 'personer mellan 55 och 59 år',
    '60-64': 'personer mellan 60 och 64 år',
  },
  checks: {
    input: {
      sound:
        'Kohortens {images} bilder är hela och alla olika, ingen person finns i två delar, och det finns bilder och personer nog att bedöma efter.',
      unsound: 'Funna fel: {faults}. Inget annat prövades.',
      notFinite: 'Bilder med värden som inte är tal: {notFinite}.',
      outOfRange: 'Bilder med värden utanför gråskalan: {outOfRange}.',
      constant: 'Tomma bilder: {constant}.',
      duplicates: 'Bilder som kohorten har två gånger: {duplicates}.',
      controlInTraining: 'Kontrollbilder som också är träningsbilder: {controlInTraining}.',
      peopleInTwoSplits: 'Personer i två delar: {peopleInTwoSplits}.',
      problems: 'Sådant som är för litet eller inte passar ihop: {problems}.',
    },
    'self-test': {
      found:
        'Sökningen fann {value} av de kopior som spärren själv hade gömt i kohorten, och {worst} av den svåraste formen ({form}). Minst {limit} av varje form krävs.',
      stopped:
        'Den skulle ha stoppat kohorten för {refused} av de {forms} formerna; den måste göra det för alla.',
    },
    'copy-contrastive': svCopies,
    'copy-pixel': svCopies,
    'copy-spectrum': svCopies,
    'attack-gan-leaks': svAttack,
    'attack-monte-carlo': svAttack,
    'attack-domias': svAttack,
    'attack-surrogate': svAttack,
    'attack-identity': svAttack,
    'attack-vulnerable': {
      ...svAttack,
      rare: 'När angreppet ska peka ut träningspersonen i ett par med sällsynta märkningar har det rätt {value} gånger av 100; ett mynt har rätt 50.',
      outliers:
        'När angreppet ska peka ut träningspersonen i ett par av ovanliga personer har det rätt {value} gånger av 100; ett mynt har rätt 50.',
      tiny: 'De är bara {members} träningspersoner och {others} andra: för få för ett besked.',
    },
    'data-copying': {
      none: 'I ingen del som gick att pröva ligger de syntetiska bilderna närmare träningsbilder än andra verkliga personers bilder gör.',
      some: 'Som sämst ligger de syntetiska bilderna närmare träningsbilder än andra verkliga personers bilder gör med {value} gånger osäkerheten; upp till {limit} tillåts.',
      others: 'Osäkerheten är den i en jämförelse med {others} andra personer.',
      left: 'I delar som är för små att pröva: {left} bilder.',
    },
    identifiability: {
      ...svNeighbours,
      found:
        'En träningspersons bild ligger närmare en syntetisk bild än någon annan träningspersons i {members} av fallen; en bild av någon som kohorten aldrig sett i {others}.',
    },
    authenticity: {
      ...svNeighbours,
      found:
        'Av de syntetiska bilderna är {members} sina egna, alltså längre från närmaste träningsbild än den ligger från nästa träningspersons; av andra verkliga personers bilder {others}.',
    },
    'likelihood-gap': {
      ...svRates,
      found:
        'Av en träningsperson och någon annan är träningspersonen den sannolikare under kohorten {value} gånger av 100; om inget är memorerat är det 50.',
      found95: 'Med 95 % säkerhet är det mellan {low} och {high} gånger av 100.',
      alarms:
        'En sannolikhet som {falsely} av andra personer överträffar överträffas av {rightly} av träningspersonerna.',
    },
    'singling-out': {
      ...svRisk,
      found:
        'Av {attacks} påståenden att exakt en person ligger tätt intill en syntetisk bild stämde {training} för träningspersoner och {control} för personer som kohorten aldrig sett.',
      never:
        'Av {attacks} påståenden att exakt en person ligger tätt intill en syntetisk bild stämde inget. Kontrollen säger alltså föga: den visar inte hur ofta ett sådant påstående vore rätt.',
      seldom:
        'Av {attacks} påståenden att exakt en person ligger tätt intill en syntetisk bild stämde {training} för träningspersoner och {control} för personer som kohorten aldrig sett: för sällan för ett besked.',
    },
    linkability: {
      ...svRisk,
      found:
        'Av en bilds vänstra och högra halva var för sig fogar kohorten samman rätt halvor för {training} av träningspersonerna och för {control} av personer som den aldrig sett.',
    },
    inference: {
      ...svRisk,
      found:
        'Närmaste syntetiska bild anger rätt kalkgrad för {training} av träningspersonerna och för {control} av personer som kohorten aldrig sett.',
    },
    memorisation: {
      found:
        'När träningen senast såg efter gynnades personerna den lärde av med {value} gånger osäkerheten; slumpen ger sällan mer än 3.',
      none: 'När träningen senast såg efter gynnades personerna den lärde av inte framför andra.',
      spent:
        'Dess brus begränsar vad som går att lära om en patient: epsilon {epsilon}, delta {delta}.',
      unspent:
        'Ingen integritetsbudget gäller hela träningen: inget epsilon begränsar vad som går att lära om en patient.',
      unrecorded: 'Träningen antecknade inget om memorering.',
    },
    cells: {
      found:
        'Bakom var och en av de {shown} kombinationer av märkningar som kohorten visar står minst {value} personer i träningsdelen; {limit} krävs.',
      small:
        'Bakom {small} av de {shown} kombinationer av märkningar som kohorten visar står färre personer i träningsdelen än de {limit} som krävs. Bilder som visar dem: {affected}.',
    },
    'frechet-contrastive': svFrechet,
    'frechet-random': svFrechet,
    coverage: {
      found:
        'Kohorten kommer nära {own} av 100 bilder av undanhållna personer, där träningsbilder kommer nära {real}. Det är {value} så många; minst {limit} krävs.',
    },
    density: {
      found:
        'Syntetiska bilder ligger {value} gånger så tätt kring verkliga personers bilder som andra verkliga personers gör; mellan {limit} och {high} gånger krävs.',
    },
    'frechet-radiomics': svFrechet,
    'frechet-task': svFrechet,
    kid: {
      found:
        'Avståndet från kohorten till verkliga personer är {value}; från träningspersoner till andra verkliga personer är det {baseline}.',
      spread: 'Mellan urvalen skiftade det från {low} till {high}.',
    },
    'precision-recall': {
      found:
        'Av 100 verkliga bilder ligger {value} bland de syntetiska, och {baseline} bland träningsbilder, i det rum där det är lägst ({space}).',
    },
    vendi: {
      found:
        'I den grad som varierar minst ({grade}) har kohorten {value} så många olika bilder som lika många verkliga har; minst {limit} krävs.',
    },
    'hu-realism': {
      found:
        'I {value} av de syntetiska bilderna har lunga, fett, mjukvävnad och ben alla träningsbildernas gråvärden, och i {baseline} av andra verkliga personers bilder; minst {limit} krävs.',
    },
    'noise-texture': {
      found:
        'I fina detaljer skiljer sig kohortens styrka från verkliga bilder med i snitt {value} dB; träningsbildernas skiljer sig med {baseline} dB.',
    },
    'calcium-score': {
      found:
        'I den grad som skiljer sig mest utöver vad andra verkliga personer gör ({grade}) skiljer sig andelen bilder med högst en viss mängd kalk från träningsbilderna med upp till {value} procentenheter; för andra verkliga personer med upp till {baseline}.',
    },
    utility: {
      found:
        'En modell tränad på kohorten läser av kalkgraden rätt i {own} av verkliga bilder, en tränad på verkliga bilder i {real}, där varje grad räknas lika. Det är {value} så ofta; minst {limit} krävs.',
    },
    'label-consistency': {
      found:
        'En modell tränad på verkliga bilder läser av den grad som märkningen anger i {value} av de syntetiska bilderna, och i {baseline} av verkliga; minst {limit} krävs.',
    },
    'subgroup-gap': {
      found:
        'Med kohorten i stället för verkliga bilder förlorar {group} {value} procentenheter mer av en modells träffsäkerhet än alla tillsammans; upp till {limit} tillåts.',
      found95: 'Med 95 % säkerhet är det mellan {low} och {high} enheter.',
      none: 'Med kohorten i stället för verkliga bilder förlorar inget kön eller åldersband mer av en modells träffsäkerhet än alla tillsammans.',
    },
    ranking: {
      found:
        'Ordningen mellan {methods} metoder efter träffsäkerhet stämmer med den på verkliga bilder till {value}, där 1 är samma ordning och 0 inget samband; minst {limit} krävs.',
    },
    calibration: {
      found:
        'Vad en modell säger om sin säkerhet är i snitt {own} procentenheter fel när den tränats på kohorten, och {real} när den tränats på verkliga bilder. Upp till {limit} mer räknas som bra.',
    },
    conformal: {
      found:
        'En modell tränad på kohorten, som fick missa en av tio, gav svar som rymmer den sanna graden för {value} av verkliga bilder, med {ownSize} grader i varje svar; en tränad på verkliga bilder {baseline}, med {realSize}.',
    },
  },
};

const texts: Record<Locale, typeof en> = { en, sv };
