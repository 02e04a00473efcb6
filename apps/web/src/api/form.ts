import { zodResolver } from '@hookform/resolvers/zod';
import i18next from 'i18next';
import { z } from 'zod';
import { validationMessage } from '../i18n/validation.ts';

// Set here and not at start-up: only pages with a form load zod.
z.config({ customError: (issue) => validationMessage(issue, i18next.t) });

/** Validates a form by the lab's own schema; the sentences come in the page's language. */
export const formResolver = zodResolver;
