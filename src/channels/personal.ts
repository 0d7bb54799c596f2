import { type Entity, nameOf, type Owner } from '../incident/alert.ts';
import { fold } from './clean.ts';
import { hidden } from './mask.ts';

/** Text in which nobody is named any more, although two people can still be told apart. */
export type Veil = (text: string) => string;

/**
 * Hides who is concerned by an incident: the names of its accounts and mailboxes, every address of a person or of
 * their machine, and the user's name in a path. The same one is hidden the same way wherever it occurs
 * (`o•••@contoso.com`); a second one that would look the same is counted (`o•••₂@contoso.com`).
 *
 * `people` are hidden beside those whom its entities name. The text is cleaned before.
 */
export function createVeil(
  entities: Entity[],
  { hideHosts, people = [] }: { hideHosts: boolean; people?: Owner[] },
): Veil {
  const known = nameEach(entities, people, hideHosts);
  const values = [...known.keys()].sort((a, b) => b.length - a.length).map((value) => RegExp.escape(value));
  const form =
    values.length > 0
      ? new RegExp(`(?<![\\p{L}\\p{N}•])(?:${values.join('|')})(?![\\p{L}\\p{N}•])`, 'giu')
      : undefined;
  return (text) => {
    const without = form ? text.replace(form, (name) => known.get(name.toLowerCase()) ?? hidden) : text;
    return hideUnknown(without);
  };
}

/** An attacker may bring any number; beyond this only the forms below hide them. */
const mostNames = 200;
const longestName = 200;
/** A shorter one is part of too many words. */
const shortestName = 2;

/** What to write in place of each name, lower case. */
function nameEach(entities: Entity[], people: Owner[], hideHosts: boolean): Map<string, string> {
  const known = new Map<string, string>();
  const taken = new Map<string, string>();
  let most = mostNames;
  const addPerson = ({ name, upn }: Pick<Owner, 'name' | 'upn'>) => {
    add(upn, upn.includes('@') ? maskMail : maskWord);
    // One person has several names; their one sign says that it is the same.
    add(name, name.includes('@') ? maskMail : maskWord, upn || name);
    add(upn.split('@')[0] ?? '', maskWord, upn);
  };
  const add = (written: string, draw: (value: string, mark: string) => string, same = written) => {
    // As it stands in text that is cleaned.
    const value = fold(written);
    const name = value.toLowerCase();
    if (value.length < shortestName || value.length > longestName) return;
    if (known.size >= most || known.has(name)) return;
    // Which one of those that look alike this is.
    let count = 1;
    const whose = fold(same).toLowerCase();
    while ((taken.get(draw(value, mark(count)).toLowerCase()) ?? whose) !== whose) count += 1;
    const shown = draw(value, mark(count));
    taken.set(shown.toLowerCase(), whose);
    known.set(name, shown);
  };
  for (const entity of entities) {
    switch (entity.kind) {
      case 'account':
        addPerson(entity);
        break;
      case 'mailbox':
        add(entity.address, entity.address.includes('@') ? maskMail : maskWord);
        break;
      case 'ip':
        add(entity.address, maskAddress);
        break;
      case 'host':
      case 'resource':
        if (hideHosts) add(nameOf(entity), maskWord);
        break;
      case 'url':
      case 'domain':
      case 'file':
      case 'process':
      case 'other':
        break;
    }
  }
  // After the entities, so that nobody's sign changes when somebody is asked; and whatever an attacker brought.
  most += people.length * 3;
  for (const person of people) addPerson(person);
  return known;
}

/** Nothing for the first, then ₂, ₃ … */
function mark(count: number): string {
  return count === 1
    ? ''
    : String(count).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}

function maskWord(word: string, mark = ''): string {
  const [first = ''] = word;
  return `${first}${hidden}${mark}`;
}

function maskMail(address: string, mark = ''): string {
  const at = address.lastIndexOf('@');
  return `${maskWord(address.slice(0, at), mark)}${address.slice(at)}`;
}

/** The network stays: it says which company or country, not which person. */
function maskAddress(address: string, mark = ''): string {
  const parts = address.split('.');
  if (parts.length === 4) return `${parts.slice(0, 3).join('.')}.${hidden}${mark}`;
  // A provider gives a customer 48 to 64 bits of IPv6, so three groups of 16 name no household.
  const groups = address.split(':').filter((group) => group !== '');
  return `${groups.slice(0, 3).join(':')}:${hidden}${mark}`;
}

const local = `[^\\s@<>()[\\]"',;:|\\\\/=]`;
const label = '[\\p{L}\\p{N}-]+';
const mail = new RegExp(`(?<!${local})(${local})(${local}*)(@${label}(?:\\.${label})+)`, 'gu');
const v4 = /(?<![\d.])((?:\d{1,3}\[?\.\]?){3})\d{1,3}(?![\d.]*\d)/g;
const v6 =
  /(?<![\p{L}\p{N}:.])(?=[\da-f:]*:[\da-f:]*:)([\da-f]{1,4}:[\da-f]{0,4}:[\da-f]{0,4})[\da-f:]{1,40}(?![\p{L}\p{N}•:])/giu;
// A space is part of the name where a separator follows it: C:\Users\Olivia Marsh\Desktop.
const path =
  /([\\/](?:users|home|documents and settings)[\\/])([^\\/\s"'<>|:*?•])[^\\/\s"'<>|:*?]*(?: [^\\/\s"'<>|:*?]+(?=[\\/]))?/giu;

/** Addresses and paths that the text holds although no entity names them. */
function hideUnknown(text: string): string {
  return text
    .replace(mail, (all, first: string, rest: string, domain: string) =>
      rest.includes(hidden) ? all : `${first}${hidden}${domain}`,
    )
    .replace(path, `$1$2${hidden}`)
    .replace(v4, `$1${hidden}`)
    .replace(v6, (all, network: string) =>
      // A time of day is no address.
      /^\d+(:\d+)+$/.test(all) ? all : `${network.replace(/:+$/, '')}:${hidden}`,
    );
}
