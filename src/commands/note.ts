import type { FieldFaults } from '../channels/channel.ts';
import { written } from '../channels/clean.ts';
import type { FieldView } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import type { Intent } from '../incident/decide.ts';
import { incidentName } from '../incident/incident.ts';
import { type Noted, noteLabels, noteParts, type WorkingNote } from '../incident/working-note.ts';
import type { ChangeCommand } from './command.ts';
import { unquote } from './understand.ts';

/** A few sentences: it is read on a phone at the end of a night. */
const noteLimit = 500;

const placeholders: Record<keyof WorkingNote, string> = {
  hypothesis: 'What do you think it is?',
  next: 'What should be done next?',
  waitingOn: 'Whom or what for, and since when?',
};

/** How it stands, for whoever comes next: shown with its details and in handovers. */
export const note: ChangeCommand = {
  kind: 'change',
  verb: 'note',
  name: 'note',
  aliases: [],
  usage: 'note [INC-1042] hypothesis "…" | next "…" | waiting "…"',
  summary: 'Say what you think it is, what comes next and whom you wait for.',
  isText: true,
  examples: [
    'note INC-1042 hypothesis "stolen session token" | next "revoke sessions"',
    'note INC-1042 waiting "the owner of vm-pay-web-01 calls back"',
    'note INC-1042 waiting nobody',
  ],

  understand({ rest }) {
    if (!rest) throw new Refused('Say what to note: note INC-1042 hypothesis "…", next "…" or waiting "…".');
    const noted = readNote(rest);
    // Whoever names none of the three just writes something down.
    return noted ? { type: 'note', noted } : { type: 'comment', text: written(rest, 3_000) };
  },

  dialog: {
    draw: ({ note }) => ({
      title: 'How it stands',
      submit: 'Note it',
      fields: noteParts.map((part) => noteField(part, part, note?.[part] ?? '')),
    }),
    read(fields): Intent | FieldFaults {
      return {
        type: 'note',
        noted: {
          hypothesis: readField(fields.hypothesis),
          next: readField(fields.next),
          waitingOn: readField(fields.waitingOn),
        },
      };
    },
  },

  told: (incident) => `Noted on ${incidentName(incident.id)}.`,
};

/** A field for one part of the note, with what stands there. */
export function noteField(
  id: string,
  part: keyof WorkingNote,
  filled: string,
): Extract<FieldView, { kind: 'text' }> {
  return {
    kind: 'text',
    id,
    label: noteLabels[part],
    required: false,
    maxLength: noteLimit,
    placeholder: placeholders[part],
    filled,
  };
}

/** What was filled in; an emptied field takes back what stood there. */
export function readField(said = ''): string {
  return written(said.trim(), noteLimit);
}

const partOf: Record<string, keyof WorkingNote> = {
  hypothesis: 'hypothesis',
  next: 'next',
  waiting: 'waitingOn',
};

/** Where one of the three begins: at the start, after a bar, or after a closing quote. */
const beginning = /(?:^|\||(?<=["\u201d]))\s*(hypothesis|next|waiting)(?:\s+(?:step|on))?\b\s*:?\s*/gi;

/** `hypothesis "…" | next "…"`, bars and quotes as one likes; `undefined` where it begins with neither. */
function readNote(said: string): Noted | undefined {
  const found = [...said.matchAll(beginning)];
  if (found[0]?.index !== 0) return undefined;
  const noted: Noted = {};
  for (const [at, { 0: all, 1: word = '', index }] of found.entries()) {
    const part = partOf[word.toLowerCase()];
    const text = said.slice(index + all.length, found[at + 1]?.index).replace(/\|\s*$/, '');
    const meant = unquote(text.trim());
    if (!meant) throw new Refused(`Say what after "${word.toLowerCase()}", or "${word.toLowerCase()} none".`);
    if (part) noted[part] = /^(none|nobody|nothing|-)$/i.test(meant) ? '' : written(meant, noteLimit);
  }
  return noted;
}
