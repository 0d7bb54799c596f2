import { describe, expect, it } from 'vitest';
import type { ReplyView } from '../../src/channels/views.ts';
import type { ChangeCommand, Reader, Words } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { understand } from '../../src/commands/understand.ts';
import { Refused } from '../../src/errors.ts';
import type { Intent } from '../../src/incident/decide.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { createPeople } from '../../src/people/people.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { incidentAfter } from '../incident/given.ts';
import { company, tenantId } from '../people/company.ts';

const { olivia, adam } = company;
const people = createPeople(Object.values(company), tenantId);
const owner = ({ id, name, upn }: typeof adam) => ({ id, name, upn });

/** What Olivia wants when she types this. */
function intentOf(text: string): Intent {
  const { command, incident, args, rest } = understand(text, commands, undefined);
  if (command.kind === 'read') throw new Error(`"${text}" only reads.`);
  return command.understand({ person: olivia, people, args, rest, incident });
}

/** What a dialog of this verb makes of its fields. */
function filled(verb: string, fields: Record<string, string>) {
  const words: Words = { person: olivia, people, args: [], rest: '', incident: 1042 };
  return change(verb).dialog?.read(fields, words);
}

function change(verb: string): ChangeCommand {
  const command = commands.find((one) => one.kind === 'change' && one.verb === verb);
  if (command?.kind !== 'change') throw new Error(`There is no ${verb}.`);
  return command;
}

describe('what one types', () => {
  it.each<{ text: string; intent: Intent }>([
    { text: 'take INC-1042', intent: { type: 'take', as: owner(olivia) } },
    { text: 'ack INC-1042', intent: { type: 'acknowledge' } },
    { text: 'assign INC-1042 to Adam', intent: { type: 'assign', owner: owner(adam) } },
    { text: 'assign INC-1042 adam keller', intent: { type: 'assign', owner: owner(adam) } },
    { text: 'assign INC-1042 to me', intent: { type: 'assign', owner: owner(olivia) } },
    { text: 'assign INC-1042 nobody', intent: { type: 'assign', owner: undefined } },
    { text: 'severity INC-1042 High', intent: { type: 'set-severity', severity: 'high' } },
    { text: 'sev INC-1042 info', intent: { type: 'set-severity', severity: 'informational' } },
    { text: 'comment INC-1042 "user on holiday"', intent: { type: 'comment', text: 'user on holiday' } },
    { text: 'reopen INC-1042', intent: { type: 'reopen' } },
    {
      text: 'close INC-1042 tp contained by EDR',
      intent: closing('true-positive', 'suspicious-activity', 'contained by EDR'),
    },
    { text: 'close INC-1042 benign-positive', intent: closing('benign-positive', 'suspicious-but-expected') },
    {
      text: 'close INC-1042 FP inaccurate-data wrong clock',
      intent: closing('false-positive', 'inaccurate-data', 'wrong clock'),
    },
    {
      text: 'close INC-1042 undetermined logs are gone',
      intent: closing('undetermined', undefined, 'logs are gone'),
    },
  ])('"$text" is understood', ({ text, intent }) => {
    expect(intentOf(text)).toEqual(intent);
  });

  it.each([
    { text: 'assign INC-1042', says: 'Say to whom: assign INC-1042 to Adam, to me, or to nobody.' },
    { text: 'assign INC-1042 to Mallory', says: 'Nobody here is called "Mallory".' },
    {
      text: 'severity INC-1042 hihg',
      says: 'Severity is one of high, medium, low, informational. Did you mean high?',
    },
    { text: 'comment INC-1042', says: 'Say what to write down' },
    {
      text: 'close INC-1042',
      says: 'Say what it was: true-positive, benign-positive, false-positive, undetermined.',
    },
    {
      text: 'close INC-1042 false-positve',
      says: '"false-positve" is no classification. Did you mean false-positive?',
    },
    {
      text: 'close INC-1042 fp',
      says: 'Say why it is a false-positive: incorrect-alert-logic or inaccurate-data.',
    },
  ])('"$text" is refused with what to type', ({ text, says }) => {
    expect(() => intentOf(text)).toThrow(Refused);
    expect(() => intentOf(text)).toThrow(says);
  });

  it.each(['comment', 'close'])('after %s is bounded and fit for the database', (verb) => {
    const said = `a\u0000b${'\ud83d'}c${'😀'.repeat(5_000)}`;
    const intents = [
      intentOf(`${verb} INC-1042 ${verb === 'close' ? 'undetermined ' : ''}${said}`),
      filled(verb, { text: said, comment: said, ending: 'undetermined' }),
    ];
    for (const intent of intents) {
      const stored = JSON.stringify(intent);
      expect(/\\u0000|\\ud[89a-f]/.test(stored), 'NUL or half an emoji').toBe(false);
      expect(Array.from(stored).length).toBeLessThan(3_200);
    }
  });
});

