import { domainToASCII } from 'node:url';
import type { Subject } from '../incident/enrichment.ts';
import { kindOf, readIp, readRange, within } from './ip.ts';

/** What may be asked of strangers: each in the form in which they know it. */
export type Question =
  | { about: 'ip'; address: string }
  | { about: 'domain'; name: string }
  /** Without its fragment, which no server ever sees. */
  | { about: 'url'; url: string }
  | { about: 'file'; sha256: string };

/**
 * What of a subject may be told to somebody outside: nothing of addresses and names that mean something only within, or
 * that are ours. `internal` holds our domains, each with all below it, and our ranges of addresses. A URL that holds
 * something of ours (a name, a key) or may lead a stranger in is asked about by its host alone, and so is every URL where
 * nobody said which domains are ours.
 */
export function mayLeave(subject: Subject, internal: readonly string[]): Question | undefined {
  switch (subject.kind) {
    case 'ip':
      return addressQuestion(subject.address, internal);
    case 'domain':
      return domainQuestion(subject.name, internal);
    case 'url':
      return urlQuestion(subject.url, internal);
    case 'file':
      return /^[0-9a-f]{64}$/.test(subject.sha256) ? { about: 'file', sha256: subject.sha256 } : undefined;
    case 'account':
    case 'machine':
    case 'resource':
    case 'mailbox':
    case 'path':
    case 'incident':
      return undefined;
  }
}

function addressQuestion(text: string, internal: readonly string[]): Question | undefined {
  const ip = readIp(text);
  if (!ip) return undefined;
  const kind = kindOf(ip);
  // Those of examples tell nothing of ours to anybody.
  if (kind !== 'public' && kind !== 'documentation') return undefined;
  const isOurs = internal.some((one) => {
    const range = readRange(one);
    return range !== undefined && within(ip, range);
  });
  return isOurs ? undefined : { about: 'ip', address: ip.toString() };
}

/**
 * Names that lead nowhere outside: https://www.iana.org/assignments/special-use-domain-names, what offices use
 * besides, and names that Azure gives within a virtual network.
 */
const nowhere = [
  ...['local', 'localhost', 'internal', 'test', 'invalid', 'onion', 'alt', 'arpa'],
  ...['lan', 'corp', 'home', 'intranet', 'private', 'localdomain', 'domain', 'workgroup'],
  ...['internal.cloudapp.net'],
];
const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

function domainQuestion(text: string, internal: readonly string[]): Question | undefined {
  const name = domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase();
  const labels = name.split('.');
  // A last label of digits is an address in some notation.
  if (name.length > 253 || labels.length < 2 || !labels.every((one) => label.test(one))) return undefined;
  if (/^\d+$|^0x/.test(labels.at(-1) ?? '')) return undefined;
  if ([...nowhere, ...internal].some((suffix) => isBelow(name, suffix))) return undefined;
  if (labels.includes('privatelink')) return undefined;
  return { about: 'domain', name };
}

function isBelow(name: string, suffix: string): boolean {
  const plain = suffix.toLowerCase().replace(/^\*?\./, '');
  return name === plain || name.endsWith(`.${plain}`);
}

function urlQuestion(text: string, internal: readonly string[]): Question | undefined {
  const url = URL.parse(text);
  if (!url || !/^(https?|ftp):$/.test(url.protocol)) return undefined;
  const host = hostQuestion(url, internal);
  if (!host) return undefined;
  url.hash = '';
  const isPublic =
    namesDomains(internal) &&
    url.href.length <= longestUrl &&
    !opensSomething(url) &&
    !namesUs(url, internal);
  return isPublic ? { about: 'url', url: url.href } : host;
}

/** Whether it tells which domains are ours, and not ranges of addresses alone. */
export function namesDomains(internal: readonly string[]): boolean {
  return internal.some((one) => readRange(one) === undefined);
}

/** Whoever stands behind a URL. */
function hostQuestion(url: URL, internal: readonly string[]): Question | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return addressQuestion(host, internal) ?? domainQuestion(host, internal);
}

/** Longer ones carry something along. */
const longestUrl = 2_000;
/** Parameters with which whoever has the URL is let in: a SAS of Azure, a sign-in's code, a link to reset a password. */
const keys =
  /^(sig|skoid|sv|se|token|.*[-_]token|code|key|.*[-_]?key|api[-_]?key|secret|.*[-_]secret|password|passwd|pwd|pass|auth|authorization|session|sessionid|sid|ticket|otp|jwt|samlresponse|samlrequest|state|x-amz-.*|x-goog-.*|signature)$/i;

function opensSomething(url: URL): boolean {
  const parts = [url.username, ...url.pathname.split('/').map(unescaped), ...[...url.searchParams].flat()];
  return (
    url.password !== '' ||
    [...url.searchParams.keys()].some((name) => keys.test(name)) ||
    parts.some(isRandom)
  );
}

/**
 * Long and no words: the key of a web hook (`hooks.slack.com/services/…`), a UUID, a link that lets in whoever has it. What is
 * wrongly taken for one costs little: a link that was made for one person is known to nobody outside.
 */
function isRandom(text: string): boolean {
  const runs = text.split(/[^\p{L}\p{N}]+/u);
  const isMixed = (run: string) => run.length >= 6 && /\p{L}/u.test(run) && /\p{N}/u.test(run);
  return text.length >= 16 && runs.some((run) => run.length >= 20 || isMixed(run));
}

/** One of our names anywhere in it, an address of mail too, in the ways in which links carry it along. */
function namesUs(url: URL, internal: readonly string[]): boolean {
  const plain = `${url.username} ${url.pathname} ${url.search}`;
  const decoded = unescaped(unescaped(plain));
  const hidden = decoded.match(/[\w+-]{12,}/g)?.map((word) => Buffer.from(word, 'base64').toString('latin1'));
  const said = [plain, decoded, ...(hidden ?? [])].join(' ').toLowerCase();
  return internal.some((one) => said.includes(one.toLowerCase().replace(/^\*?\./, '')));
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_whole, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
