import type { guidesMessages as English } from '../en/guides.ts';

export const guidesMessages: typeof English = {
  guides: {
    link: 'Handledning',
    mine: 'Handledningar',
    all: 'Alla handledningar',
    contents: 'På den här sidan',
    englishOnly: 'Den här handledningen finns bara på engelska.',
    names: {
      applicant: 'För sökande',
      reviewer: 'För granskare',
      'lab-admin': 'För labbadministratörer',
      operator: 'För driftansvariga',
      readers: 'Läsa en kohort i andra program',
      gate: 'Utlämningsspärrens regler',
    },
  },
};
