import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

// The package's types lead into the renderer's sources, which do not hold to our compiler's settings.
const { Template }: { Template: new (json: unknown) => { expand(context: { $root: object }): unknown } } =
  createRequire(import.meta.url)('adaptivecards-templating');

/** An Adaptive Card as JSON. */
export type Card = Record<string, unknown>;

export const templateNames = [
  'incident',
  'incident-closed',
  'incident-existence',
  'log',
  'summary',
  'question',
  'reply-details',
  'reply-incidents',
  'reply-lines',
  'query',
  'run',
  'page',
  'reply-hunts',
  'dialog',
] as const;
export type TemplateName = (typeof templateNames)[number];

const folder = new URL('../../../adaptive-cards/', import.meta.url);
const cardShape = z.record(z.string(), z.unknown());

// Read and prepared once; expanding leaves a prepared template as it was.
const prepared = new Map(
  templateNames.map((name) => [
    name,
    new Template(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))),
  ]),
);

/**
 * Fills a template of `adaptive-cards/`. Every field that the template names must be there: a missing one
 * would be shown as `${field}`. What is filled in is not expanded again, so `${…}` in alert text stays text.
 */
export function fill(name: TemplateName, fields: Record<string, unknown>): Card {
  return cardShape.parse(prepared.get(name)?.expand({ $root: fields }));
}