describe('dialogs', () => {
  it('close with what was chosen, or say what is missing', () => {
    const fields = { ending: 'false-positive/inaccurate-data', comment: ' wrong clock ' };
    expect(filled('close', fields)).toEqual(closing('false-positive', 'inaccurate-data', 'wrong clock'));
    expect(filled('close', {})).toEqual({ faults: { ending: 'Choose what it was.' } });
  });

  it('assign to somebody from the list and to nobody made up', () => {
    expect(filled('assign', { owner: adam.id })).toEqual({ type: 'assign', owner: owner(adam) });
    expect(filled('assign', { owner: 'someone' })).toMatchObject({ faults: { owner: expect.any(String) } });
  });

  it('assign to nobody who could not own an incident', () => {
    expect(filled('assign', { owner: company.guest.id })).toMatchObject({
      faults: { owner: expect.any(String) },
    });
  });

  it('comment and set the severity', () => {
    expect(filled('comment', { text: ' seen ' })).toEqual({ type: 'comment', text: 'seen' });
    expect(filled('comment', { text: '  ' })).toEqual({ faults: { text: 'Write something.' } });
    expect(filled('severity', { severity: 'low' })).toEqual({ type: 'set-severity', severity: 'low' });
    expect(filled('severity', { severity: '' })).toEqual({ faults: { severity: 'Choose one.' } });
  });

  const portalOwner = { id: '', name: `\u202e${'long '.repeat(40)}`, upn: '' };
  const opened = { type: 'opened', alert: defenderAlert() } as const;
  const incidents: { kind: string; incident: Incident }[] = [
    { kind: 'a new incident', incident: incidentAfter(opened) },
    { kind: 'one that Adam has', incident: incidentAfter(opened, { type: 'assigned', owner: owner(adam) }) },
    {
      kind: 'one whose owner Azure knows only by a long name',
      incident: incidentAfter(opened, { type: 'assigned', owner: portalOwner }),
    },
  ];
  const drawn = incidents.flatMap(({ kind, incident }) =>
    commands.flatMap((command) =>
      command.kind === 'change' && command.dialog
        ? [{ name: command.name, kind, dialog: command.dialog.draw(incident) }]
        : [],
    ),
  );

  it.each(drawn)('of $name for $kind fit into Slack and Teams', ({ dialog }) => {
    expectLength(dialog.title, 24);
    expectLength(dialog.submit, 24);
    for (const field of dialog.fields) {
      expectLength(field.label, 75);
      if (field.kind === 'text') {
        expect(field.maxLength).toBeLessThanOrEqual(3_000);
        expectLength(field.placeholder, 150);
      }
      const choices = field.kind === 'choice' ? field.choices : [];
      const chosen = field.kind === 'person' && field.chosen ? [field.chosen] : [];
      for (const choice of [...choices, ...chosen]) {
        expectLength(choice.value, 150);
        expectLength(choice.label, 75);
        expectLength(choice.description ?? '-', 75);
      }
      if (field.kind === 'choice' && field.chosen) {
        expect(choices.map((choice) => choice.value)).toContain(field.chosen);
      }
    }
  });

  it('say each classification that Sentinel knows, with what it means', () => {
    const [ending] = change('close').dialog?.draw(incidentAfter(opened)).fields ?? [];
    const choices = ending?.kind === 'choice' ? ending.choices : [];
    expect(choices.map((choice) => choice.label)).toEqual([
      'True positive: suspicious activity',
      'Benign positive: suspicious but expected',
      'False positive: incorrect alert logic',
      'False positive: inaccurate data',
      'Undetermined',
    ]);
    for (const choice of choices) expect(choice.description).toBeTruthy();
    // Nothing is chosen beforehand, so that nobody closes by pressing twice.
    expect(ending).not.toHaveProperty('chosen');
  });
});

describe('what one asks', () => {
  const asked: unknown[] = [];
  const reader: Reader = {
    async card(incident) {
      asked.push(incident);
      return { kind: 'text', text: `card of ${incident}` };
    },
    async list(filter) {
      asked.push(filter);
      return { kind: 'text', text: 'list' };
    },
    async refused() {
      return { kind: 'text', text: 'refused' };
    },
  };
  async function ask(text: string, thread?: number): Promise<ReplyView> {
    asked.length = 0;
    const { command, incident, args, rest } = understand(text, commands, thread);
    if (command.kind === 'change') throw new Error(`"${text}" changes something.`);
    return command.answer({ person: olivia, people, args, rest, incident }, reader);
  }

  it('help lists every command', async () => {
    const reply = await ask('help');
    const rows = commands.map(({ usage, summary }) => ({ lead: usage, text: summary }));
    expect(reply).toMatchObject({ kind: 'lines', rows });
  });

  it('help about one command shows that one', async () => {
    expect(await ask('help ack')).toMatchObject({ rows: [{ lead: 'ack [INC-1042]' }] });
    await expect(ask('help frobnicate')).rejects.toThrow('Type "help"');
  });

  it('show is about the incident named or the thread', async () => {
    await ask('show INC-1042');
    expect(asked).toEqual([1042]);
    await ask('show', 1050);
    expect(asked).toEqual([1050]);
    await expect(ask('show')).rejects.toThrow(new Refused('Say which one: show INC-1042.'));
  });

  it.each([
    { text: 'list', filter: { owner: undefined, unowned: false } },
    { text: 'list mine', filter: { owner: olivia, unowned: false } },
    { text: 'list unowned', filter: { owner: undefined, unowned: true } },
    { text: 'list Adam Keller', filter: { owner: adam, unowned: false } },
  ])('"$text" lists what it says', async ({ text, filter }) => {
    await ask(text);
    expect(asked).toEqual([filter]);
  });

  it('list of somebody unknown says what else there is', async () => {
    await expect(ask('list Mallory')).rejects.toThrow('Or: list open, list mine, list unowned.');
  });
});

/** Something to read, and not more than the platforms show. */
function expectLength(text: string, most: number): void {
  expect(text).not.toBe('');
  expect(text.length, text).toBeLessThanOrEqual(most);
}

function closing(
  classification: 'true-positive' | 'benign-positive' | 'false-positive' | 'undetermined',
  reason: Extract<Intent, { type: 'close' }>['closing']['reason'],
  comment = '',
): Intent {
  return { type: 'close', closing: { classification, reason, comment } };
}
