import { z } from 'zod';
import { marks } from '../incident/enrichment.ts';
import { usualWeights, type Weights } from '../incident/worth.ts';
import type { OwnNetwork } from './address.ts';
import { readRange } from './ip.ts';
import { type TagNames, usualTags } from './resource/tags.ts';
import type { WatchList } from './watch-list.ts';

/** What the settings file says of enrichment. Files and folders are seen from the settings file. */
export interface EnrichmentPolicy {
  enabled: boolean;
  /** Enrichers by name that nobody is to ask. */
  off: string[];
  /** Folder of enrichers of the user's own; none runs unless it is named. */
  folder?: string | undefined;
  /** By how much what is told makes an incident weigh more. */
  weights: Weights;
  /** Names of the tags of Azure resources that say something, besides the usual ones. */
  tags: TagNames;
  /** Sensitivity labels, with those below them, on what must not leave. */
  labels: string[];
  /** Domains and ranges of ours, which nobody outside is told of. */
  internal: string[];
  networks: OwnNetwork[];
  lists: WatchList[];
  cloudRanges: string[];
  places: string[];
  /** MITRE's STIX bundle, in place of the table that comes with us. */
  attack?: string | undefined;
}

const text = z.string().trim().min(1);
const weight = z.number().min(1).max(10);
const range = text.refine((said) => readRange(said) !== undefined, 'is not like 203.0.113.0/28');

const tagNames = z
  .partialRecord(z.enum(['owner', 'application', 'environment', 'criticality', 'runbook']), z.array(text))
  .transform((said): TagNames => {
    const more = (key: keyof TagNames) => [...(said[key] ?? []), ...usualTags[key]];
    return {
      owner: more('owner'),
      application: more('application'),
      environment: more('environment'),
      criticality: more('criticality'),
      runbook: more('runbook'),
    };
  });

export const enrichmentPolicy = z
  .object({
    enabled: z.boolean().default(true),
    off: z.array(text).default([]),
    folder: text.optional(),
    weights: z
      .partialRecord(z.enum(marks), weight)
      .transform((said): Weights => ({ ...usualWeights, ...said }))
      .default(usualWeights),
    tags: tagNames.default(usualTags),
    labels: z.array(text).default(['Highly Confidential']),
    internal: z.array(text).default([]),
    networks: z
      .array(z.object({ name: text, range, trusted: z.boolean().default(false) }).strict())
      .default([]),
    lists: z
      .array(
        z
          .object({
            name: text,
            file: text,
            level: z.enum(['malicious', 'suspicious', 'harmless']).default('malicious'),
          })
          .strict(),
      )
      .default([]),
    cloudRanges: z.array(text).default([]),
    places: z.array(text).default([]),
    attack: text.optional(),
  })
  .strict() satisfies z.ZodType<EnrichmentPolicy>;

export const usualEnrichment: EnrichmentPolicy = enrichmentPolicy.parse({});

/** The same, with every file and folder where it is. */
export function withFiles(
  policy: EnrichmentPolicy,
  seenFromFile: (place: string) => string,
): EnrichmentPolicy {
  return {
    ...policy,
    folder: policy.folder && seenFromFile(policy.folder),
    attack: policy.attack && seenFromFile(policy.attack),
    lists: policy.lists.map((list) => ({ ...list, file: seenFromFile(list.file) })),
    cloudRanges: policy.cloudRanges.map(seenFromFile),
    places: policy.places.map(seenFromFile),
  };
}
