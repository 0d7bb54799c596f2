import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed, Refused } from '../../src/errors.ts';
import { type HuntContext, planHunt, usageOf } from '../../src/kql/plan-hunt.ts';
import { readHunt } from '../../src/kql/read-hunt.ts';

const plain = `
id: 5D5D5D5D-1111-2222-3333-444455556666
name: Sign-ins at night
description: |
  'Who signs in while the office is closed.'
tactics: [InitialAccess]
relevantTechniques: [T1078]
query: |
  SigninLogs
  | where hourofday(TimeGenerated) < 5
  | project TimeGenerated, UserPrincipalName, IPAddress
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
`;
const withParameters = `
name: Spray from an address
query: |
  SigninLogs // {{ not one }}
  | where IPAddress == {{ip}} and TimeGenerated > ago({{since}})
  | summarize Count = count() by UserPrincipalName
  | where Count > {{ count }}
parameters:
  - { name: ip, kind: ip, summary: The address }
  - { name: since, kind: timespan, default: 1d }
  - { name: count, kind: number, default: 5 }
`;

const reasonOf = (text: string) => {
  try {
    readHunt(text, 'some/file.yaml');
    return 'none';
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return error.message;
  }
};
const context: HuntContext = {
  span: { from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' },
  scope: { kind: 'workspaces', names: ['soc'] },
  isPrivate: false,
  keeps: 'every',
};
const textOf = (hunt: string, values: Parameters<typeof planHunt>[1], keeps: 'every' | 'any' = 'every') =>
  planHunt(readHunt(hunt, 'a.yaml'), values, { ...context, keeps }).parts[0]?.text ?? '';

describe('a hunt in a file', () => {
  it('is read as the Azure-Sentinel repository writes it', () => {
    const { query, ...hunt } = readHunt(plain, 'night.yaml');
    expect(hunt).toMatchObject({
      id: '5d5d5d5d-1111-2222-3333-444455556666',
      name: 'Sign-ins at night',
      description: 'Who signs in while the office is closed.',
      tactics: ['InitialAccess'],
      techniques: ['T1078'],
      parameters: [],
      file: 'night.yaml',
    });
    expect(query.startsWith('SigninLogs\n')).toBe(true);
  });

  it.each([
    ['a byte order mark and the line ends of Windows', `\ufeff${plain.trimStart().replaceAll('\n', '\r\n')}`],
    ['keys that nobody knows', `${plain}\nkind: Scheduled\nmetadata: { source: { kind: Community } }`],
    ['a tactic between commas', plain.replace('[InitialAccess]', '"InitialAccess, Persistence"')],
    ['nothing for its tactics', plain.replace('[InitialAccess]', '')],
    ['a technique that is none', plain.replace('[T1078]', '[null, 42, { a: b }]')],
    ['a connector of another shape', `${plain}\nrequiredDataConnectors: [none, { connectorId: 3 }]`],
    ['a mapping that is broken', plain.replace('columnName: IPAddress', 'column: IPAddress')],
    ['blanks in the empty line above its query', plain.replace('query: |\n', 'query: |\n        \n')],
    ['a tab before a key', plain.replace('  - entityType: IP', '\t- entityType: IP')],
    ['its description twice', `${plain}\ndescription: again`],
    ['the name of another as a number', plain.replace('Sign-ins at night', '4711')],
  ])('may have %s', (_what, text) => {
    expect(reasonOf(text)).toBe('none');
  });

  it.each([
    ['Lateral Movement', 'LateralMovement'],
    ['command-and-control', 'CommandAndControl'],
    ['Persistance', 'Persistence'],
    ['Defence Evasion', 'DefenseEvasion'],
    ['Something New', 'Something New'],
  ])('knows the tactic %s as %s', (written, known) => {
    expect(readHunt(plain.replace('InitialAccess', written), 'a.yaml').tactics).toEqual([known]);
  });

  it('without an id gets one that stays the same while the file does', () => {
    const without = plain.replace(/^id:.*$/m, '');
    const { id } = readHunt(without, 'a.yaml');
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(readHunt(without, 'a.yaml').id).toBe(id);
    expect(readHunt(without.replace('< 5', '< 6'), 'a.yaml').id).not.toBe(id);
  });

  it('without a name is called like its file', () => {
    expect(readHunt(plain.replace(/^name:.*$/m, ''), 'identity/odd_sign-ins.yaml').name).toBe('odd sign ins');
  });

  it('of before there were mappings says whom it is about by the names of its columns', () => {
    const old =
      'name: Old\nquery: "T | extend AccountCustomEntity = User, IPCustomEntity=Ip // HostCustomEntity = x"';
    expect(readHunt(old, 'a.yaml').entityMappings.map(({ entityType }) => entityType)).toEqual([
      'Account',
      'IP',
    ]);
  });

  it.each([
    ['', 'It is no hunt'],
    ['just words', 'It is no hunt'],
    ['- a\n- list', 'It is no hunt'],
    ['name: A', 'It has no query.'],
    ['name: A\nquery: 7', 'It has no query.'],
    ['name: A\nquery: "  "', 'It has no query.'],
    ['name: A\nquery: T\nquery: U', 'It says "query" twice.'],
    ['name: "A', 'It is no YAML'],
    ['name: &a A\nquery: *a', 'It has an anchor or an alias'],
    ['a: &a [x, x]\nb: &b [*a, *a]\nquery: T', 'It has an anchor or an alias'],
    ['name: A\nquery: T\n---\nname: B\nquery: U', 'It is no YAML'],
    [`name: A\nquery: "${'x'.repeat(200_001)}"`, 'It is longer than'],
    [`${'['.repeat(5_000)}`, 'It is no'],
    ['query: "T | where a == {{a}}"\nparameters: [{ name: b, kind: ip }]', 'does not use its parameter "b"'],
    [
      'query: "T | where a == {{a}} and b == {{b}}"\nparameters: [{ name: b, kind: ip }]',
      'uses {{a}}, which is no parameter',
    ],
    [
      'query: "T | where a == \'{{b}}\'"\nparameters: [{ name: b, kind: ip }]',
      'within a string or a comment',
    ],
    ['query: "T // {{b}}"\nparameters: [{ name: b, kind: ip }]', 'within a string or a comment'],
    ['query: "T | where {{b}}"\nparameters: [{ name: b, kind: query }]', 'parameters.0.kind'],
    ['query: "T | where {{b}}"\nparameters: [{ name: "b c", kind: ip }]', 'parameters.0.name'],
    ['query: "T | where {{b}}"\nparameters: [{ name: b, kind: ip, sumary: x }]', 'parameters.0'],
  ])('that is %j is refused with the reason', (text, reason) => {
    expect(reasonOf(text)).toContain(reason);
  });

  it('does nothing to the prototypes of others', () => {
    readHunt('__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }\nquery: T', 'a.yaml');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('is a hunt or refused in words, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.json()), (text) => {
        expect(typeof reasonOf(text)).toBe('string');
      }),
      { numRuns: 300 },
    );
  });

  const published = '/work/shared/data/hunting-queries';
  it.runIf(existsSync(published))('of those that are published is read, every one', () => {
    const refused = readdirSync(published).flatMap((file) => {
      const reason = reasonOf(readFileSync(`${published}/${file}`, 'utf8'));
      return reason === 'none' ? [] : [`${file}: ${reason}`];
    });
    expect(refused).toEqual([]);
  });
});

