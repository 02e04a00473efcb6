import { describe, expect, it } from 'vitest';
import { locales, type Locale } from '../locale.ts';
import { gateCheckNames, type GateCheck } from './checks.ts';
import { checkVerdicts, type JudgedCohort } from './check-result.ts';
import type { CheckResult } from './evidence.ts';
import { findingOf } from './findings.ts';
import { gateReasonNames } from './reasons.ts';

const attack: Partial<CheckResult> = {
  value: 0.5132,
  baseline: 0.5,
  threshold: 0.56,
  interval: [0.4721, 0.5529],
  details: {
    isConclusive: false,
    truePositives: 0.012,
    falsePositives: 0.01,
    members: 720,
    nonMembers: 240,
    detectableAuc: 0.607,
    peopleNeeded: 600,
  },
};
const risk = {
  successTraining: 0.72,
  successControl: 0.7,
  attacks: 720,
  attacksControl: 240,
  isConclusive: false,
  upperLimit: 0.05,
  peopleNeeded: 2_345,
};
const draws = { draws: 5, images: 480 };
const share: Partial<CheckResult> = {
  value: 0.712,
  baseline: 1,
  threshold: 0.8,
  interval: [0.68, 0.74],
};
const frechet: Partial<CheckResult> = { value: 0.4, baseline: 1, threshold: 0.25, details: draws };
const copies: Partial<CheckResult> = {
  value: 0,
  threshold: 0,
  details: {
    copies: 0,
    copiesReleasedBefore: 0,
    flagged: 3,
    flaggedExpected: 2.04,
    significance: 0.00125,
  },
};

/**
 * One result for each check with the details that the gate writes: made up, and for a reader to
 * find in the sentences.
 */
const results: Record<GateCheck, Partial<CheckResult>> = {
  input: {
    value: 3,
    threshold: 0,
    details: {
      notFinite: 0,
      outOfRange: 0,
      constant: 0,
      duplicates: 2,
      controlInTraining: 0,
      peopleInTwoSplits: 0,
      problems: 'synthetic images: 120',
    },
  },
  'self-test': {
    value: 0.978,
    threshold: 0.8,
    details: { worstForm: 'rotated', worstShare: 0.9, refusedForms: 9, forms: 9 },
  },
  'copy-contrastive': copies,
  'copy-pixel': copies,
  'copy-spectrum': copies,
  'attack-gan-leaks': attack,
  'attack-monte-carlo': attack,
  'attack-domias': attack,
  'attack-surrogate': attack,
  'attack-identity': attack,
  'attack-subspace': attack,
  'attack-vulnerable': {
    ...attack,
    details: { ...attack.details, variant: 'rare', groupsTooSmall: '' },
  },
  'data-copying': {
    value: -1.24,
    threshold: -3.72,
    details: { nonMembers: 240, imagesLeftOut: 12 },
  },
  identifiability: {
    value: 0.0123,
    threshold: 0.05,
    interval: [-0.021, 0.045],
    details: {
      identifiableMembers: 0.512,
      identifiableControl: 0.4997,
      isConclusive: false,
      upperLimit: 0.02,
    },
  },
  authenticity: {
    value: -0.0004,
    threshold: 0.05,
    interval: [-0.02, 0.019],
    details: { authentic: 0.95, authenticControl: 0.9496, isConclusive: true, upperLimit: 0.02 },
  },
  'likelihood-gap': attack,
  'singling-out': {
    value: 0.01,
    threshold: 0.05,
    interval: [-0.005, 0.025],
    details: {
      ...risk,
      successTraining: 0.02,
      successControl: 0.01,
      attacks: 2_000,
      attacksControl: 2_000,
    },
  },
  linkability: { value: 0.0667, threshold: 0.09, interval: [-0.15, 0.29], details: risk },
  inference: { value: 0.0667, threshold: 0.09, interval: [-0.15, 0.29], details: risk },
  memorisation: { value: 1.26, details: { epsilon: 7.94, delta: 0.0001 } },
  cells: {
    value: 14,
    threshold: 10,
    details: { combinationsShown: 24, combinationsTooSmall: 2, imagesAffected: 31 },
  },
  'frechet-contrastive': frechet,
  'frechet-random': frechet,
  coverage: {
    ...share,
    details: { ...draws, worstSpace: 'radiomics', coverageSynthetic: 0.57, coverageReal: 0.8 },
  },
  density: {
    value: 0.912,
    baseline: 1,
    threshold: 0.7,
    details: { ...draws, worstSpace: 'random', thresholdHigh: 1.3 },
  },
  'frechet-radiomics': frechet,
  'frechet-task': frechet,
  kid: { value: 0.0123, baseline: 0.0004, interval: [0.01, 0.0145] },
  'precision-recall': { value: 0.6, baseline: 0.85, details: { worstSpace: 'task' } },
  vendi: { ...share, details: { worstGrade: 'severe', worstSpace: 'task' } },
  'hu-realism': share,
  'noise-texture': { value: 2.12, baseline: 0.2 },
  'calcium-score': { value: 0.3, baseline: 0.082, details: { ...draws, worstGrade: 'mild' } },
  utility: { ...share, details: { trainedOnSynthetic: 0.684, trainedOnReal: 0.961 } },
  'label-consistency': share,
  'subgroup-gap': {
    value: 0.031,
    threshold: 0.05,
    interval: [0.01, 0.052],
    details: { worstGroup: '55-59' },
  },
  ranking: { value: 0.829, threshold: 0.8, interval: [0.6, 0.943], details: { methods: 6 } },
  calibration: { value: 0.05, threshold: 0.03, details: { errorSynthetic: 0.08, errorReal: 0.03 } },
  conformal: { ...share, details: { setSizeSynthetic: 1.84, setSizeReal: 1.1 } },
};

