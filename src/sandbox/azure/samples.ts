import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { entityGiven } from './incident-entity.ts';

const folder = new URL('../alerts/', import.meta.url);

const common = {
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  kind: z.string().min(1),
};

const sampleFile = z.discriminatedUnion('source', [
  z.strictObject({
    ...common,
    source: z.literal('defender'),
    body: z.looseObject({ name: z.string(), properties: z.looseObject({ severity: z.string() }) }),
  }),
  z.strictObject({
    ...common,
    source: z.literal('sentinel'),
    body: z.looseObject({ properties: z.looseObject({ severity: z.string() }) }),
    alerts: z.array(entityGiven).default([]),
    entities: z.array(entityGiven).default([]),
    /** Samples of Defender alerts that the incident contains, oldest first; they appear in Defender too. */
    contains: z.array(z.string()).default([]),
  }),
]);
export type Sample = z.infer<typeof sampleFile>;
export type DefenderSample = Extract<Sample, { source: 'defender' }>;
export type SentinelSample = Extract<Sample, { source: 'sentinel' }>;

/** Every sample alert, by id. Throws where a file is not a sample or two have the same id. */
export function readSamples(): Map<string, Sample> {
  const samples = new Map<string, Sample>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const sample = sampleFile.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    if (samples.has(sample.id)) throw new Error(`${file}: there is a sample '${sample.id}' already.`);
    samples.set(sample.id, sample);
  }
  return samples;
}
