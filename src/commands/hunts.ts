import { bound, clean } from '../channels/clean.ts';
import type { HuntRow, ReplyView } from '../channels/views.ts';
import type { Hunt } from '../kql/hunt.ts';
import { withTags } from '../kql/hunt-library.ts';
import { type HuntValues, isReady, usageOf } from '../kql/plan-hunt.ts';
import { tacticInWords } from '../kql/tactics.ts';
import { admit } from '../people/permissions.ts';
import type { ReadCommand, Words } from './command.ts';

/** More than a screen is read by nobody; a word more finds what is meant. */
const shown = 10;
const shownRefused = 20;

export const hunts: ReadCommand = {
  kind: 'read',
  name: 'hunts',
  aliases: [],
  usage: 'hunts [words | refused] [--tactic Persistence] [--table SigninLogs] [--technique T1078]',
  summary: 'Saved queries that you can run, by words, tactic, technique or table.',
  options: [
    { name: 'tactic', value: 'name', summary: 'Of this tactic of MITRE ATT&CK.', isWords: true },
    { name: 'table', value: 'name', summary: 'Reads this table.' },
    { name: 'technique', value: 'T1078', summary: 'Of this technique, or one of its kinds.' },
  ],
  examples: [
    'hunts password',
    'hunts --tactic "Lateral Movement"',
    'hunts --table StorageBlobLogs',
    'hunts refused',
  ],

  async answer({ args, options, person }, { hunts: library }) {
    if (args.length === 1 && args[0]?.toLowerCase() === 'refused') {
      admit(person, 'refused');
      return showRefused(library.refused());
    }
    const found = withTags(library.search(args.join(' ')), tagsIn(options));
    if (found.length === 0) return { kind: 'text', text: sayNone(library.all().length) };
    return {
      kind: 'hunts',
      title: found.length === 1 ? 'One hunt' : `${found.length} hunts`,
      rows: found.slice(0, shown).map((hunt) => toHuntRow(hunt, hunt.description, {})),
      more: Math.max(0, found.length - shown),
    };
  },
};

/** A hunt to choose; `values` are what is known of whom or what it is to look for. */
export function toHuntRow(hunt: Hunt, about: string, values: HuntValues): HuntRow {
  return {
    id: hunt.id,
    name: clean(hunt.name, 150),
    about: clean(about, 300),
    tags: clean(
      [...hunt.tactics.map(tacticInWords), ...hunt.techniques, ...hunt.tables.slice(0, 5)].join(', '),
      200,
    ),
    usage: clean(usageOf(hunt, values), 200),
    isReady: isReady(hunt, values),
  };
}

function tagsIn(options: Words['options']): Parameters<typeof withTags>[1] {
  const said = (name: string) => (typeof options[name] === 'string' ? { [name]: options[name] } : {});
  return { ...said('tactic'), ...said('table'), ...said('technique') };
}

function sayNone(all: number): string {
  return all === 0
    ? 'There are no hunts. An administrator names a folder of them in the settings.'
    : `None of the ${all} hunts fits. "hunts" alone lists them all.`;
}

function showRefused(refused: { file: string; reason: string }[]): ReplyView {
  if (refused.length === 0) return { kind: 'text', text: 'Every file was loaded.' };
  const rows = refused
    .slice(0, shownRefused)
    .map(({ file, reason }) => ({ lead: bound(clean(file, 500), 100), text: clean(reason, 300) }));
  const more = refused.length - rows.length;
  const title = `${refused.length} ${refused.length === 1 ? 'file is' : 'files are'} not loaded.`;
  return { kind: 'lines', title: more > 0 ? `${title} The first ${rows.length}:` : title, rows };
}
