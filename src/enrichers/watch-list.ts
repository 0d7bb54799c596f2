import { domainToASCII } from 'node:url';
import { FarSideError } from '../errors.ts';
import {
  type EnrichmentFact,
  nothingKnown,
  type Subject,
  type VerdictLevel,
  verdictLevels,
} from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import { readIp } from './ip.ts';
import { type KeptFile, keepFile } from './kept-file.ts';
import type { Match } from './watch-list/index-of-indicators.ts';
import { readList } from './watch-list/read-list.ts';
import type { ListRead } from './watch-list/reading.ts';

/** A file of indicators that the user keeps. */
export interface WatchList {
  /** As people know it: `National CERT`. */
  name: string;
  /** CSV, a STIX 2.1 bundle, or JSON of MISP. */
  file: string;
  /** What it makes of whom it names: of a list of partners, harmless. */
  level: Exclude<VerdictLevel, 'unknown'>;
}

export interface WatchListOptions {
  lists: readonly WatchList[];
  /** Hears of each reading: how much of a list is kept, how much was broken and why. */
  told: (list: WatchList, read: Omit<ListRead, 'index'> & { indicators: number }) => void;
  /** Hears that a list cannot be read; what stood in it before still answers. */
  failed: (list: WatchList, why: string) => void;
}

/** Whether somebody whom we trust has named it: lists in files, for which nobody outside is asked. */
export function createWatchLists(options: WatchListOptions): Enricher {
  const { lists, told, failed } = options;
  const kept = lists.map((list) => ({ list, file: keep(list) }));

  function keep(list: WatchList): KeptFile<ListRead> {
    const read = async (path: string, bytes: number) => {
      const { index, ...rest } = await readList(path, bytes);
      told(list, { indicators: index.size, ...rest });
      return { index, ...rest };
    };
    return keepFile(list.file, read, (_path, why) => failed(list, why));
  }

  return {
    name: 'watch-list',
    title: 'Watch lists',
    question: 'Do our own lists name it?',
    about: ['ip', 'domain', 'url', 'file'],
    side: 'here',
    calls: 1,
    api: 'Files: CSV, STIX 2.1, MISP',
    permission: 'Files that the bot can read',
    lifetimeSeconds: 60 * 60,
    deadlineMs: 10_000,
    limits: '2,000,000 indicators a list',
    async enrich(subject, { now, signal }) {
      const read = await untilEnded(Promise.all(kept.map(({ file }) => file.get(now))), signal);
      const missing = kept.filter((_one, at) => !read[at]).map(({ list }) => list.name);
      // Nobody may take it for good that no list could be looked at.
      if (missing.length > 0 && missing.length === kept.length)
        throw new FarSideError('intel', 'unavailable', `Cannot be read: ${missing.join(', ')}.`);
      const found = kept.flatMap(({ list }, at) => {
        const matches = read[at] ? matchesOf(read[at], subject, now) : [];
        return matches.length > 0 ? [{ list, matches }] : [];
      });
      const unread = missing.map((name) => ({ label: name, value: 'cannot be read' }));
      if (found.length === 0) return { ...nothingKnown, facts: unread };
      const [worst] = found.map(({ list }) => list.level).sort(bySeverity);
      const names = [...new Set(found.map(({ list }) => list.name))];
      return {
        facts: [...found.flatMap(({ list, matches }) => facts(list, matches, subject)), ...unread].slice(
          0,
          30,
        ),
        traits: [],
        verdict: { by: 'Watch list', level: worst ?? 'unknown', says: grounds(names, found[0]?.matches[0]) },
      };
    },
  };
}

const bySeverity = (a: VerdictLevel, b: VerdictLevel) => verdictLevels.indexOf(a) - verdictLevels.indexOf(b);

/** `National CERT: command and control`. */
function grounds(names: string[], first: Match | undefined): string {
  const list = names.slice(0, 3).join(', ');
  return first?.note.description ? `${list}: ${first.note.description.slice(0, 80)}` : list;
}

function matchesOf({ index }: ListRead, subject: Subject, now: Date): Match[] {
  const found = (): Match[] => {
    switch (subject.kind) {
      case 'ip':
        return ofHost(subject.address);
      case 'domain':
        return ofHost(subject.name);
      case 'url': {
        const url = URL.parse(subject.url);
        if (!url) return [];
        url.hash = '';
        return [...index.url(url.href), ...ofHost(url.hostname)];
      }
      case 'file':
        return subject.sha256 ? index.file(subject.sha256) : [];
      case 'account':
      case 'machine':
      case 'resource':
      case 'mailbox':
      case 'path':
      case 'incident':
        return [];
    }
  };
  const ofHost = (host: string): Match[] => {
    const ip = readIp(host.replace(/^\[|\]$/g, ''));
    return ip ? index.address(ip) : index.domain(domainToASCII(host.replace(/\.$/, '')).toLowerCase());
  };
  return found().filter(({ note }) => note.until === undefined || note.until > now.getTime());
}

/** At most five of a list: narrower ones come first. */
function facts({ name }: WatchList, matches: Match[], subject: Subject): EnrichmentFact[] {
  return matches.slice(0, 5).map(({ note, by }) => {
    const isWhole =
      subject.kind === 'ip' ? by === subject.address : subject.kind !== 'domain' || by === subject.name;
    const as = isWhole ? '' : `as ${by}`;
    const source = note.source && `(${note.source})`;
    return { label: name, value: [note.description || 'named', as, source].filter(Boolean).join(' ') };
  });
}

/** A list that is read for the first time may take longer than anybody waits; it is read to its end all the same. */
async function untilEnded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new FarSideError('intel', 'timeout', 'The lists are still being read.'));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
