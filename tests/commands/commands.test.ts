import { describe, expect, it } from 'vitest';
import type { ReplyView } from '../../src/channels/views.ts';
import type { ChangeCommand, Reader, Words } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { understand } from '../../src/commands/understand.ts';
import { Refused } from '../../src/errors.ts';
import type { Entity } from '../../src/incident/alert.ts';
import type { Intent } from '../../src/incident/decide.ts';
import type { Incident, IncidentFact } from '../../src/incident/incident.ts';
import type { Caller } from '../../src/people/people.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { incidentAfter } from '../incident/given.ts';
import { company, peopleOf } from '../people/company.ts';

const { olivia, adam } = company;
const people = peopleOf(Object.values(company));
const caller: Caller = { ...olivia, assurance: 'full', because: '' };
const owner = ({ id, name, upn }: typeof adam) => ({ id, name, upn });

/** What Olivia wants when she types this. */
async function intentOf(text: string): Promise<Intent> {
  const { command, incident, args, rest, options } = understand(text, commands, undefined);
  if (command.kind !== 'change') throw new Error(`"${text}" only reads.`);
  return command.understand(words({ args, rest, incident, options }));
}

function words(typed: Pick<Words, 'args' | 'rest' | 'incident'> & Partial<Words>): Words {
  const ask = async ({ whom, note }: { whom: string; note: string }): Promise<Intent> => {
    throw new Refused(`Asks ${whom} about "${note}".`);
  };
  return { person: caller, people, code: '', options: {}, ...typed, ask, read: async () => incidentAfter() };
}

