import { describe, expect, it } from 'vitest';
import type { ReplyView } from '../../src/channels/views.ts';
import type { LogDesk, Reader, Words } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { understand } from '../../src/commands/understand.ts';
import { Denied, Refused } from '../../src/errors.ts';
import type { Alert } from '../../src/incident/alert.ts';
import { emptyIncident, evolve } from '../../src/incident/incident.ts';
import { openShelf } from '../../src/kql/hunt-library.ts';
import type { QueryPlan } from '../../src/kql/plan.ts';
import { readHunt } from '../../src/kql/read-hunt.ts';
import type { Caller } from '../../src/people/people.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { company, peopleOf } from '../people/company.ts';

const shelf = openShelf();
const hunts = [
  `name: Password spray
description: One address, many accounts.
tactics: [CredentialAccess]
relevantTechniques: [T1110.003]
requiredDataConnectors: [{ connectorId: X, dataTypes: [SigninLogs] }]
query: "SigninLogs | where Accounts > {{accounts}}"
parameters: [{ name: accounts, kind: number, summary: How many, default: 20 }]
entityMappings: [{ entityType: IP, fieldMappings: [{ identifier: Address, columnName: IPAddress }] }]`,
  `name: What an account did
tactics: [Discovery]
query: "AuditLogs | where Who == {{account}}"
parameters: [{ name: account, kind: account, summary: Whose }]`,
  'name: What a host did\ntactics: [Discovery]\nquery: Syslog',
];
for (const [n, text] of hunts.entries()) shelf.add(readHunt(text, `${n}.yaml`));
shelf.refuse('bad\u202e.yaml', 'It has no query.');

const now = new Date('2026-11-22T12:00:00Z');
const desk: LogDesk = {
  now,
  hunts: shelf,
  workspaces: ['soc', 'payments'],
  mostDays: 31,
  cancel: async () => 0,
};
const nothing = async (): Promise<ReplyView> => ({ kind: 'none' });
const reader: Reader = {
  hunts: shelf,
  now,
  card: nothing,
  past: nothing,
  list: nothing,
  refused: nothing,
  find: nothing,
  evidence: nothing,
  audit: nothing,
  details: nothing,
  enrich: nothing,
  lookUp: nothing,
  enrichers: nothing,
  findResource: async (said) => ({ name: said, resourceId: '' }),
};
const people = peopleOf(Object.values(company));
const as = (person: (typeof company)['adam']): Caller => ({ ...person, assurance: 'full', because: '' });

const about = (alert: Partial<Alert>) =>
  evolve(emptyIncident(1042), {
    type: 'opened',
    alert: defenderAlert(alert),
    at: '2026-11-21T10:00:00.000Z',
    by: { kind: 'bot' },
  });
const attack = about({
  tactics: ['CredentialAccess'],
  techniques: ['T1110'],
  entities: [{ kind: 'ip', address: '198.51.100.23', country: 'BR' }],
});

function words(text: string, thread?: number, caller = as(company.adam)) {
  const { command, incident, args, rest, options, code } = understand(text, commands, thread);
  const said: Words = {
    person: caller,
    people,
    args,
    rest,
    code,
    options,
    incident,
    ask: async () => {
      throw new Refused('Nobody is asked.');
    },
    read: async () => attack,
  };
  return { command, said };
}

/** What comes of it when Adam types this. */
async function typed(text: string, thread?: number): Promise<QueryPlan | ReplyView> {
  const { command, said } = words(text, thread);
  if (command.kind !== 'logs') throw new Error(`"${text}" asks no logs.`);
  return command.ask(said, desk);
}
async function plan(text: string, thread?: number): Promise<QueryPlan> {
  const made = await typed(text, thread);
  if (!('parts' in made)) throw new Error(`"${text}" is no plan: ${JSON.stringify(made)}`);
  return made;
}
async function listed(text: string, caller = as(company.adam)): Promise<ReplyView> {
  const { command, said } = words(text, undefined, caller);
  if (command.kind !== 'read') throw new Error(`"${text}" does not only read.`);
  return command.answer(said, reader);
}
const names = (view: ReplyView | QueryPlan) =>
  'rows' in view ? view.rows.map((row) => ('name' in row ? row.name : '')) : [];

describe('hunts', () => {
  it.each([
    ['hunts', ['Password spray', 'What a host did', 'What an account did']],
    ['hunts spray', ['Password spray']],
    ['hunts --tactic credential access', ['Password spray']],
    ['hunts --table signinlogs', ['Password spray']],
    ['hunts --technique T1110', ['Password spray']],
    ['hunts what did --tactic discovery', ['What a host did', 'What an account did']],
  ])('"%s" lists what fits', async (text, wanted) => {
    expect(names(await listed(text))).toEqual(wanted);
  });

  it('say what to type, and which can be run as they are', async () => {
    const view = await listed('hunts');
    const rows = view.kind === 'hunts' ? view.rows : [];
    expect(rows.map(({ usage, isReady }) => ({ usage, isReady }))).toEqual([
      { usage: 'hunt "Password spray"', isReady: true },
      { usage: 'hunt "What a host did"', isReady: true },
      { usage: 'hunt "What an account did" --account <account>', isReady: false },
    ]);
  });

  it('that could not be loaded are told to whoever can mend them', async () => {
    const view = await listed('hunts refused');
    expect(view).toEqual({
      kind: 'lines',
      title: '1 file is not loaded.',
      rows: [{ lead: 'bad.yaml', text: 'It has no query.' }],
    });
    await expect(listed('hunts refused', as(company.olivia))).rejects.toThrow(Denied);
  });

  it('of no such kind are said to be none', async () => {
    expect(await listed('hunts nothing like it')).toMatchObject({ kind: 'text' });
  });
});

