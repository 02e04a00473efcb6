import { gateTexts } from '@scapis/contracts';
import type { GateVerdict, JudgedCheck } from '@scapis/contracts';

export const gateMessages = {
  gate: {
    ...gateTexts.en,
    title: 'Release gate',
    evidence: 'Evidence file (JSON)',
    evidencePdf: 'Evidence as PDF',
    failed: 'The gate run broke off',
    voided: 'The verdict is void: the gate missed copies that it had hidden itself',
    waits: 'Waits for a worker …',
    value: 'this cohort',
    baseline: 'real against real',
    threshold: 'limit',
    passZone: 'passes',
    rule: 'passes when',
    more: 'Distribution and further numbers',
    conditions: 'Conditions of this run',
    code: 'Code',
    imagesHash: 'Images (SHA-256)',
    sourcesHash: 'Source files (SHA-256)',
    judged: 'Judged',
    stages: {
      input: 'Checking the input',
      encoder: 'Training the search space',
      embedding: 'Placing every image in it',
      'copy-contrastive': 'Looking for copies by content',
      'copy-pixel': 'Looking for copies by pixel',
      'copy-spectrum': 'Looking for copies by spectrum',
      'self-test': 'Planting leaks and catching them',
      'attack-spaces': 'Preparing the attacks',
      attacks: 'Attacking the cohort',
      distances: 'Measuring nearness and linkage',
      fidelity: 'Comparing the distributions',
      utility: 'Training on synthetic, testing on real',
    },
    families: {
      'self-test': {
        title: 'Is the gate awake?',
        text: 'Before it judges, the gate hides real images in the cohort and must find them.',
      },
      privacy: { title: 'Privacy', text: 'A failure here refuses the release.' },
      fidelity: {
        title: 'Likeness',
        text: 'Read against how much real people differ from other real people. A failure marks the cohort for method development only.',
      },
      utility: { title: 'Use', text: 'Does a model trained on the cohort work on real images?' },
    },
    whatNow: {
      passed: 'The team can submit the cohort for release. Two reviewers then decide.',
      'passed-method-development-only':
        'The team can submit it for method development. To do better: see each failed check below, train again and draw a new cohort.',
      refused:
        'The checks below say which one failed; a new cohort from a generator trained with more people, more augmentation or fewer steps can be judged anew.',
      void: 'Tell the lab’s operators: the search itself must be mended before anything can be judged.',
    } satisfies Record<GateVerdict, string>,
    advice: {
      input:
        'The gate cannot judge these images, so nothing was judged. The further numbers say what is wrong and how many are needed: draw more images, or take in more people; where images are broken, empty or the same, mend the generator first.',
      'self-test':
        'The search missed copies that the gate had hidden itself, so it may have missed others. The lab must mend the search; the cohort is not at fault.',
      'copy-contrastive':
        'More images resemble a training person than chance explains, so the generator may have stored people. Train with more people, stronger augmentation or fewer steps, and draw a new cohort: taking out single images hides the fault and does not mend it.',
      'copy-pixel':
        'More images than chance explains are nearly the same picture as a training image. Let a reviewer look at the closest pairs. Then train with more people, stronger augmentation or an earlier checkpoint, and draw a new cohort.',
      'copy-spectrum':
        'More images than chance explains hold the waves, noise among them, of a training image. Let a reviewer look at the closest pairs. Then train with more people, stronger augmentation or an earlier checkpoint, and draw a new cohort.',
      'attack-gan-leaks':
        'Someone with a picture of a person can tell whether that person was trained on: train shorter, with more people or with more augmentation.',
      'attack-monte-carlo':
        'The generator returns to single people too often: train shorter or with more augmentation.',
      'attack-domias':
        'The generator has learned the training people rather than people: use more people or stop earlier.',
      'attack-surrogate': 'The cohort carries traces of them: stop the training earlier.',
      'attack-identity':
        'A person can be recognised by other images than those trained on: train on fewer images of each person, or shorter.',
      'attack-vulnerable':
        'These few are exposed though the average is safe: merge rare combinations, or leave outliers out of the training.',
      'data-copying':
        'The generator repeats the training images with small changes: stop the training earlier.',
      identifiability:
        'The cohort is built around the people it was trained on: use more people or stop earlier.',
      authenticity: 'Too many are a training image with small changes: stop the training earlier.',
      'likelihood-gap':
        'The generator fits the people it saw better than people in general: stop earlier or add people.',
      'singling-out': 'Single people can be picked out: train with more people or stop earlier.',
      linkability:
        'Two sources about a person can be linked through it: stop the training earlier.',
      inference: 'It reveals more about those it was trained on: stop the training earlier.',
      cells:
        'Some label combination has so few people behind it that it may point at one of them. Take in more people who have it, or draw a cohort that does not show it.',
      'frechet-contrastive':
        'Taken together, the images differ from the real ones in what a search by content sees. Train longer or with a larger network, and look at the sample sheet for what is missing.',
      'frechet-random':
        'Taken together, the images differ from the real ones even in a space that has not been fitted to them, so the difference is plain. Train longer or with a larger network.',
      coverage:
        'Some kinds of real people have no synthetic image like them. Train with more variety or with an ensemble, and see whether rare grades are drawn often enough.',
      density:
        'Under the lower limit the images lie away from the real ones: train longer. Over the upper limit they crowd round a few typical ones: vary more, or use an ensemble.',
      'frechet-radiomics':
        'Organs differ from real ones in area, grey value, texture or noise. See the checks of grey values and noise for which, then train longer or with a larger network.',
      'frechet-task':
        'A model that grades calcium sees other things in these images than in real ones. Train longer, or weight the labels more.',
      vendi:
        'In at least one grade the generator repeats itself. Give it more people of that grade, more variety, or use an ensemble.',
      'hu-realism':
        'Too many images have an organ with a grey value that no real image has. Train longer, and check that the training images were taken in with the same grey scale.',
      utility:
        'A model trained on the cohort does worse on real images than it may. Train the generator longer, weight the labels more, or draw more images of the rare grades.',
      'label-consistency':
        'Too many images do not show the grade that they claim. Weight the labels more, or train longer.',
      'subgroup-gap':
        'A sex or an age band would be served worse by models trained on the cohort. Take in more people of that group, or draw more images of it.',
      ranking:
        'A team that compared methods on the cohort could choose another than on real images. Draw more images, and train the generator longer.',
    } satisfies Record<JudgedCheck, string>,
    selfTest: {
      title: 'Planted copies, caught',
      form: 'Form',
      planted: 'Planted',
      contrastive: 'By content',
      pixel: 'By pixel',
      spectrum: 'By spectrum',
      caught: 'Caught',
      caughtOf: '{{caught}} (needs {{needed}})',
      verdict: 'Verdict',
    },
    counts: { synthetic: 'Synthetic images', people: '{{images}} images of {{people}} people' },
  },
  pairs: {
    title: 'Closest pairs',
    text: 'The pairs of real and synthetic images that lie closest, side by side: left the real one, with the number of the pair and the check that found it (P1a by content, P1b by pixel), and right the synthetic one, with its distance. For reviewers, inside the lab only.',
    warning: 'Real images ahead',
    recorded:
      'That you look is recorded in the audit log. Do not copy, photograph or describe these images outside the lab.',
    show: 'Show the pairs',
  },
};
