import type { FieldFaults } from '../channels/channel.ts';
import { written } from '../channels/clean.ts';
import type { ReplyView } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import type { Instant } from '../incident/alert.ts';
import { readDue } from '../time/read-coming.ts';
import type { DeskCommand, Words } from './command.ts';
import { unquote } from './understand.ts';

/** A line of a list. */
const mostWhat = 500;

export const followUp: DeskCommand = {
  kind: 'desk',
  name: 'follow-up',
  aliases: ['followup'],
  usage: 'follow-up [INC-1042] <name> "what" [by friday] | follow-up done <number>',
  summary: 'Something to do when it is over, by whom and by when; they are reminded once.',
  namesIncident: true,
  examples: ['follow-up INC-1042 olivia "patch the host" by friday', 'follow-up done 7'],

  async answer(words, { after }) {
    const { incident, rest, zone = 'UTC' } = words;
    const [, number] = /^done\s+#?(\d{1,9})$/i.exec(rest.trim()) ?? [];
    if (number) return after.followUpDone(Number(number));
    if (/^done\b/i.test(rest.trim()))
      throw new Refused('Say which one: follow-up done 7. "follow-ups" lists them.');
    if (incident === undefined)
      throw new Refused('Say of which incident: follow-up INC-1042 olivia "patch the host".');
    const { owner, what, by } = readWish(rest);
    return after.followUp({ incident, owner, what, dueAt: by ? dueAt(by, after.now, zone) : undefined });
  },

  form: {
    async draw({ incident }, { after }) {
      if (incident === undefined) throw new Refused('Say of which incident: follow-up INC-1042.');
      return after.followUpForm(incident);
    },
    async read(
      { what = '', owner = '', by = '' },
      { incident, people, zone = 'UTC' },
      { after },
    ): Promise<ReplyView | FieldFaults> {
      if (incident === undefined) throw new Refused('Say of which incident: follow-up INC-1042.');
      if (!what.trim()) return { faults: { what: 'Say what is to be done.' } };
      const person = people.byId(owner);
      if (!person) return { faults: { owner: 'Choose somebody from the list.' } };
      const due = by.trim() ? readDue(by, after.now.getTime(), zone) : undefined;
      if (by.trim() && (due === undefined || due <= after.now.getTime()))
        return { faults: { by: 'Say a day to come: friday, in 2 weeks, 2026-12-04.' } };
      return after.followUp({
        incident,
        owner: person.upn,
        what: written(what, mostWhat),
        dueAt: due === undefined ? undefined : new Date(due).toISOString(),
      });
    },
  },
};

/** Quotes as people and chats write them. */
const quoted = /^(.+?)\s+["\u201c\u201d\u201e\u00ab](.+?)["\u201c\u201d\u00bb]\s*(?:by\s+(.+))?$/is;

/** Who, what in quotes, by when; without quotes the first word is who. */
function readWish(rest: string): { owner: string; what: string; by: string } {
  const [, owner, what, by = ''] = quoted.exec(rest.trim()) ?? [];
  if (owner && what) return { owner: unquote(owner.trim()), what: written(what, mostWhat), by: by.trim() };
  const [first = '', ...others] = rest.trim().split(/\s+/);
  const said = others.join(' ');
  if (!first || !said)
    throw new Refused('Say who and what: follow-up INC-1042 olivia "patch the host" by friday.');
  const at = said.toLowerCase().lastIndexOf(' by ');
  return at < 0
    ? { owner: first, what: written(said, mostWhat), by: '' }
    : { owner: first, what: written(said.slice(0, at), mostWhat), by: said.slice(at + 4) };
}

function dueAt(by: string, now: Date, zone: NonNullable<Words['zone']>): Instant {
  const due = readDue(by, now.getTime(), zone);
  if (due === undefined)
    throw new Refused(
      `I cannot tell when "${by.slice(0, 40)}" is. Say by friday, by tomorrow 10:00, by 2026-12-04.`,
    );
  if (due <= now.getTime()) throw new Refused('That is over. Say a day to come: by friday.');
  return new Date(due).toISOString();
}
