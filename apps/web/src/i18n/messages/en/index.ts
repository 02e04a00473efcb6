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

/**
 * English, one file a feature. The Swedish file of the same name has this one's type; each closed
 * list of contracts must have its sentence here.
 */
export const en = {
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

/** The shape that each language must have: the same keys, all text. */
export type Messages = typeof en;
