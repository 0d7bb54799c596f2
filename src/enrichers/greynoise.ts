import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import {
  type Enrichment,
  nothingKnown,
  type Subject,
  type Trait,
  type Verdict,
} from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import { mayLeave } from './may-leave.ts';
import { createOutside, type OutsideOptions } from './outside.ts';
import { facts, flag, moment, text } from './said.ts';

/**
 * Whether an address searches the whole internet, so that an attack from it means nobody in particular, or is that of a
 * common service. https://docs.greynoise.io/reference/getcommunityip
 */
export function createGreyNoise(options: OutsideOptions): Enricher {
  const outside = createOutside({ title: 'GreyNoise', keyHeader: 'key' }, options);
  /** It knows IPv4 alone. */
  const addressOf = (subject: Subject) => {
    const question = mayLeave(subject, options.internal);
    if (question?.about !== 'ip' || subject.kind !== 'ip') return undefined;
    return question.address.includes(':') ? undefined : question.address;
  };

  return {
    name: 'greynoise',
    title: 'GreyNoise',
    question: 'Does this address scan everybody, or only us?',
    about: ['ip'],
    concerns: (subject) => addressOf(subject) !== undefined,
    side: 'greynoise',
    calls: 1,
    api: 'GreyNoise Community API v3: /v3/community/{ip}',
    permission: 'An API key (GREYNOISE_KEY)',
    lifetimeSeconds: 7 * 24 * 60 * 60,
    deadlineMs: 12_000,
    limits: '50 addresses a week, free',
    async enrich(subject, { signal }) {
      const address = addressOf(subject);
      if (!address) return nothingKnown;
      try {
        return readSeen(await outside.get(`/v3/community/${address}`, seen, signal), address);
      } catch (error) {
        if (error instanceof FarSideError && error.reason === 'not-found') return notSeen;
        throw error;
      }
    },
  };
}

const seen = z.object({
  ip: z.string(),
  noise: flag,
  riot: flag,
  classification: text(20),
  name: text(80),
  last_seen: moment,
});
type Seen = z.output<typeof seen>;

/** It sees whoever scans the internet: whom it has not seen came here on purpose. */
const notSeen: Enrichment = {
  facts: facts(['Scans the internet', 'not seen scanning in 90 days']),
  traits: [],
  verdict: { by: 'GreyNoise', level: 'unknown', says: 'not seen scanning' },
};

function readSeen(said: Seen, address: string): Enrichment {
  return {
    facts: facts(
      ['Scans the internet', said.noise ? 'yes' : 'not seen scanning in 90 days'],
      ['Common service', said.riot ? 'yes' : ''],
      ['Known as', said.name.toLowerCase() === 'unknown' ? '' : said.name],
      ['Classified as', said.classification],
      ['Last seen', said.last_seen],
    ),
    traits: traits(said),
    verdict: { by: 'GreyNoise', ...judge(said) },
    link: { label: 'GreyNoise', url: `https://viz.greynoise.io/ip/${encodeURIComponent(address)}` },
  };
}

function traits({ noise, riot }: Seen): Trait[] {
  if (riot) return [{ chip: 'common service', says: 'belongs to a common service', tone: 'good' }];
  return noise
    ? [{ chip: 'scans the internet', says: 'scans the whole internet, not only us', tone: 'neutral' }]
    : [];
}

function judge({ noise, riot, classification, name }: Seen): Omit<Verdict, 'by'> {
  const who = name === '' || name.toLowerCase() === 'unknown' ? '' : name;
  if (classification === 'malicious') return { level: 'malicious', says: who || 'attacks in its sensors' };
  if (classification === 'suspicious') return { level: 'suspicious', says: who || 'seen in its sensors' };
  if (riot || classification === 'benign') return { level: 'harmless', says: who || 'a common service' };
  return { level: 'unknown', says: noise ? 'scans the internet, why is not known' : 'not seen scanning' };
}
