import { gateTexts } from '@scapis/contracts';
import type { GateVerdict } from '@scapis/contracts';

export const gateMessages = {
  gate: {
    ...gateTexts.en,
    title: 'Release gate',
    evidence: 'Evidence file (JSON)',
    evidencePdf: 'Evidence as PDF',
    failed: 'The gate run broke off',
    voided: 'The verdict is inconclusive: the gate missed canaries that it had hidden itself',
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
    asked: {
      title: 'What was asked',
      passed: '{{passed}} of {{count}} passed',
      failed_one: '{{count}} failed',
      failed_other: '{{count}} failed',
      unmade_one: '{{count}} not made',
      unmade_other: '{{count}} not made',
      reported: 'for information: {{count}}',
    },
    wrong: {
      title: 'What failed, or could not be made',
      none: 'Nothing failed, and every check was made.',
      unmade: 'not made',
    },
    caughtBy: {
      title: 'Copies that the gate hid, and found',
      one: '{{form}}: {{caught}} of {{planted}} found',
    },
    oneLine: '{{value}}, passes when {{rule}}',
    stages: {
      input: 'Checking the input',
      encoder: 'Training the search space',
      embedding: 'Placing every image in it',
      'copy-contrastive': 'Looking for copies by content',
      'copy-pixel': 'Looking for copies by pixel',
      'copy-spectrum': 'Looking for copies by spectrum',
      'self-test': 'Hiding canaries and searching for them',
      'attack-spaces': 'Preparing the attacks',
      attacks: 'Attacking the cohort',
      distances: 'Measuring nearness and linkage',
      fidelity: 'Comparing the distributions',
      utility: 'Training on synthetic, testing on real',
    },
    whatNow: {
      passed: 'The team can submit the cohort for release. Two reviewers then decide.',
      'passed-method-development-only':
        'The team can submit it for method development. To do better: see each failed check below, train again and draw a new cohort.',
      'of-no-use':
        'The team can submit it only with a written reason, which the reviewers read and which goes with the cohort. Better: train longer and draw a new one.',
      refused:
        'The checks below say which one failed; a new cohort from a generator trained with more people, more augmentation or fewer steps can be judged anew.',
      void: 'Tell the lab’s operators: they must repair the search before anything can be judged.',
    } satisfies Record<GateVerdict, string>,
    selfTest: {
      title: 'Canaries found',
      form: 'Transformation',
      planted: 'Hidden',
      contrastive: 'By content',
      pixel: 'By pixel',
      spectrum: 'By spectrum',
      caught: 'Found',
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
