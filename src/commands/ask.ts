import { clean } from '../channels/clean.ts';
import type { FieldView } from '../channels/views.ts';
import { Denied, Refused } from '../errors.ts';
import { type Account, accountsIn } from '../incident/account.ts';
import { nameOf } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

const longestNote = 500;

export const ask: ChangeCommand = {
  kind: 'change',
  verb: 'ask',
  name: 'ask',
  aliases: ['wasthisyou'],
  usage: 'ask [INC-1042] <person> [about …]',
  summary: 'Ask somebody "was this you?" in a direct chat.',
  // It names people, and says of somebody that their account may be stolen.
  private: true,

  async understand({ rest, ask, read }) {
    const [, person = '', note = ''] = rest.match(/^(.*?)(?:(?:^|\s+)about\s+(.*))?$/is) ?? [];
    return ask({ whom: person.trim() || onlyAccount(await read()), note });
  },

  dialog: {
    draw: (incident) => ({
      title: 'Was this you?',
      submit: 'Ask',
      fields: [
        ...whomToAsk(incident),
        {
          kind: 'text',
          id: 'note',
          label: 'Anything you want to know beyond that?',
          required: false,
          maxLength: longestNote,
          placeholder: 'Were you at work then?',
        },
      ],
    }),
    async read(fields, { ask, read }) {
      const whom = fields.account || fields.person?.trim();
      if (!whom) return { faults: { person: 'Say whom to ask.' } };
      const known = accountsIn((await read()).alerts).find((account) => choiceOf(account) === whom);
      try {
        return await ask({ whom: known ? keyOf(known) : whom, note: fields.note ?? '' });
      } catch (error) {
        // Nobody to ask is something to choose anew, with the note still there.
        if (error instanceof Refused && !(error instanceof Denied))
          return { faults: { [fields.account ? 'account' : 'person']: error.message } };
        throw error;
      }
    },
  },

  told(incident) {
    const question = incident.inquiries.at(-1)?.question;
    if (!question) return 'Nobody is asked.';
    return question.detour || `${clean(question.asked.name, 80)} is asked.`;
  },
};

/** The accounts that the alerts name, the first preselected; a name to type where they name none. */
function whomToAsk({ alerts }: Incident): FieldView[] {
  // Slack's menus take a hundred; nobody reads more than a few.
  const choices = accountsIn(alerts)
    .slice(0, 25)
    .map((account) => ({ value: choiceOf(account), label: clean(nameOf(account), 75) }));
  const [first] = choices;
  return first
    ? [{ kind: 'choice', id: 'account', label: 'Whom?', required: true, choices, chosen: first.value }]
    : [
        {
          kind: 'text',
          id: 'person',
          label: 'Whom? Their name or address',
          required: true,
          maxLength: 150,
          placeholder: 'adam@contoso.com',
        },
      ];
}

function onlyAccount({ alerts }: Incident): string {
  const [account, another] = accountsIn(alerts);
  if (account && !another) return keyOf(account);
  throw new Refused('Say whom to ask: ask INC-1042 adam@contoso.com about the download.');
}

function keyOf({ oid, upn, name }: Account): string {
  return oid || upn || name;
}

/** What a choice carries, within Slack's 150 characters. */
function choiceOf(account: Account): string {
  return keyOf(account).slice(0, 150);
}