/** What a dialog of this verb makes of its fields. */
function filled(verb: string, fields: Record<string, string>) {
  return change(verb).dialog?.read(fields, words({ args: [], rest: '', incident: 1042 }));
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
    {
      text: 'note INC-1042 hypothesis "stolen token" | next "revoke sessions | ring Adam" | waiting "HR"',
      intent: {
        type: 'note',
        noted: { hypothesis: 'stolen token', next: 'revoke sessions | ring Adam', waitingOn: 'HR' },
      },
    },
    {
      text: 'note INC-1042 next step: revoke sessions',
      intent: { type: 'note', noted: { next: 'revoke sessions' } },
    },
    { text: 'note INC-1042 waiting on nobody', intent: { type: 'note', noted: { waitingOn: '' } } },
    {
      text: 'note INC-1042 “hypothesis” is a big word',
      intent: { type: 'comment', text: '“hypothesis” is a big word' },
    },
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
    {
      text: "close INC-1042 tp it's Adam's own laptop --contained Keep",
      intent: closing('true-positive', 'suspicious-activity', "it's Adam's own laptop", 'keep'),
    },
    {
      text: 'close INC-1042 undetermined he typed "--contained undo" --contained undo',
      intent: closing('undetermined', undefined, 'he typed "--contained undo"', 'undo'),
    },
  ])('"$text" is understood', async ({ text, intent }) => {
    expect(await intentOf(text)).toEqual(intent);
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
    { text: 'close INC-1042 tp --contained', says: 'argument missing' },
    { text: 'close INC-1042 tp --contained yes', says: 'Say --contained keep, or --contained undo.' },
  ])('"$text" is refused with what to type', async ({ text, says }) => {
    await expect(intentOf(text)).rejects.toThrow(Refused);
    await expect(intentOf(text)).rejects.toThrow(says);
  });

  it.each(['comment', 'close'])('after %s is bounded and fit for the database', async (verb) => {
    const said = `a\u0000b${'\ud83d'}c${'😀'.repeat(5_000)}`;
    const intents = [
      await intentOf(`${verb} INC-1042 ${verb === 'close' ? 'undetermined ' : ''}${said}`),
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

  it('close, where playbooks have changed something, only with what becomes of it', () => {
    const moved = (number: number, standing: boolean): IncidentFact => ({
      type: 'run-moved',
      move: 'succeeded',
      note: '',
      run: {
        id: `00000000-0000-4000-8000-00000000000${number}`,
        number,
        title: 'Isolate a machine',
        target: 'vm-pay-web-01',
        state: 'succeeded',
        need: 'own',
        standing,
        endsAt: undefined,
        trouble: '',
        unreviewed: false,
      },
    });
    const fieldsAfter = (...past: IncidentFact[]) =>
      change('close').dialog?.draw(incidentAfter(opened, ...past), people).fields ?? [];
    expect(fieldsAfter(moved(6, false)).map(({ id }) => id)).toEqual(['ending', 'comment']);
    const [, stands] = fieldsAfter(moved(6, false), moved(7, true), moved(8, true));
    expect(stands).toMatchObject({
      id: 'contained',
      label: 'What stands: RUN-7, RUN-8',
      required: true,
      choices: [{ value: 'keep' }, { value: 'undo' }],
    });
    expect(stands).not.toHaveProperty('chosen');

    const fields = { ending: 'undetermined', comment: '' };
    expect(filled('close', { ...fields, contained: 'undo' })).toEqual(
      closing('undetermined', undefined, '', 'undo'),
    );
    expect(filled('close', { ...fields, contained: '' })).toEqual({
      faults: { contained: 'Choose what becomes of it.' },
    });
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
        ? [{ name: command.name, kind, dialog: command.dialog.draw(incident, people) }]
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
    const [ending] = change('close').dialog?.draw(incidentAfter(opened), people).fields ?? [];
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
    async past(incident, at, zone) {
      asked.push({ incident, at, zone });
      return { kind: 'text', text: 'past' };
    },
    async list(filter) {
      asked.push(filter);
      return { kind: 'text', text: 'list' };
    },
    async refused() {
      return { kind: 'text', text: 'refused' };
    },
    async audit(incident) {
      asked.push(incident);
      return { kind: 'text', text: 'audit' };
    },
    async find(filter) {
      asked.push(filter);
      return { kind: 'text', text: 'found' };
    },
    async evidence(incident) {
      asked.push(incident);
      return { kind: 'text', text: 'evidence' };
    },
    async details(...what) {
      asked.push(what);
      return { kind: 'text', text: 'details' };
    },
    async enrich(incident) {
      asked.push(incident);
      return { kind: 'text', text: 'asked anew' };
    },
    async lookUp(...what) {
      asked.push(what);
      return { kind: 'text', text: 'known' };
    },
    async findResource(said) {
      if (said === 'nothing') throw new Refused('I find no resource "nothing".');
      const type = said.startsWith('vm-') ? 'Microsoft.Compute/virtualMachines' : 'Microsoft.KeyVault/vaults';
      return { name: said, resourceId: `/subscriptions/s/resourceGroups/r/providers/${type}/${said}` };
    },
    enrichers: async () => ({ kind: 'text', text: 'enrichers' }),
    hunts: { all: () => [], find: () => undefined, search: () => [], refused: () => [] },
    now: new Date('2026-11-21T10:00:00Z'),
  };
  async function ask(text: string, thread?: number): Promise<ReplyView> {
    asked.length = 0;
    const { command, incident, args, rest, options } = understand(text, commands, thread);
    if (command.kind !== 'read') throw new Error(`"${text}" does not only read.`);
    return command.answer(words({ args, rest, incident, options }), reader);
  }

  const machine = (name: string) => ({
    kind: 'machine',
    name,
    resourceId: `/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/virtualMachines/${name}`,
  });

  it.each<[string, unknown]>([
    ['enrich INC-1042', 1042],
    ['details INC-1042', [1042, '']],
    ['details INC-1042 vm-pay', [1042, 'vm-pay']],
    [
      'enrich Adam@contoso.com',
      [{ kind: 'account', name: 'Adam@contoso.com', upn: 'Adam@contoso.com', oid: '' }, { anew: true }],
    ],
    ['enrich 203.0.113[.]9', [{ kind: 'ip', address: '203.0.113.9' }, { anew: true }]],
    ['enrich host nb-keller', [{ kind: 'machine', name: 'nb-keller', resourceId: '' }, { anew: true }]],
    ['enrich hxxps://evil[.]example/a', [{ kind: 'url', url: 'https://evil.example/a' }, { anew: true }]],
    ['enrich evil[.]example', [{ kind: 'domain', name: 'evil.example' }, { anew: true }]],
    [`enrich ${'aB'.repeat(32)}`, [{ kind: 'file', name: '', sha256: 'ab'.repeat(32) }, { anew: true }]],
    ['enrich vm-pay-web-01', [machine('vm-pay-web-01'), { anew: true }]],
    ['recover vm-dc-01', [machine('vm-dc-01'), { only: ['recoverability'], anew: true }]],
    ['posture vm-pay-web-01', [machine('vm-pay-web-01'), { only: ['posture', 'policy', 'diagnostics'] }]],
  ])('%s asks about just that', async (text, what) => {
    await ask(text);
    expect(asked).toEqual([what]);
  });

  it.each([
    ['enrich', 'Say what about: enrich INC-1042, or enrich adam@contoso.com.'],
    ['details', 'Say which one: details INC-1042.'],
    ['recover', 'Say which: recover vm-dc-01.'],
    ['posture nothing', 'I find no resource "nothing".'],
    ['enrich ip 999.1.1.1', '"999.1.1.1" is no IP address. Like: 203.0.113.9 or 2001:db8::9.'],
  ])('%s is answered by what to say instead', async (text, sentence) => {
    await expect(ask(text)).rejects.toThrow(new Refused(sentence));
  });

  it('help lists every command', async () => {
    const reply = await ask('help');
    const rows = commands.map(({ usage, summary }) => ({ lead: usage, text: summary }));
    expect(reply).toMatchObject({ kind: 'lines', rows });
  });

  it('help about one command shows that one', async () => {
    const help = await ask('help find');
    expect(help).toMatchObject({ title: 'find' });
    expect(JSON.stringify(help)).toContain('--owner <me | nobody | name>');
    expect(JSON.stringify(help)).toContain('--private');
    expect(help).toMatchObject({
      rows: expect.arrayContaining([
        { lead: 'Also', text: 'search' },
        { lead: 'Example', text: 'find --owner me --status active' },
      ]),
    });
    expect(await ask('ack --help')).toEqual(await ask('help ack'));
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
    { text: 'list mine', filter: { owner: caller, unowned: false } },
    { text: 'list unowned', filter: { owner: undefined, unowned: true } },
    { text: 'list Adam Keller', filter: { owner: adam, unowned: false } },
  ])('"$text" lists what it says', async ({ text, filter }) => {
    await ask(text);
    expect(asked).toEqual([filter]);
  });

  it.each([
    { text: 'find shadow copies', filter: { words: 'shadow copies', page: 1 } },
    {
      text: 'find --owner me --status Active',
      filter: { words: '', page: 1, ownerId: olivia.id, status: 'active' },
    },
    { text: 'search vm --owner Adam Keller --page 3', filter: { words: 'vm', page: 3, ownerId: adam.id } },
    {
      text: 'find --owner nobody --class tp',
      filter: { words: '', page: 1, ownerId: 'nobody', classification: 'true-positive' },
    },
    {
      text: 'find --since 7d --severity high',
      filter: { words: '', page: 1, severity: 'high', since: '2026-11-14T10:00:00.000Z' },
    },
    {
      text: 'find --entity 203[.]0[.]113[.]9 --until 2026-11-20',
      filter: { words: '', page: 1, entity: '203.0.113.9', until: expect.stringMatching(/^2026-11-20T/) },
    },
  ])('"$text" looks for what it says', async ({ text, filter }) => {
    await ask(text);
    expect(asked).toEqual([filter]);
  });

  it.each([
    { text: 'find', told: 'Say what to look for' },
    { text: 'find x --status opened', told: 'Say one of: new, active, closed.' },
    { text: 'find x --status closd', told: 'Did you mean closed?' },
    { text: 'find x --severity hgih', told: 'Did you mean high?' },
    { text: 'find x --page 0', told: 'A page is a number' },
    { text: 'find x --since whenever', told: 'whenever' },
    { text: 'find x --owner Mallory', told: 'Mallory' },
  ])('"$text" is told what to mend', async ({ text, told }) => {
    await expect(ask(text)).rejects.toThrow(told);
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
  contained?: 'keep' | 'undo',
): Intent {
  return { type: 'close', closing: { classification, reason, comment }, contained };
}

describe('"was this you?"', () => {
  const account = (name: string, oid = ''): Entity => ({
    kind: 'account',
    name,
    upn: `${name}@contoso.com`,
    oid,
  });
  const about = (...entities: Entity[]) =>
    incidentAfter({ type: 'opened', alert: defenderAlert({ entities }) });
  const wish = async (text: string, incident = about()) => {
    const { args, rest } = understand(text, commands, 1042);
    const asked: { whom: string; note: string }[] = [];
    const ask = async (one: { whom: string; note: string }): Promise<Intent> => {
      asked.push(one);
      return { type: 'reveal' };
    };
    await change('ask').understand({
      ...words({ args, rest, incident: 1042 }),
      ask,
      read: async () => incident,
    });
    return asked;
  };

  it('takes whom to ask, and what one wants to know after "about"', async () => {
    expect(await wish('ask INC-1042 adam@contoso.com')).toEqual([{ whom: 'adam@contoso.com', note: '' }]);
    expect(await wish('ask Adam Keller about the download, and where he was')).toEqual([
      { whom: 'Adam Keller', note: 'the download, and where he was' },
    ]);
  });

  it('means the one account that the alerts name where nobody is said', async () => {
    expect(await wish('ask', about(account('adam', 'oid-1')))).toEqual([{ whom: 'oid-1', note: '' }]);
    expect(await wish('ask about the download', about(account('adam')))).toEqual([
      { whom: 'adam@contoso.com', note: 'the download' },
    ]);
    await expect(wish('ask', about(account('adam'), account('priya')))).rejects.toThrow('Say whom to ask');
    await expect(wish('ask')).rejects.toThrow('Say whom to ask');
  });

  it('offers the accounts in a dialog, the first chosen, or room for a name where there is none', () => {
    const draw = (incident: Incident) => change('ask').dialog?.draw(incident, people).fields[0];
    expect(draw(about(account('adam', 'oid-1'), account('priya')))).toMatchObject({
      kind: 'choice',
      chosen: 'oid-1',
      choices: [{ label: 'adam@contoso.com' }, { label: 'priya@contoso.com' }],
    });
    expect(draw(about())).toMatchObject({ kind: 'text', id: 'person', required: true });
  });

  it('that cannot be asked says so beside the field', async () => {
    expect(await filled('ask', { account: 'oid-1', note: 'why' })).toEqual({
      faults: { account: 'Asks oid-1 about "why".' },
    });
    expect(await filled('ask', { person: '  ' })).toEqual({ faults: { person: 'Say whom to ask.' } });
  });
});