describe('running a hunt', () => {
  it('puts values in as literals before the query, and names where they belong', () => {
    expect(textOf(withParameters, { ip: '203.0.113[.]9' })).toBe(
      [
        'let p_ip = "203.0.113.9";',
        'let p_since = 1d;',
        'let p_count = 5;',
        'SigninLogs // {{ not one }}',
        '| where IPAddress == p_ip and TimeGenerated > ago(p_since)',
        '| summarize Count = count() by UserPrincipalName',
        '| where Count > p_count',
      ].join('\n'),
    );
  });

  it('says what is missing and how to say it', () => {
    const run = () => textOf(withParameters, {});
    expect(run).toThrow(Refused);
    expect(run).toThrow('needs ip (The address). Say: hunt "Spray from an address" --ip <ip>');
  });

  it.each([
    [{ ip: '300.1.1.1' }, 'is no IP address'],
    [{ ip: '1.2.3.4', count: '5; T' }, 'is no number for count'],
    [{ ip: '1.2.3.4', since: 'now()' }, 'is no time for since'],
    [{ ip: '1.2.3.4', nonsense: 'x' }, 'is no parameter'],
    [{ ip: '1.2.3.4', account: 'adam' }, 'does not say which of its columns is the account'],
  ])('refuses %j', (values, reason) => {
    expect(() => textOf(withParameters, values)).toThrow(reason);
  });

  it('never lets a value become part of the query', () => {
    const hunt =
      'query: "T | where User == {{account}} and Name == {{name}}"\nparameters: [{ name: account, kind: account }, { name: name, kind: text }]';
    const body = 'T | where User == p_account and Name == p_name';
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }), (value) => {
        let text: string;
        try {
          text = textOf(hunt, { account: 'x', name: value });
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
          return;
        }
        const [head = '', ...rest] = text.split(`\n${body}`);
        expect(rest).toEqual(['']);
        expect(head).toMatch(
          /^let p_account = "x";\nlet p_name = "(?:[^"\\\p{Cc}]|\\["'\\]|\\u[0-9a-f]{4})*";$/u,
        );
      }),
    );
  });

  it('narrows one without parameters to whom it is about, by the columns that it maps', () => {
    const text = textOf(plain, { account: 'adam@contoso.com', ip: '203.0.113.9' });
    expect(text.startsWith(readHunt(plain, 'a.yaml').query)).toBe(true);
    expect(text).toContain('\n| where (tostring(UserPrincipalName) has "adam@contoso.com"');
    expect(text).toContain(') and (tostring(IPAddress) has "203.0.113.9")');
  });

  it('in an incident keeps rows about any of its entities, and passes over kinds that it has no column for', () => {
    const text = textOf(
      plain,
      { account: ['adam@contoso.com'], ip: ['203.0.113.9', '198.51.100.1'], host: ['vm'] },
      'any',
    );
    expect(text).toContain(
      ') or (tostring(IPAddress) has "203.0.113.9" or tostring(IPAddress) has "198.51.100.1")',
    );
    expect(text).not.toContain('vm');
  });

  it.each([
    ['T | take 5;  ', 'T | take 5\n| where tostring(Ip) has "1.2.3.4"'],
    ['T // the end', 'T // the end\n| where tostring(Ip) has "1.2.3.4"'],
    ['T | render timechart', 'T\n| where tostring(Ip) has "1.2.3.4"\n| render timechart'],
    ['T | where A has "| render x"', 'T | where A has "| render x"\n| where tostring(Ip) has "1.2.3.4"'],
  ])('narrows %j at its end', (query, narrowed) => {
    const mapping = { entityType: 'IP', fieldMappings: [{ identifier: 'Address', columnName: 'Ip' }] };
    const hunt = JSON.stringify({ name: 'A', query, entityMappings: [mapping] });
    expect(textOf(hunt, { ip: '1.2.3.4' })).toBe(narrowed);
  });

  it('knows what to type, with what is known filled in', () => {
    const hunt = readHunt(withParameters, 'a.yaml');
    expect(usageOf(hunt)).toBe('hunt "Spray from an address" --ip <ip>');
    expect(usageOf(hunt, { ip: '203.0.113.9', count: '9' })).toBe(
      'hunt "Spray from an address" --ip 203.0.113.9 --set count=9',
    );
  });
});
