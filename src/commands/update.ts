import type { FieldFaults } from '../channels/channel.ts';
import { written } from '../channels/clean.ts';
import type { ReplyView } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

/** Longer texts nobody reads on a phone. */
const mostText = 1_500;

export const update: DeskCommand = {
  kind: 'desk',
  name: 'update',
  aliases: [],
  usage: 'update [INC-1042] "what they should know" --audience <name> | update confirm <number>',
  summary: 'Tell managers, lawyers or an app team how it stands; you see it first as they will read it.',
  namesIncident: true,
  options: [
    { name: 'audience', value: 'name', summary: 'Who is told: an audience of the settings.' },
    {
      name: 'as-written',
      value: undefined,
      summary: 'Of a restricted incident: send what was written, and not only that there is news.',
    },
  ],
  examples: ['update INC-1042 "Contained at 02:40. More at 09:00." --audience managers', 'update confirm 7'],

  async answer({ incident, rest, options }, { after }) {
    const [, number] = /^confirm\s+#?(\d{1,9})$/i.exec(rest.trim()) ?? [];
    if (number) return after.confirmUpdate(Number(number), options['as-written'] === true);
    if (/^confirm$/i.test(rest.trim())) throw new Refused('Say which one: update confirm 7.');
    if (incident === undefined)
      throw new Refused('Say of which incident: update INC-1042 "…" --audience managers.');
    const text = written(rest, mostText);
    if (!text) throw new Refused('Say what they should know: update INC-1042 "…" --audience managers.');
    return after.update({ incident, audience: String(options.audience ?? ''), text });
  },

  form: {
    async draw({ incident }, { after }) {
      if (incident === undefined) throw new Refused('Say of which incident: update INC-1042.');
      return after.updateForm(incident);
    },
    async read({ audience = '', text = '' }, { incident }, { after }): Promise<ReplyView | FieldFaults> {
      if (incident === undefined) throw new Refused('Say of which incident: update INC-1042.');
      if (!audience) return { faults: { audience: 'Choose who is to be told.' } };
      const said = written(text, mostText);
      return said
        ? after.update({ incident, audience, text: said })
        : { faults: { text: 'Say what they should know.' } };
    },
  },
};
