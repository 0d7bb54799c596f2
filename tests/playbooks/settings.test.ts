import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { strangers, usualPlaybooks } from '../../src/playbooks/settings.ts';
import { ConfigFaults, readSettingsFile } from '../../src/settings.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-playbooks-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What is read of `playbooks:` with this under it, in one line of YAML. */
function read(playbooks: string) {
  const file = path.join(folder, `${crypto.randomUUID()}.yaml`);
  fs.writeFileSync(file, `route: {}\nplaybooks: { ${playbooks} }`);
  return readSettingsFile(file).playbooks;
}

/** What is said about it, each with its place. */
function faultsOf(playbooks: string): string[] {
  try {
    read(playbooks);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    return error.message
      .split('\n- ')
      .slice(1)
      .map((fault) => fault.replace(/^\S+: /, ''));
  }
  return [];
}

const group = '/subscriptions/91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b/resourceGroups/rg-security/providers';
const app = (name: string) => `${group}/Microsoft.Logic/workflows/${name}`;
const block = (more = '', about = 'about: [ip]') =>
  `{ name: block, title: Block, kind: logic-app, resource: ${app('block')}, risk: medium, effect: "{target} is blocked", ${about}${more && `, ${more}`} }`;

describe('what the settings say of playbooks', () => {
  it('is that all may be run where they say nothing', () => {
    const file = path.join(folder, 'empty.yaml');
    fs.writeFileSync(file, 'route: {}');
    expect(readSettingsFile(file).playbooks).toEqual(usualPlaybooks);
    expect(read('')).toEqual(usualPlaybooks);
    expect(read('enabled: false, off: [stop-vm], decideWithinMinutes: 15')).toMatchObject({
      enabled: false,
      off: ['stop-vm'],
      decideWithinMinutes: 15,
    });
  });

  it('of the example and of the sandbox is good', () => {
    const example = readSettingsFile('examples/watchfloor.yaml').playbooks;
    expect(example.yours.map(({ kind }) => kind)).toEqual(['logic-app', 'logic-app', 'sentinel', 'runbook']);
    expect(example.approval.length).toBeGreaterThan(0);
    expect(example.rules.length).toBeGreaterThan(0);
    const sandbox = readSettingsFile('src/sandbox/watchfloor.yaml').playbooks;
    expect(sandbox.yours.map(({ name }) => name)).toContain('block-in-proxy');
  });

  it('names playbooks that there are none of', () => {
    const policy = read(
      'off: [stop-vm, stop-wm], approval: [{ name: a, match: { play: isolat }, needs: own }], rules: [{ name: r, on: opened, run: isolate, target: machine }]',
    );
    expect(strangers(policy, ['stop-vm', 'isolate-machine'])).toEqual(['stop-wm', 'isolat', 'isolate']);
  });
});

describe('a playbook of the team', () => {
  it('is read with what it usually is', () => {
    const unblock = block().replace('name: block,', 'name: unblock,');
    const [first] = read(
      `yours: [${block('reverse: { name: unblock }, minutes: 60, parameters: [{ name: reason }, { name: port, label: Port, required: true, usual: 443, choices: [{ value: "443", label: HTTPS }, "80"] }]')}, ${unblock}]`,
    ).yours;
    expect(first).toEqual({
      name: 'block',
      title: 'Block',
      kind: 'logic-app',
      resource: app('block'),
      risk: 'medium',
      effect: '{target} is blocked',
      about: ['ip'],
      reverse: { name: 'unblock' },
      minutes: 60,
      parameters: [
        { name: 'reason', label: 'reason', required: false, usual: '' },
        {
          name: 'port',
          label: 'Port',
          required: true,
          usual: '443',
          choices: [
            { value: '443', label: 'HTTPS' },
            { value: '80', label: '80' },
          ],
        },
      ],
    });
  });

  it('of Sentinel is about the incident', () => {
    const [first] = read(
      `yours: [${block('', '').replace('kind: logic-app', 'kind: sentinel').replace(', }', ' }')}]`,
    ).yours;
    expect(first?.about).toEqual(['incident']);
  });

  it.each([
    [
      block().replace('name: block,', 'name: Block it,'),
      'playbooks.yours.0.name: is not like block-in-proxy',
    ],
    [
      block().replace('workflows', 'sites'),
      'playbooks.yours.0.resource: is not like /subscriptions/…/resourceGroups/…/providers/Microsoft.Logic',
    ],
    [block().replace('/resourceGroups/rg-security', '/../x'), 'playbooks.yours.0.resource: is not like'],
    [
      block().replace('kind: logic-app', 'kind: runbook'),
      'Microsoft.Automation/automationAccounts/…/runbooks/…',
    ],
    [block().replace('kind: logic-app', 'kind: function'), 'playbooks.yours.0.kind'],
    [block().replace('risk: medium', 'risk: critical'), 'playbooks.yours.0.risk'],
    [block().replace('{target} is', 'It is'), 'effect: does not say {target}'],
    [
      block().replace('is blocked', 'is blocked for {hours}'),
      'effect: says {hours}, which is none of target',
    ],
    [block('', 'about: []'), 'playbooks.yours.0.about'],
    [block('', 'about: [path]'), 'playbooks.yours.0.about'],
    [block('minutes: 60'), 'minutes: needs reverse: nothing would take it back'],
    [
      block('reverse: { name: unblock }'),
      'reverse.name: unblock is none of the others under playbooks.yours',
    ],
    [block('reverse: { name: block }'), 'reverse.name: block is none of the others'],
    [`${block()}, ${block()}`, 'playbooks.yours.1.name: is the name of another one above'],
    [
      `${block('reverse: { name: other }')}, ${block('', 'about: [url]').replace('name: block,', 'name: other,')}`,
      'other is not about all that block is about',
    ],
    [block().replace('kind: logic-app', 'kind: sentinel'), 'about: is [incident] where kind is sentinel'],
    [block('parameters: [{ name: target }]'), 'is said anyway: whom or what it is done to'],
    [
      block('parameters: [{ name: a, usual: x, choices: [y] }]'),
      'parameters.0.usual: is none of the choices',
    ],
    [block('owner: me'), 'owner'],
  ])('is refused where it is %s', (entry, says) => {
    expect(faultsOf(`yours: [${entry}]`).join('\n')).toContain(says);
  });

  it('without a word on what it is about is told what there is', () => {
    const entry = block('', 'parameters: []');
    expect(faultsOf(`yours: [${entry}]`)).toEqual([
      'playbooks.yours.0.about: says nothing. Any of account, machine, resource, ip, domain, url, file, mailbox, incident',
    ]);
  });
});

