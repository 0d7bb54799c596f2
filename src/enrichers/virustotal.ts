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
import { mayLeave, type Question } from './may-leave.ts';
import { createOutside, type OutsideOptions } from './outside.ts';
import { count, facts, moment, text, texts } from './said.ts';

/**
 * What VirusTotal's engines say of an address, domain, URL or file. It is asked for what it has; nothing is handed in
 * to be scanned, which everybody could see there. https://docs.virustotal.com/reference/overview
 */
export function createVirusTotal(options: OutsideOptions): Enricher {
  const outside = createOutside({ title: 'VirusTotal', keyHeader: 'x-apikey' }, options);
  const questionOf = (subject: Subject) => mayLeave(subject, options.internal);

  return {
    name: 'virustotal',
    title: 'VirusTotal',
    question: 'What do security engines say of this address, domain, URL or file?',
    about: ['ip', 'domain', 'url', 'file'],
    concerns: (subject) => questionOf(subject) !== undefined,
    side: 'virustotal',
    calls: 1,
    api: 'VirusTotal API v3: /ip_addresses, /domains, /urls, /files',
    permission: 'An API key (VIRUSTOTAL_KEY)',
    lifetimeSeconds: 12 * 60 * 60,
    deadlineMs: 12_000,
    limits: '4 calls a minute, 500 a day, and no use in a business with the public API',
    async enrich(subject, { now, signal }) {
      const question = questionOf(subject);
      if (!question) return nothingKnown;
      const { path, seen } = placeOf(question);
      try {
        const { data } = await outside.get(`/api/v3${path}`, report, signal);
        return readReport(data.attributes, { subject, question, seen, now });
      } catch (error) {
        if (error instanceof FarSideError && error.reason === 'not-found') return nothingKnown;
        throw error;
      }
    },
  };
}

/** Where it stands in the API, and where people see it. */
function placeOf(question: Question): { path: string; seen: string } {
  switch (question.about) {
    case 'ip': {
      const address = encodeURIComponent(question.address);
      return { path: `/ip_addresses/${address}`, seen: `ip-address/${address}` };
    }
    case 'domain': {
      const name = encodeURIComponent(question.name);
      return { path: `/domains/${name}`, seen: `domain/${name}` };
    }
    case 'file':
      return { path: `/files/${question.sha256}`, seen: `file/${question.sha256}` };
    case 'url': {
      // Base64 without padding: https://docs.virustotal.com/reference/url
      const id = Buffer.from(question.url).toString('base64url');
      return { path: `/urls/${id}`, seen: `search/${encodeURIComponent(encodeURIComponent(question.url))}` };
    }
  }
}

const stats = z
  .object({
    malicious: count,
    suspicious: count,
    harmless: count,
    undetected: count,
    timeout: count,
  })
  .catch({ malicious: 0, suspicious: 0, harmless: 0, undetected: 0, timeout: 0 });
const attributes = z.object({
  last_analysis_stats: stats,
  last_analysis_date: moment,
  reputation: z.number().optional().catch(undefined),
  tags: texts(10, 40),
  as_owner: text(80),
  asn: count,
  country: text(2),
  creation_date: moment,
  registrar: text(80),
  meaningful_name: text(120),
  type_description: text(60),
  size: count,
  first_submission_date: moment,
  title: text(120),
  last_final_url: text(300),
  popular_threat_classification: z
    .object({ suggested_threat_label: text(60) })
    .optional()
    .catch(undefined),
  signature_info: z
    .object({ product: text(60), verified: text(20) })
    .optional()
    .catch(undefined),
});
const report = z.object({ data: z.object({ attributes }) });
type Attributes = z.output<typeof attributes>;

interface Asked {
  subject: Subject;
  question: Question;
  seen: string;
  now: Date;
}

function readReport(said: Attributes, { subject, question, seen, now }: Asked): Enrichment {
  const { bad, of } = tally(said);
  const isHostAlone = subject.kind === 'url' && question.about !== 'url';
  // What a file names as its creation is whatever its maker wrote there.
  const registered = question.about === 'domain' ? said.creation_date : undefined;
  return {
    facts: facts(
      ['Asked about', isHostAlone ? `${hostOf(question)} alone; the URL may hold something of ours` : ''],
      ['Flagged by', of > 0 ? `${bad} of ${of} engines` : ''],
      ['Threat', said.popular_threat_classification?.suggested_threat_label],
      ['Registered', registered],
      ['Registrar', said.registrar],
      ['Network', [said.asn && `AS${said.asn}`, said.as_owner].filter(Boolean).join(' ')],
      ['Country', said.country],
      ['Known as', said.meaningful_name],
      ['Type', said.type_description],
      ['Signed by', said.signature_info?.verified === 'Signed' ? said.signature_info.product : ''],
      ['Page title', said.title],
      ['Leads to', said.last_final_url === urlOf(question) ? '' : said.last_final_url],
      ['Community score', said.reputation],
      ['Tags', said.tags.join(', ')],
      ['First seen there', said.first_submission_date],
      ['Last looked at', said.last_analysis_date],
    ),
    traits: registered ? age(registered, now) : [],
    verdict: { by: 'VirusTotal', ...judge(said) },
    link: { label: 'VirusTotal', url: `https://www.virustotal.com/gui/${seen}` },
  };
}

function tally({ last_analysis_stats: stats }: Attributes): { bad: number; of: number } {
  const { malicious = 0, suspicious = 0, harmless = 0, undetected = 0, timeout = 0 } = stats;
  return { bad: malicious + suspicious, of: malicious + suspicious + harmless + undetected + timeout };
}

/** One engine of ninety is wrong about something every day; five at once seldom are. */
function judge(said: Attributes): Omit<Verdict, 'by'> {
  const { bad, of } = tally(said);
  const says = of > 0 ? `${bad} of ${of} engines` : 'not looked at yet';
  if ((said.last_analysis_stats.malicious ?? 0) >= 5) return { level: 'malicious', says };
  return { level: bad >= 2 ? 'suspicious' : 'unknown', says };
}

const dayMs = 24 * 60 * 60 * 1000;

function age(registered: Date, now: Date): Trait[] {
  const days = Math.floor((now.getTime() - registered.getTime()) / dayMs);
  if (days < 0 || days > 30) return [];
  const ago = days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
  return [{ chip: `registered ${ago}`, says: `was registered ${ago}`, tone: 'warning' }];
}

const urlOf = (question: Question) => (question.about === 'url' ? question.url : undefined);

function hostOf(question: Question): string {
  switch (question.about) {
    case 'ip':
      return question.address;
    case 'domain':
      return question.name;
    case 'url':
    case 'file':
      return '';
  }
}