const judged: JudgedCohort = {
  counts: {
    synthetic: 2_000,
    training: 2_160,
    control: 720,
    reference: 720,
    trainingPeople: 720,
    controlPeople: 240,
    referencePeople: 240,
  },
  released: [],
};
const resultOf = (check: GateCheck, more: Partial<CheckResult> = {}): CheckResult => ({
  check,
  verdict: 'pass',
  value: null,
  baseline: null,
  threshold: null,
  passesWhen: null,
  unit: 'share',
  interval: null,
  histograms: [],
  curves: [],
  details: {},
  ...results[check],
  ...more,
});
const wholeOf = (result: CheckResult, locale: Locale, about = judged): string => {
  const { found, more } = findingOf(result, about, locale);
  return more === '' ? found : `${found} ${more}`;
};
/** With narrow and no-break spaces as plain ones. */
const say = (result: CheckResult, locale: Locale, about = judged): string =>
  wholeOf(result, locale, about).replaceAll(/[\u00a0\u202f]/g, ' ');
const withDetails = (
  check: GateCheck,
  details: CheckResult['details'],
  more: Partial<CheckResult> = {},
): CheckResult => resultOf(check, { ...more, details: { ...results[check].details, ...details } });

describe.each(locales)('findings in %s', (locale) => {
  it.each(gateCheckNames)(
    '%s: says whole sentences of any result, nothing left open, numbers as the language writes them',
    (check) => {
      const cases = checkVerdicts.flatMap((verdict) => [
        resultOf(check, { verdict }),
        resultOf(check, { verdict, details: {} }),
        resultOf(check, { verdict, value: null, interval: null, details: {} }),
        resultOf(check, { verdict, value: NaN, baseline: Infinity, interval: [NaN, NaN] }),
        resultOf(check, {
          verdict,
          value: null,
          details: { made: false, reason: 'Too few.', peopleNeeded: 10, peopleInTail: 4 },
        }),
        resultOf(check, { verdict, value: null, details: { made: false } }),
      ]);
      for (const result of cases) {
        const text = wholeOf(result, locale);
        expect(text).toMatch(/^[A-ZÅÄÖ0-9].*\.$/);
        expect(text).not.toMatch(/[{}]|NaN|Infinity|∞|undefined|null|\[object|[-−]0(?![.,\d])/);
        expect(text).not.toMatch(
          locale === 'sv' ? /\d\.\d|[1-9],\d{3}\b|\d%/ : /\d,\d(?!\d\d)|\d\u00a0\d/,
        );
      }
    },
  );

  it.each(gateCheckNames)('%s: has a sentence of its own with numbers in it', (check) => {
    const own = say(resultOf(check, { verdict: 'fail' }), locale);
    expect(own).toMatch(/\d/);
    expect(own).not.toMatch(/^(Measured|Uppmätt)/);
  });

  it.each(gateReasonNames)('gives the reason %s after what it explains', (reasonCode) => {
    const unmade = resultOf('copy-pixel', {
      verdict: 'fail',
      value: null,
      details: { made: false, reasonCode },
    });
    expect(say(unmade, locale)).toMatch(
      /^(This check could not be made|Kontrollen gick inte att göra).*\. [A-ZÅÄÖ].*\.$/,
    );
    expect(say(withDetails('input', { reasonCode }, { verdict: 'fail' }), locale)).toMatch(
      /^(Faults found|Funna fel).*: 1\. [A-ZÅÄÖ].*\.$/,
    );
  });
});

describe('findings', () => {
  it.each([
    [
      'copy-contrastive',
      'None of the 2,000 images lies nearer to a training image than chance allows. Flagged images, as near as only the nearest of other real people’s images: 3; expected by chance: 2. False-alarm rate of this check: at most 1 in 400 cohorts without copies.',
      'Ingen av de 2 000 bilderna ligger närmare en träningsbild än slumpen medger. Flaggade bilder, så nära som bara de närmaste av andra verkliga personers bilder: 3; väntat av slumpen: 2. Andel falsklarm i denna kontroll: högst 1 på 400 kohorter utan kopior.',
    ],
    [
      'attack-gan-leaks',
      'The attack picks the training person out of a pair in 51.3% of cases (AUC); guessing gives 50%. 95% confidence interval: 47.2% to 55.3%. True-positive rate: 1.2% of the training people, at 1% false positives among other people. With 240 people to compare with, a small leak cannot be ruled out; an AUC of 60.7% would be detected in 90% of runs.',
      'Angreppet pekar ut träningspersonen i ett par i 51,3 % av fallen (AUC); gissning ger 50 %. 95 % konfidensintervall: 47,2 % till 55,3 %. Andel funna: 1,2 % av träningspersonerna, vid 1 % falsklarm bland andra personer. Med 240 personer att jämföra med går en liten läcka inte att utesluta; en AUC på 60,7 % skulle upptäckas i 90 % av körningarna.',
    ],
    [
      'data-copying',
      'At worst, the synthetic images lie nearer to training images than other real people’s images do by 1.2 standard errors; at most 3.7 is allowed. The standard error is that of a comparison with 240 other people. Images in parts too small to test: 12.',
      'Som sämst ligger de syntetiska bilderna närmare träningsbilder än andra verkliga personers bilder gör med 1,2 medelfel; högst 3,7 tillåts. Medelfelet gäller en jämförelse med 240 andra personer. Bilder i delar som är för små att pröva: 12.',
    ],
    [
      'coverage',
      'Of held-out people’s images, 57% have a synthetic image nearby and 80% a training image. The ratio is 71.2%; at least 80% is required. That is in the worst of the four spaces (measurable features). Mean of 5 random draws of 480 images each; no confidence interval was computed.',
      'Av undanhållna personers bilder har 57 % en syntetisk bild nära sig och 80 % en träningsbild. Kvoten är 71,2 %; minst 80 % krävs. Det är i det sämsta av de fyra rummen (mätbara egenskaper). Medelvärde av 5 slumpvisa urval om 480 bilder; inget konfidensintervall räknades ut.',
    ],
    [
      'utility',
      'Balanced accuracy on real images: 68.4% for a model trained on the cohort, 96.1% for one trained on real images. The ratio is 71.2%; at least 80% is required. 95% confidence interval: 68% to 74%.',
      'Balanserad träffsäkerhet på verkliga bilder: 68,4 % för en modell tränad på kohorten, 96,1 % för en tränad på verkliga bilder. Kvoten är 71,2 %; minst 80 % krävs. 95 % konfidensintervall: 68 % till 74 %.',
    ],
    [
      'frechet-random',
      'In this space the cohort lies 2.5 times as far from real people as other real people do; at most 4 times is allowed. Mean of 5 random draws of 480 images each; no confidence interval was computed.',
      'I detta rum ligger kohorten 2,5 gånger så långt från verkliga personer som andra verkliga personer gör; högst 4 gånger tillåts. Medelvärde av 5 slumpvisa urval om 480 bilder; inget konfidensintervall räknades ut.',
    ],
    [
      'authenticity',
      'Authentic are 95% of the synthetic images and 95% of other real people’s images: farther from the nearest training image than that image is from the next training person’s. The difference is 0 percentage points (95% confidence interval -2 to 1.9); at most 5 is allowed.',
      'Äkta är 95 % av de syntetiska bilderna och 95 % av andra verkliga personers bilder: längre från närmaste träningsbild än den träningsbilden är från nästa träningspersons. Skillnaden är 0 procentenheter (95 % konfidensintervall −2 till 1,9); högst 5 tillåts.',
    ],
  ] as const)('%s', (check, english, swedish) => {
    expect([say(resultOf(check), 'en'), say(resultOf(check), 'sv')]).toEqual([english, swedish]);
  });

  it.each(['coverage', 'density', 'vendi'] as const)(
    'of %s name the space that decides, unless the file is from when there was one',
    (check) => {
      for (const [locale, sentence] of [
        ['en', 'the worst of the four spaces (the task space)'],
        ['sv', 'det sämsta av de fyra rummen (uppgiftens rum)'],
      ] as const) {
        expect(say(withDetails(check, { worstSpace: 'task' }), locale)).toContain(sentence);
        expect(say(withDetails(check, { worstSpace: null }), locale)).not.toMatch(
          /spaces|rummen|Measured|Uppmätt/,
        );
      }
    },
  );

  it('says the number alone where a file is too old to hold the rest of the sentence', () => {
    expect(locales.map((locale) => say(resultOf('coverage', { details: {} }), locale))).toEqual([
      'Uppmätt: 0,712.',
      'Measured: 0.712.',
    ]);
    expect(say(resultOf('ranking', { value: null, verdict: 'fail' }), 'en')).toBe(
      'This check gave no number.',
    );
  });

  it('counts copies, and tells a crowd near training images from a copy', () => {
    const of = (details: CheckResult['details']): string =>
      say(withDetails('copy-pixel', details, { verdict: 'fail' }), 'en');
    expect(of({ copies: 1 })).toMatch(
      /^1 of the 2,000 images lies nearer .*: see the closest pairs\./,
    );
    expect(of({ copies: 3, copiesReleasedBefore: 2 })).toMatch(
      /^3 of the 2,000 images lie nearer .* Of the images that are too near, released before: 2\./,
    );
    expect(of({ copies: 0, flagged: 40 })).toMatch(
      /^No single image is near enough .*: 40; expected by chance: 2\./,
    );
  });

  it('counts what was released before among the images that were searched', () => {
    const about = {
      ...judged,
      released: [{ cohortVersionId: 'c', images: 1_500, imagesSha256: 'i' }],
    };
    expect(say(resultOf('copy-pixel'), 'en', about)).toMatch(
      /^None of the 3,500 images .* Of all images searched, released before: 1,500\./,
    );
  });

  it('says of an attack whether it shows a leak, none, or too little', () => {
    const of = (verdict: CheckResult['verdict'], isConclusive: boolean): string =>
      say(withDetails('attack-domias', { isConclusive }, { verdict }), 'en');
    expect(of('fail', false)).toMatch(
      /statistically significant, and its upper confidence bound is above the limit\.$/,
    );
    expect(of('pass', true)).toMatch(/The upper confidence bounds keep the limits\.$/);
    expect(of('pass', false)).toMatch(/a small leak cannot be ruled out/);
  });

  it('says when those who stand out are too few', () => {
    expect(
      say(
        withDetails('attack-vulnerable', {
          members: 30,
          nonMembers: 4,
          groupsTooSmall: 'rare, outliers',
        }),
        'en',
      ),
    ).toMatch(
      /rare label combinations.* There are only 30 training people and 4 others: too few for a conclusion\.$/,
    );
    expect(
      say(withDetails('attack-vulnerable', { variant: 'outliers', groupsTooSmall: 'rare' }), 'en'),
    ).toMatch(/unusual people.*a small leak/);
  });

  it('says that singling out tells little where the cohort singles out few or none', () => {
    const of = (
      training: number,
      control: number,
      verdict: CheckResult['verdict'] = 'pass',
    ): string =>
      say(
        withDetails(
          'singling-out',
          { successTraining: training / 2_000, successControl: control / 2_000 },
          { verdict },
        ),
        'en',
      );
    expect(of(0, 0)).toBe(
      'Of 2,000 claims that exactly one person lies close to a synthetic image, none held. The check says little about this cohort: it cannot tell how often such a claim would be right.',
    );
    expect(of(2, 1)).toMatch(
      /2 held for training people and 1 for people whom the cohort never saw: too few for a conclusion\.$/,
    );
    expect(of(40, 20)).toMatch(
      /40 held .* 20 .*saw\. The risk beyond that of other people is 1% \(95% confidence interval -0\.5% to 2\.5%\); at most 5% is allowed\.$/,
    );
    expect(of(12, 0, 'fail')).toMatch(/The risk beyond that of other people/);
  });

  it('says that nothing is left to reveal where an attack is right for all others', () => {
    const found = withDetails('inference', { successControl: 1 }, { interval: [-1, 1] });
    expect(locales.map((locale) => say(found, locale))).toEqual([
      expect.stringMatching(
        /^Närmaste .* för 100 % av personer som kohorten aldrig sett\. Angreppet har rätt för alla som kohorten aldrig sett: [^.]*\.$/,
      ),
      expect.stringMatching(
        /^The nearest .* for 100% of people whom the cohort never saw\. The attack is right for everyone whom the cohort never saw: [^.]*\.$/,
      ),
    ]);
  });

  it('names what is wrong with the input and leaves out what is not', () => {
    expect(say(resultOf('input', { verdict: 'fail' }), 'en')).toBe(
      'Faults found: 3. No other check was made. Images that the cohort holds twice: 2. Sets that are too small or do not fit together: 1.',
    );
  });

  it('says what training recorded, and what bounds it', () => {
    const of = (value: number | null, epsilon: number | null): string =>
      say(
        resultOf('memorisation', {
          verdict: 'report',
          value,
          details: { epsilon, delta: epsilon && 0.0001 },
        }),
        'en',
      );
    expect(of(-0.4, null)).toMatch(/did not favour the people it learned from\. No privacy budget/);
    expect(of(null, 8)).toBe(
      'Differential privacy bounds what can be learned of one person: epsilon 8, delta 0.0001.',
    );
    expect(of(null, null)).toMatch(/^Training recorded nothing about memorisation\./);
  });

  it('tells a limit of nothing from a limit, a gain from a loss, and a small cell without its size', () => {
    expect(say(resultOf('frechet-task', { threshold: 0 }), 'en')).not.toContain('allowed');
    expect(say(resultOf('subgroup-gap', { value: 0 }), 'en')).toMatch(
      /no sex or age band loses more/,
    );
    expect(say(resultOf('data-copying', { value: 0.3 }), 'en')).toMatch(
      /^No part that could be tested/,
    );
    expect(say(resultOf('cells', { verdict: 'fail', value: 3 }), 'en')).toBe(
      'Of the 24 label combinations that the cohort shows, 2 have fewer people in the training split than the 10 required. Images that show them: 31. This was counted, not estimated.',
    );
  });
});
