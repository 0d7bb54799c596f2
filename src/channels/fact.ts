import type { Instant } from '../incident/alert.ts';

/** `at` is drawn in the reader's time zone. What is `long` is a sentence, and has a line of its own. */
export type Fact = { label: string; value: string; long?: true } | { label: string; at: Instant };
