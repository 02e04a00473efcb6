import type { GuideName } from '../../../features/guides/guides.ts';

export const guidesMessages = {
  guides: {
    link: 'Guide',
    mine: 'Guides',
    all: 'All guides',
    contents: 'On this page',
    englishOnly: 'This guide is in English only.',
    names: {
      applicant: 'For applicants',
      reviewer: 'For reviewers',
      'lab-admin': 'For lab administrators',
      operator: 'For operators',
      readers: 'Reading a cohort in other programs',
      gate: 'The rules of the release gate',
    } satisfies Record<GuideName, string>,
  },
};
