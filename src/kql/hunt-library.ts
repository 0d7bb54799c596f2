import path from 'node:path';
import type { Hunt, HuntLibrary } from './hunt.ts';
import { tacticName } from './tactics.ts';

/** Hunts by id and name, and the words that find them. */
export interface Shelf extends HuntLibrary {
  /** Throws nothing: why it was not taken is among `refused`. */
  add(hunt: Hunt): void;
  /** What a file is no hunt for, or a hunt that was taken is none any more. */
  refuse(file: string, reason: string): void;
  /** Tables that a hunt reads, once the parser has told. */
  learn(id: string, tables: string[]): void;
}

interface Entry {
  hunt: Hunt;
  name: string;
  /** Tactics, techniques, tables, and the name of its file. */
  tags: string;
  description: string;
}

export function openShelf(): Shelf {
  const entries = new Map<string, Entry>();
  const refused: { file: string; reason: string }[] = [];
  let sorted: Hunt[] | undefined;
  const put = (hunt: Hunt) => {
    entries.set(hunt.id, toEntry(hunt));
    sorted = undefined;
  };
  const all = () => {
    sorted ??= [...entries.values()]
      .map(({ hunt }) => hunt)
      .sort((a, b) => a.name.localeCompare(b.name, 'en'));
    return sorted;
  };
  return {
    all,
    find(word) {
      const wanted = folded(word);
      const byId = entries.get(wanted)?.hunt;
      if (byId) return byId;
      const [found, another] = all().filter(({ name }) => folded(name) === wanted);
      return another ? undefined : found;
    },
    search(words) {
      const wanted = folded(words).split(' ').filter(Boolean);
      return all()
        .map((hunt) => ({ hunt, score: scoreOf(entries.get(hunt.id), wanted) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .map(({ hunt }) => hunt);
    },
    refused: () => refused,
    add(hunt) {
      const known = entries.get(hunt.id)?.hunt;
      if (known) refused.push({ file: hunt.file, reason: `Its id is that of ${known.file}.` });
      else put(hunt);
    },
    refuse(file, reason) {
      refused.push({ file, reason });
      for (const { hunt } of entries.values()) if (hunt.file === file) entries.delete(hunt.id);
      sorted = undefined;
    },
    learn(id, tables) {
      const known = entries.get(id);
      if (known) put({ ...known.hunt, tables });
    },
  };
}

/** Hunts of these, each part in any case and spelling; what is not given matters not. */
export function withTags(
  hunts: Hunt[],
  { tactic, table, technique }: { tactic?: string; table?: string; technique?: string },
): Hunt[] {
  const wantedTactic = tactic && tacticName(tactic).toLowerCase();
  const wantedTable = table?.toLowerCase();
  const wantedTechnique = technique?.toUpperCase();
  return hunts.filter(
    ({ tactics, tables, techniques }) =>
      (!wantedTactic || tactics.some((one) => one.toLowerCase() === wantedTactic)) &&
      (!wantedTable || tables.some((one) => one.toLowerCase() === wantedTable)) &&
      // T1078 stands for all that is below it.
      (!wantedTechnique ||
        techniques.some((one) => one === wantedTechnique || one.startsWith(`${wantedTechnique}.`))),
  );
}

function toEntry(hunt: Hunt): Entry {
  const spelledOut = hunt.tactics.map((tactic) => `${tactic} ${tactic.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')}`);
  return {
    hunt,
    name: folded(hunt.name),
    tags: folded([...spelledOut, ...hunt.techniques, ...hunt.tables, ...fileWords(hunt)].join(' ')),
    description: folded(hunt.description),
  };
}

/** `rdp-brute-force` and its words, of `examples/rdp-brute-force.yaml`. */
function fileWords({ file }: Hunt): string[] {
  const { name } = path.parse(file);
  return [name, name.replace(/[-_.]+/g, ' ')];
}

/** 0 where a word is nowhere; a word in the name says more than one in the description. */
function scoreOf(entry: Entry | undefined, wanted: string[]): number {
  if (!entry) return 0;
  let score = 1;
  for (const word of wanted) {
    if (entry.name.includes(word)) score += 4;
    else if (entry.tags.includes(word)) score += 2;
    else if (entry.description.includes(word)) score += 1;
    else return 0;
  }
  return score;
}

function folded(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