describe('hunt', () => {
  it('runs one by its name, over the week before', async () => {
    const made = await plan('hunt password spray');
    expect(made).toMatchObject({
      kind: 'hunt',
      title: 'Hunt: Password spray',
      isReviewed: true,
      isPrivate: false,
      scope: { kind: 'workspaces', names: ['soc'] },
      span: { from: '2026-11-15T12:00:00.000Z', to: '2026-11-22T12:00:00.000Z' },
    });
    expect(made.parts[0]?.text).toContain('let p_accounts = 20;');
  });

  it('takes options as they are typed', async () => {
    const made = await plan(
      'hunt “Password spray” --ip 203.0.113[.]9 --set accounts=50 --last 2d --workspace payments --private',
    );
    expect(made).toMatchObject({ isPrivate: true, scope: { names: ['payments'] } });
    expect(made.span.from).toBe('2026-11-20T12:00:00.000Z');
    expect(made.parts[0]?.text).toContain('let p_accounts = 50;');
    expect(made.parts[0]?.text).toMatch(/\| where tostring\(IPAddress\) has "203\.0\.113\.9"$/);
  });

  it('by a word that fits one alone is that one', async () => {
    expect((await plan('hunt spray')).title).toBe('Hunt: Password spray');
  });

  it.each([
    ['hunt', 'Say which hunt'],
    ['hunt what did', '2 hunts fit: "What a host did", "What an account did".'],
    ['hunt pasword spray', 'Did you mean "Password spray"?'],
    ['hunt entirely else', '"hunts" and a word find them.'],
    [
      'hunt What an account did',
      'This hunt needs account (Whose). Say: hunt "What an account did" --account <account>',
    ],
    ['hunt Password spray --set accounts', 'Say --set name=value'],
    ['hunt Password spray --workspace sco', 'Did you mean soc?'],
    ['hunt suggest', 'Of which incident?'],
  ])('"%s" is refused with what to type', async (text, says) => {
    await expect(typed(text)).rejects.toThrow(Refused);
    await expect(typed(text)).rejects.toThrow(says);
  });

  it('in the thread of an incident is about its entities, unless it is to be about all or about another', async () => {
    expect((await plan('hunt Password spray', 1042)).parts[0]?.text).toContain('has "198.51.100.23"');
    expect((await plan('hunt Password spray --all', 1042)).parts[0]?.text).not.toContain('198.51.100.23');
    const other = await plan('hunt Password spray --ip 203.0.113.9', 1042);
    expect(other.parts[0]?.text).not.toContain('198.51.100.23');
  });

  it('suggest proposes those that fit the incident, filled in', async () => {
    const view = await typed('hunt suggest', 1042);
    expect(names(view)).toEqual(['Password spray']);
    expect(view).toMatchObject({
      kind: 'hunts',
      title: 'Hunts for INC-1042',
      rows: [{ about: 'same technique T1110.003, looks for 198.51.100.23', isReady: true }],
    });
  });
});

describe('commands about an entity', () => {
  it.each([
    ['user adam@contoso.com', 'user adam@contoso.com', { kind: 'account', name: 'adam@contoso.com' }],
    ['user CONTOSO\\adam', 'user CONTOSO\\adam', { kind: 'account', name: 'CONTOSO\\adam' }],
    ['user adam[@]contoso[.]com', 'user adam@contoso.com', { kind: 'account', name: 'adam@contoso.com' }],
    ['host vm-dc-01', 'host vm-dc-01', { kind: 'host', name: 'vm-dc-01' }],
    ['ip 203[.]0[.]113[.]9', 'ip 203.0.113.9', { kind: 'ip', name: '203.0.113.9' }],
    ['ip 2001:DB8::0017', 'ip 2001:db8::17', { kind: 'ip', name: '2001:db8::17' }],
    ['ip ::ffff:203.0.113.9', 'ip 203.0.113.9', { kind: 'ip', name: '203.0.113.9' }],
    ['file C:\\Temp\\a b.exe', 'file C:\\Temp\\a b.exe', { kind: 'file', name: 'C:\\Temp\\a b.exe' }],
    [
      'url hxxps://evil[.]example/a',
      'url https://evil.example/a',
      { kind: 'url', name: 'https://evil.example/a' },
    ],
    ['resource stcontosobackup', 'resource stcontosobackup', { kind: 'resource', name: 'stcontosobackup' }],
  ])('"%s" looks at it', async (text, title, wanted) => {
    const made = await plan(text);
    expect(made).toMatchObject({ kind: 'entity', title, about: wanted, isReviewed: true });
    expect(made.parts.length).toBeGreaterThan(3);
    for (const part of made.parts) expect(part.more).toContain('sort by TimeGenerated desc');
  });

  it.each([
    ['ip 203.0.113.300', 'is no IP address'],
    ['ip 010.1.1.1', 'is no IP address'],
    ['ip 1', 'is no IP address'],
    ['host "a | union b"', 'is no host'],
    ['url not a url', 'is no URL'],
    ['resource "a\'); drop"', 'is no resource'],
    ['user', 'Say which: user <name>.'],
  ])('"%s" is refused', async (text, says) => {
    await expect(typed(text)).rejects.toThrow(says);
  });

  it('in the thread of an incident that names one alone need no name', async () => {
    expect((await plan('ip', 1042)).about).toEqual({ kind: 'ip', name: '198.51.100.23' });
    await expect(typed('user', 1042)).rejects.toThrow('The incident names none.');
  });
});