describe('a rule about approval', () => {
  it('may name what it looks at, one word without brackets', () => {
    const [night] = read(
      'approval: [{ name: night, match: { risk: high, value: [crown-jewel, privileged], environment: production, hours: { from: "22:00", to: "06:00", timeZone: Europe/Berlin } }, needs: two }]',
    ).approval;
    expect(night).toEqual({
      name: 'night',
      match: {
        risk: ['high'],
        value: ['crown-jewel', 'privileged'],
        environment: ['production'],
        hours: { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
      },
      needs: 'two',
    });
  });

  it.each([
    ['needs: nobody', 'playbooks.approval.0.needs'],
    ['needs: own, match: { risk: extreme }', 'playbooks.approval.0.match.risk.0'],
    ['needs: own, match: { value: [exposed] }', 'playbooks.approval.0.match.value.0'],
    ['needs: own, match: { host: x }', 'host'],
    ['needs: own, match: { hours: { from: 22, to: "06:00", timeZone: UTC } }', 'hours.from'],
    [
      'needs: own, match: { hours: { from: "24:00", to: "06:00", timeZone: UTC } }',
      'hours.from: is not like 09:00',
    ],
    [
      'needs: own, match: { hours: { from: "06:00", to: "06:00", timeZone: UTC } }',
      'hours: end when they begin',
    ],
    [
      'needs: own, match: { hours: { from: "22:00", to: "06:00", timeZone: Berlin } }',
      'hours.timeZone: is no time zone like Europe/Berlin',
    ],
  ])('is refused where it is %s', (rule, says) => {
    expect(faultsOf(`approval: [{ name: a, ${rule} }]`).join('\n')).toContain(says);
  });
});

describe('a rule that runs a playbook by itself', () => {
  it('is read with what it usually is', () => {
    expect(
      read(
        'rules: [{ name: a, on: learned, match: { severity: high }, marks: [malicious], run: isolate-machine, target: machine }]',
      ).rules,
    ).toEqual([
      {
        name: 'a',
        on: 'learned',
        match: { severity: ['high'] },
        marks: ['malicious'],
        classification: [],
        run: 'isolate-machine',
        target: 'machine',
        parameters: {},
        mostPerHour: 5,
      },
    ]);
  });

  it.each([
    ['on: opened, marks: [malicious]', 'marks: are not known yet when an incident opens. Write on: learned'],
    [
      'on: learned, classification: [true-positive]',
      'classification: is known when an incident is closed. Write on: closed',
    ],
    ['on: closed, classification: [true]', 'playbooks.rules.0.classification.0'],
    ['on: always', 'playbooks.rules.0.on'],
    ['on: opened, match: { hots: x }', 'hots'],
    ['on: opened, minutes: 1', 'playbooks.rules.0.minutes'],
    ['on: opened, mostPerHour: 0', 'playbooks.rules.0.mostPerHour'],
  ])('is refused where it is %s', (rule, says) => {
    expect(faultsOf(`rules: [{ name: a, run: x, target: machine, ${rule} }]`).join('\n')).toContain(says);
  });
});

describe('rooms that are shown requests for approval', () => {
  it('are those of either chat, by id', () => {
    expect(read('rooms: [{ slack: C0LEADS }, { teams: "19:leads@thread.tacv2" }]').rooms).toEqual([
      { channel: 'slack', conversation: 'C0LEADS' },
      { channel: 'teams', conversation: '19:leads@thread.tacv2' },
    ]);
    expect(faultsOf('rooms: [{ slack: leads }]')[0]).toContain('is not like C012ABCDEF');
    expect(faultsOf('rooms: [{}]')[0]).toContain('needs either slack or teams');
    expect(faultsOf('decideWithinMinutes: 0')[0]).toContain('playbooks.decideWithinMinutes');
  });
});
