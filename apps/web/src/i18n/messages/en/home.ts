import type { NotificationKind, homeItemKinds } from '@scapis/contracts';

type HomeItemKind = (typeof homeItemKinds)[number];

export const homeMessages = {
  landing: {
    title: 'Synthetic CT cohorts that you may take home',
    lead: 'The real images of SCAPIS stay inside the lab. Generators trained there draw synthetic cohorts; a release gate looks for any leak of a real person, two people approve, and you download.',
    signIn: 'Sign in',
    account:
      'You sign in with your lab account. Applying for access is the first thing to do after that.',
    points: {
      inside: {
        title: 'Real images stay inside',
        text: 'De-identified, encrypted, and used only under a permit that names people, datasets, purpose and end date.',
      },
      synthetic: {
        title: 'Generators draw new ones',
        text: 'Ensembles of GANs learn from the images and draw labelled cohorts of any size.',
      },
      proven: {
        title: 'A gate looks for leaks',
        text: 'Every image is searched for copies. The gate first plants leaks of its own and must catch them.',
      },
      download: {
        title: 'Two people approve',
        text: 'Blinded votes, never the author or the team. Then a resumable download with checksum and receipt.',
      },
    },
  },
  home: {
    hello: 'Hello, {{name}}',
    nothingWaits: 'Nothing waits for you just now.',
    waiting_one: 'One thing waits for you.',
    waiting_other: '{{count}} things wait for you.',
    mine: 'Waits for you',
    others: 'Waits for others',
    noMine: 'You are up to date',
    noMineHint:
      'What needs you shows up here: a form to finish, terms to sign, a vote to cast, a cohort to download.',
    noOthers: 'Nothing of yours waits for anyone else.',
    since: 'since {{at}}',
    start: 'Begin here',
    starts: {
      application: 'Apply for access',
      dataset: 'Take in a dataset',
      training: 'Train a generator',
      cohort: 'Draw a cohort',
      audit: 'Read the audit log',
      browse: 'Look at the cohorts',
    },
    kinds: {
      'finish-application': 'Finish your application',
      'answer-return': 'Answer the lab’s comment and send in again',
      'sign-terms': 'Read and sign the terms',
      'decide-application': 'Decide on an application',
      'approve-dataset': 'Approve what was taken in',
      'vote-release': 'Vote on a release',
      'watch-training': 'Training goes on',
      'run-gate': 'Run the release gate',
      'submit-release': 'Submit for release',
      'download-cohort': 'Download the released cohort',
      'waiting-for-decision': 'Waits for the lab’s decision',
      'permit-ends-soon': 'A permit ends soon',
      'ingest-failed': 'An upload could not be taken in',
      'training-failed': 'A training run failed',
      'gate-refused': 'The gate refused a cohort',
      'sign-override': 'Sign an override of the gate, or leave it',
    } satisfies Record<HomeItemKind, string>,
  },
  notificationsPage: {
    title: 'Messages',
    lead: 'What has happened in your projects.',
    empty: 'No messages',
    emptyHint: 'When something happens in one of your projects, the lab tells you here.',
    markRead: 'Mark as read',
  },
  notifications: {
    'application.submitted': 'An application was sent in',
    'application.returned': 'Your application was returned with a comment',
    'application.approved': 'Your application was approved',
    'application.rejected': 'Your application was rejected',
    'permit.revoked': 'A permit was revoked',
    'permit.terms-to-sign': 'Terms wait for your signature',
    'dataset.checked': 'A dataset version is ready to be looked at',
    'dataset.failed': 'A dataset version could not be taken in',
    'training.completed': 'A training run is complete',
    'training.memorised': 'A training run memorises people',
    'training.failed': 'A training run failed',
    'ensemble.completed': 'An ensemble has chosen its members',
    'ensemble.failed': 'An ensemble failed',
    'generator.accepted': 'A generator from elsewhere is accepted',
    'generator.turned-down': 'A generator from elsewhere was turned down',
    'gate.passed': 'A cohort passed the release gate',
    'gate.refused': 'The release gate refused a cohort',
    'gate.failed': 'A gate run broke off; run it again',
    'gate.overtaken':
      'Another cohort of the same dataset leaves the lab; run the gate again on this one',
    'release.submitted': 'A cohort waits for your vote',
    'release.released': 'A cohort was released',
    'release.rejected': 'A release was rejected',
    'release.withdrawn': 'A released cohort was withdrawn',
    'release.override-signed': 'One person has signed to override the gate; a second is needed',
    'release.overridden':
      'Two people have overridden the gate; the cohort can be submitted for review',
  } satisfies Record<NotificationKind, string>,
};
