import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { describe, FarSideError } from '../errors.ts';
import type { SubjectKind } from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';

/** A file that is no enricher, and why. */
export interface NotAnEnricher {
  file: string;
  reason: string;
}

/**
 * Enrichers of the user's own folder: each file exports one as its default (docs/adding-an-enricher.md). They run with all
 * that this process may do, so the folder is named by whoever may write the settings and by nobody else. All of them share
 * one budget, and none can take the name of ours.
 */
export async function loadOwn(
  folder: string,
  taken: ReadonlySet<string>,
): Promise<{ enrichers: Enricher[]; refused: NotAnEnricher[] }> {
  const enrichers: Enricher[] = [];
  const refused: NotAnEnricher[] = [];
  for (const file of filesIn(folder)) {
    try {
      const enricher = read(await import(pathToFileURL(path.join(folder, file)).href));
      if (taken.has(enricher.name) || enrichers.some(({ name }) => name === enricher.name)) {
        refused.push({ file, reason: `there is an enricher "${enricher.name}" already` });
      } else enrichers.push(enricher);
    } catch (error) {
      refused.push({ file, reason: error instanceof z.ZodError ? z.prettifyError(error) : describe(error) });
    }
  }
  return { enrichers, refused };
}

function filesIn(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => /\.(ts|mts|js|mjs)$/.test(file) && !file.endsWith('.d.ts'))
    .sort();
}

const kinds = [
  'account',
  'machine',
  'resource',
  'ip',
  'domain',
  'url',
  'file',
  'mailbox',
  'path',
  'incident',
] as const satisfies SubjectKind[];

const isFunction = <F>() => z.custom<F>((value) => typeof value === 'function', 'is no function');
const text = z.string().trim().min(1).max(200);

const shape = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'is a word of lower case letters, digits and -'),
  title: text,
  question: text,
  about: z.array(z.enum(kinds)).min(1),
  concerns: isFunction<NonNullable<Enricher['concerns']>>().optional(),
  calls: z.number().int().min(1).max(20).default(1),
  api: text,
  permission: text,
  lifetimeSeconds: z
    .number()
    .int()
    .min(10)
    .max(30 * 86_400),
  deadlineMs: z.number().int().min(100).max(30_000).default(5_000),
  limits: text.default('none said'),
  onDemand: z.literal(true).optional(),
  enrich: isFunction<Enricher['enrich']>(),
});

function read(module: { default?: unknown }): Enricher {
  const { concerns, onDemand, enrich, ...read } = shape.parse(module.default);
  return {
    ...read,
    side: 'own',
    ...(concerns && { concerns }),
    ...(onDemand && { onDemand }),
    async enrich(subject, context) {
      try {
        return await enrich(subject, context);
      } catch (error) {
        throw toFarSideError(error);
      }
    },
  };
}

const failed = z.object({
  name: z.literal('FarSideError'),
  message: z.string().catch(''),
  reason: z.enum(['rate-limited', 'unavailable', 'timeout', 'auth', 'not-found']),
  retryAfter: z.number().positive().optional().catch(undefined),
});

/** A file of the user's own cannot import our class; it may name the reason all the same. */
function toFarSideError(error: unknown): unknown {
  if (error instanceof FarSideError) return error;
  const { data } = failed.safeParse(error);
  if (!data) return error;
  const { reason, message, retryAfter } = data;
  return new FarSideError('azure', reason, message, retryAfter === undefined ? {} : { retryAfter });
}
