import { applicationsMessages } from './applications.ts';
import { auditMessages } from './audit.ts';
import { cohortsMessages } from './cohorts.ts';
import { datasetsMessages } from './datasets.ts';
import { ensemblesMessages } from './ensembles.ts';
import { gateMessages } from './gate.ts';
import { generatorsMessages } from './generators.ts';
import { guidesMessages } from './guides.ts';
import { homeMessages } from './home.ts';
import { permitsMessages } from './permits.ts';
import { reviewsMessages } from './reviews.ts';
import { shellMessages } from './shell.ts';
import { statesMessages } from './states.ts';
import { thresholdsMessages } from './thresholds.ts';
import { trainingMessages } from './training.ts';
import { uiMessages } from './ui.ts';
import type { Messages } from '../en/index.ts';

/** Svenska. Typen är engelskans: en nyckel som fattas går inte att kompilera. */
export const sv: Messages = {
  ...shellMessages,
  ...uiMessages,
  ...guidesMessages,
  ...homeMessages,
  ...guidesMessages,
  ...applicationsMessages,
  ...permitsMessages,
  ...datasetsMessages,
  ...trainingMessages,
  ...ensemblesMessages,
  ...generatorsMessages,
  ...cohortsMessages,
  ...gateMessages,
  ...thresholdsMessages,
  ...auditMessages,
  ...reviewsMessages,
  ...statesMessages,
};
