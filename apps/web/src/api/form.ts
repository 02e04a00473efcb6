import { zodResolver } from '@hookform/resolvers/zod';
import i18next from 'i18next';
import { z } from 'zod';
import { toLocale } from '../i18n/format.ts';
import { sayFieldFault } from '../i18n/said.ts';

// Set here and not at start-up: only pages with a form load zod.
z.config({ customError: (issue) => sayFieldFault(issue, toLocale(i18next.language)) });

/** Validates a form by the lab's own schema; the sentences come in the page's language. */
export const formResolver = zodResolver;
