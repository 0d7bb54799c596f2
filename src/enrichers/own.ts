import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { describe, FarSideError } from '../errors.ts';
import type { SubjectKind } from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';

/** A file that is no enricher, or a folder that is none, and why. */
export interface NotAnEnricher {
  file: string;
  reason: string;
}

export interface OwnOptions {
  /** Hears of what an enricher throws where it may not: it does not concern what it was asked about. */
  broken(enricher: string, error: unknown): void;
  /** Milliseconds for one file to load; 10,000 when absent. */
  patienceMs?: number;
}

/**
 * Enrichers of the user's own folder: each file exports one as its default (docs/adding-an-enricher.md). They run with all
 * that this process may do, so the folder is named by whoever may write the settings and by nobody else. All of them share
 * one budget, and none can take the name of ours. Never throws.
 */
export async function loadOwn(
  folder: string,
  taken: ReadonlySet<string>,
  options: OwnOptions,
): Promise<{ enrichers: Enricher[]; refused: NotAnEnricher[] }> {
  const enrichers: Enricher[] = [];
  const refused: NotAnEnricher[] = [];
  const files = filesIn(folder);
  if (!Array.isArray(files)) return { enrichers, refused: [files] };
  // Side by side: however many of them hang, the start waits once.
  const loaded = await Promise.all(files.map((file) => load(path.join(folder, file), options)));
  for (const [at, one] of loaded.entries()) {
    const file = files[at] ?? '';
    if (typeof one === 'string') refused.push({ file, reason: one });
    else if (taken.has(one.name) || enrichers.some(({ name }) => name === one.name)) {
      refused.push({ file, reason: `there is an enricher "${one.name}" already` });
    } else enrichers.push(one);
  }
  return { enrichers, refused };
}

function filesIn(folder: string): string[] | NotAnEnricher {
  try {
    return fs
      .readdirSync(folder)
      .filter((file) => /\.(ts|mts|js|mjs)$/.test(file) && !file.endsWith('.d.ts'))
      .sort();
  } catch (error) {
    return { file: folder, reason: `is no folder that can be read: ${describe(error)}` };
  }
}

const longestLoadMs = 10_000;

/** The enricher of a file, or why it has none. A file may wait for ever at its top level; the start does not. */
async function load(
  file: string,
  { broken, patienceMs = longestLoadMs }: OwnOptions,
): Promise<Enricher | string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`was not loaded within ${patienceMs / 1_000} s`), patienceMs);
  try {
    const module = await Promise.race([import(pathToFileURL(file).href), promise]);
    return typeof module === 'string' ? module : read(module, broken);
  } catch (error) {
    return error instanceof z.ZodError ? z.prettifyError(error) : describe(error);
  } finally {
    clearTimeout(timer);
  }
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

function read(module: { default?: unknown }, broken: OwnOptions['broken']): Enricher {
  const { concerns, onDemand, enrich, ...read } = shape.parse(module.default);
  return {
    ...read,
    side: 'own',
    ...(concerns && { concerns: guarded(read.name, concerns, broken) }),
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

/** It is called while incidents are planned, all of them in one go: what it throws must harm none. */
function guarded(
  name: string,
  concerns: NonNullable<Enricher['concerns']>,
  broken: OwnOptions['broken'],
): NonNullable<Enricher['concerns']> {
  return (subject) => {
    try {
      return concerns(subject);
    } catch (error) {
      broken(name, error);
      return false;
    }
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
