import { z } from 'zod';
import { buttonVerbs } from '../views.ts';

/** Verbs that come back from a button or a dialog. */
export const buttonVerb = z.enum(buttonVerbs);
