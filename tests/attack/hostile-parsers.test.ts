import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { clean, defang, unmaskHosts, written } from '../../src/channels/clean.ts';
import { parseBody } from '../../src/channels/slack/body.ts';
import { isFor, kindOf } from '../../src/channels/slack/envelope.ts';
import { disbelieve } from '../../src/channels/slack/signature.ts';
import { readSubject } from '../../src/channels/slack/subject.ts';
import { asTyped, withoutMention } from '../../src/channels/slack/typed.ts';
import { readTurn } from '../../src/channels/teams/activity.ts';
import { readPlace } from '../../src/channels/teams/place.ts';
import { readUser } from '../../src/channels/teams/user.ts';
import { readCard, readWords } from '../../src/channels/teams/words.ts';
import type { Words } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { understand } from '../../src/commands/understand.ts';
import { readConfig } from '../../src/config.ts';
import { Malformed, Refused } from '../../src/errors.ts';
import { correlationKey } from '../../src/incident/correlate.ts';
import { readSamples } from '../../src/sandbox/azure/samples.ts';
import { ConfigFaults, readSettingsFile } from '../../src/settings.ts';
import { normaliseDefender } from '../../src/sources/defender/alert.ts';
import { unpackDefender } from '../../src/sources/defender/unpack.ts';
import { normaliseSentinel } from '../../src/sources/sentinel/incident.ts';
import { unpackSentinel } from '../../src/sources/sentinel/unpack.ts';
import { createWatchfloor } from '../../src/sources/watchfloor.ts';
import { digestOf, polled } from '../../src/store/raw-alerts.ts';
import { incidentAfter } from '../incident/given.ts';
import { company, peopleOf } from '../people/company.ts';
import {
  exportedAlert,
  incident,
  incidentAlerts,
  incidentEntities,
  restAlert,
  tableAlert,
} from '../sources/fixtures.ts';
import { expectCleanPrototypes, hostileText, hostileValue, isStorable, nested, spoilt } from './hostile.ts';

afterEach(expectCleanPrototypes);

/** Runs it, and lets pass only the refusals that belong there. */
function refusedOr<T>(
  work: () => T,
  ...refusals: (abstract new (
    ...args: never[]
  ) => Error)[]
): T | undefined {
  try {
    return work();
  } catch (error) {
    if (refusals.some((kind) => error instanceof kind)) {
      // What is told of it can be stored and shown.
      expect((error as Error).message.length).toBeLessThan(100_000);
      return undefined;
    }
    throw error;
  }
}

const many = (numRuns: number) => ({ numRuns });

describe('payloads of sources', () => {
  const samples = [...readSamples().values()].map(({ body }) => body);
  const folded = { incident, alerts: incidentAlerts, entities: incidentEntities, comments: [] };
  const payloads = [restAlert, exportedAlert, tableAlert, incident, folded, ...samples];
  const watchfloor = createWatchfloor();

  it('are an alert that can be stored, or are refused', () => {
    fc.assert(
      fc.property(spoilt(...payloads), (payload) => {
        for (const normalise of [normaliseDefender, normaliseSentinel, watchfloor.normalise]) {
          const alert = refusedOr(() => normalise(payload), Malformed);
          if (!alert) continue;
          expect(isStorable(alert)).toBe(true);
          expect(['high', 'medium', 'low', 'informational']).toContain(alert.severity);
          for (const at of [alert.firstActivityAt, alert.lastActivityAt, alert.modifiedAt])
            if (at !== undefined) expect(new Date(at).toISOString()).toBe(at);
          if (alert.portalUrl) expect(alert.portalUrl).toMatch(/^https:\/\/[a-z.]+\//);
          expect(correlationKey(alert)?.length ?? 0).toBeLessThan(10_000);
        }
      }),
      many(9_000),
    );
  });

  it('in the body of a push are told apart, or refused, and each has its digest', () => {
    const bodies = [...payloads, payloads, { value: payloads }, { records: payloads }, { object: incident }];
    fc.assert(
      fc.property(spoilt(...bodies), (body) => {
        for (const unpack of [unpackDefender, unpackSentinel]) {
          const pushes = refusedOr(() => unpack(body), Malformed) ?? [];
          for (const push of pushes)
            if (push.kind === 'payload') expect(digestOf(push.payload)).toHaveLength(64);
          for (const push of pushes) if (push.kind === 'address') expect(isStorable(push.address)).toBe(true);
        }
      }),
      many(5_000),
    );
  });

  it('of any JSON at all are refused in words that can be stored', () => {
    fc.assert(
      fc.property(hostileValue, (payload) => {
        for (const normalise of [normaliseDefender, normaliseSentinel, watchfloor.normalise])
          refusedOr(() => normalise(payload), Malformed);
        for (const unpack of [unpackDefender, unpackSentinel]) refusedOr(() => unpack(payload), Malformed);
        expect(polled('defender', payload, undefined).digest).toHaveLength(64);
      }),
      many(4_000),
    );
  });

  it('of a megabyte, in one word or in a million, are read in bounded time', () => {
    const large = [
      'x'.repeat(1 << 20),
      'a.'.repeat(1 << 19),
      '@'.repeat(1 << 20),
      '\u0301'.repeat(1 << 19),
      ' '.repeat(1 << 20),
    ];
    for (const text of large) {
      for (const field of [
        'alertDisplayName',
        'description',
        'compromisedEntity',
        'alertType',
        'alertUri',
        'intent',
      ])
        refusedOr(
          () => normaliseDefender({ ...restAlert, properties: { ...restAlert.properties, [field]: text } }),
          Malformed,
        );
      refusedOr(
        () =>
          normaliseSentinel({
            ...incident,
            properties: { ...incident.properties, title: text, description: text },
          }),
        Malformed,
      );
    }
    const entities = Array.from({ length: 20_000 }, (_, n) => ({
      type: 'ip',
      address: `203.0.113.${n % 256}`,
    }));
    const alert = normaliseDefender({ ...restAlert, properties: { ...restAlert.properties, entities } });
    expect(alert.entities.length).toBeLessThanOrEqual(20_000);
  });
});

describe('words', () => {
  const { adam } = company;
  const people = peopleOf(Object.values(company));
  const wordsOf = (args: string[], rest: string): Words => ({
    person: { ...adam, assurance: 'full', because: '' },
    people,
    args,
    rest,
    code: '',
    options: {},
    incident: 1042,
    ask: async ({ whom }) => {
      throw new Refused(`Asks ${whom}.`);
    },
    read: async () => incidentAfter(),
  });
  const verb = fc.constantFrom(
    ...commands.flatMap(({ name, aliases }) => [name, ...aliases]),
    'clsoe',
    'INC-1',
    '#',
  );
  const separator = fc.constantFrom(
    ' ',
    '  ',
    '\n',
    '\t',
    '\u00a0',
    '',
    ':',
    ' INC-1042 ',
    ' #1 ',
    ' inc999999999999 ',
  );
  const typed = fc
    .tuple(verb, separator, fc.array(hostileText, { maxLength: 4 }), fc.constantFrom(' ', '\n', '"', ' "'))
    .map(([first, gap, rest, glue]) => `${first}${gap}${rest.join(glue)}`);

  it('are a command or a sentence that says what is understood', () => {
    fc.assert(
      fc.property(fc.oneof(typed, hostileText), fc.option(fc.nat(), { nil: undefined }), (text, thread) => {
        const understood = refusedOr(() => understand(text, commands, thread), Refused);
        if (understood?.incident !== undefined) expect(Number.isSafeInteger(understood.incident)).toBe(true);
      }),
      many(10_000),
    );
  });

  it('after a verb are an intent that can be stored, or a sentence', async () => {
    const changing = commands.filter((command) => command.kind === 'change');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...changing),
        fc.array(hostileText, { maxLength: 4 }),
        async (command, args) => {
          const intent = await told(async () => command.understand(wordsOf(args, args.join(' '))));
          if (intent) expect([command.name, isStorable(intent)]).toEqual([command.name, true]);
        },
      ),
      many(8_000),
    );
  });

  it('in the fields of a dialog are an intent that can be stored, or what to mend', async () => {
    const asking = commands.flatMap((command) =>
      command.kind === 'change' && command.dialog ? [{ name: command.name, dialog: command.dialog }] : [],
    );
    const ids = asking.flatMap(({ dialog }) =>
      dialog.draw(incidentAfter(), people).fields.map(({ id }) => id),
    );
    const fields = fc.dictionary(fc.constantFrom(...ids, '__proto__', 'x'), hostileText);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...asking), fields, async ({ name, dialog }, filled) => {
        const intent = await told(async () => dialog.read(filled, wordsOf([], '')));
        if (intent && !('faults' in intent)) expect([name, isStorable(intent)]).toEqual([name, true]);
      }),
      many(6_000),
    );
  });

  async function told<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refused) return undefined;
      throw error;
    }
  }
});

describe('text that is shown', () => {
  it('is clean, bounded and can be stored, whatever it was', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 400 }), (text, limit) => {
        for (const shown of [clean(text, limit), written(text, limit), clean(unmaskHosts(text), limit)]) {
          expect(isStorable(shown)).toBe(true);
          expect(Array.from(shown).length).toBeLessThanOrEqual(limit);
        }
        expect(clean(text, limit)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b-\u200f]/u);
        expect(defang(clean(text, 200))).not.toMatch(/https?:|[\p{L}\p{N}]\.\p{L}/iu);
      }),
      many(14_000),
    );
  });

  it('is cut before it costs anything, a megabyte too', () => {
    for (const unit of [
      'x',
      'a.',
      '@',
      '\u0301',
      ' ',
      'eyJ',
      '👩‍👩‍👧‍👦',
      '\ud800',
      'https://',
      'password=',
      '0',
    ])
      expect(clean(unit.repeat((1 << 20) / unit.length), 300).length).toBeLessThan(5_000);
  });
});

describe("Slack's requests", () => {
  const press = {
    type: 'block_actions',
    user: { id: 'U0ADAM', team_id: 'T0CONTOSO' },
    team: { id: 'T0CONTOSO' },
    api_app_id: 'A0WATCHFLOOR',
    trigger_id: '1.2.x',
    response_url: 'https://hooks.slack.com/actions/x',
    container: { type: 'message', channel_id: 'C0SOC' },
    actions: [{ action_id: 'incident:take', value: '1042:3:take' }],
    view: { private_metadata: '{"incident":1,"version":1,"verb":"close","conversation":"C0SOC"}' },
    authorizations: [{ team_id: 'T0CONTOSO', enterprise_id: null }],
  };
  const identity = {
    teamId: 'T0CONTOSO',
    enterpriseId: '',
    appId: 'A0WATCHFLOOR',
    botId: 'B0',
    botUserId: 'U0BOT',
  };

  it('are read or refused, however they are spoilt', () => {
    const type = fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded; charset=utf-8',
      'APPLICATION/JSON;charset=\0',
      'multipart/form-data; boundary=x',
      '',
    );
    const form = fc.record({ payload: spoilt(press), extra: hostileText }).map(({ payload, extra }) =>
      new URLSearchParams({
        payload: JSON.stringify(payload) ?? '',
        [extra.toWellFormed()]: extra.toWellFormed(),
      }).toString(),
    );
    const json = spoilt(press).map((payload) => JSON.stringify(payload) ?? '');
    fc.assert(
      fc.property(fc.oneof(form, json, hostileText), type, (text, contentType) => {
        const body = parseBody(Buffer.from(text), contentType);
        if (!body) return;
        kindOf(body);
        isFor(body, identity as never);
      }),
      many(6_000),
    );
  });

  it('carry words as they were typed, and metadata that is ours or nothing', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(asTyped(withoutMention(text, 'U0BOT')).length).toBeLessThanOrEqual(text.length + 10);
        refusedOr(() => readSubject(text), ZodError, SyntaxError);
        refusedOr(() => readSubject(JSON.stringify({ incident: text, verb: text })), ZodError);
      }),
      many(5_000),
    );
  });

  it('are believed for nothing but a signature', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (timestamp, signature, body) => {
        const now = Date.now();
        const secrets = ['a-secret'];
        expect(disbelieve({ timestamp, signature }, Buffer.from(body), secrets, now)).toBeDefined();
        const recent = String(Math.floor(now / 1_000));
        expect(disbelieve({ timestamp: recent, signature }, Buffer.from(body), secrets, now)).toBeDefined();
      }),
      many(3_000),
    );
  });
});

describe("Teams' activities", () => {
  const activity = {
    type: 'message',
    id: '1',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    text: '<at>Watchfloor</at> take INC-1042 &lt;x&gt;',
    value: { action: { verb: 'watchfloor/take', data: { incident: 1042, version: 3 } } },
    replyToId: '2',
    from: { id: '29:1', name: 'Adam Keller', aadObjectId: '00000002-5a1e-4c0d-9b7a-3f6e2d81c0a2' },
    recipient: { id: '28:bot' },
    conversation: { id: '19:soc@thread.tacv2;messageid=1700000000000' },
    entities: [{ type: 'mention', text: '<at>Watchfloor</at>', mentioned: { id: '28:bot' } }],
  };
  const tenant = '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30';

  it('are read or refused, however they are spoilt', () => {
    fc.assert(
      fc.property(spoilt(activity), (spoilt) => {
        const turn = refusedOr(() => readTurn(spoilt), ZodError);
        if (!turn) return;
        const user = refusedOr(() => readUser(turn, tenant), Refused);
        if (user) expect(isStorable(user)).toBe(true);
        readWords(turn);
        readCard(turn);
        readPlace(turn.conversation.id);
      }),
      many(8_000),
    );
  });
});

describe('settings', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-hostile-'));
  const file = path.join(folder, 'settings.yaml');
  const good = fs.readFileSync('examples/watchfloor.yaml', 'utf8');
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('of any YAML are read, or every fault is named', () => {
    const lines = good.split('\n');
    const yaml = fc
      .tuple(
        fc.nat({ max: lines.length }),
        fc.nat({ max: 3 }),
        fc.oneof(hostileText, fc.constantFrom('&a [*a]', '<<: *x', '- - -', '? ', '%YAML 9')),
      )
      .map(([at, gone, text]) => lines.toSpliced(at, gone, text).join('\n'));
    fc.assert(
      fc.property(yaml, (text) => {
        fs.writeFileSync(file, text);
        refusedOr(() => readSettingsFile(file), ConfigFaults);
      }),
      many(800),
    );
  });

  it('that name one another a billion times are refused', () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) =>
        `l${n}: &l${n} [${Array(9)
          .fill(n === 0 ? 'lol' : `*l${n - 1}`)
          .join(', ')}]`,
    );
    fs.writeFileSync(file, `${levels.join('\n')}\nroute: *l11\n`);
    expect(() => readSettingsFile(file)).toThrow(ConfigFaults);
  });

  it('in the environment are read, or every fault is named and no secret is', () => {
    fs.writeFileSync(file, 'route: { to: [{ slack: C0SOC }] }');
    const secret = 'a-secret-that-nobody-may-see';
    const names = [
      'PORT',
      'HOST',
      'LOG_LEVEL',
      'POLL_SECONDS',
      'AZURE_TENANT_ID',
      'AZURE_RESOURCE_MANAGER',
      'AZURE_AUTHORITY_HOST',
      'AZURE_KEY_VAULT',
      'SLACK_API_URL',
      'SLACK_SIGNING_SECRET',
      'TEAMS_APP_ID',
      'TEAMS_SERVICE_URL',
      'WEBHOOK_SECRET_FILE',
      'TRUST_PROXY',
      'EVENT_HUBS_CONNECTION_STRING',
      'EVENT_HUBS_ENDPOINT',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'DATABASE_URL',
      'METRICS_TOKEN',
    ];
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...names),
          hostileText.map((text) => text.replaceAll('\0', '')),
        ),
        (env) => {
          const whole = {
            AZURE_TENANT_ID: 't',
            SLACK_BOT_TOKEN: secret,
            SLACK_SIGNING_SECRET: secret,
            WATCHFLOOR_CONFIG: file,
            ...env,
          };
          try {
            readConfig(whole);
          } catch (error) {
            if (!(error instanceof ConfigFaults)) throw error;
            expect(error.message).not.toContain(secret);
          }
        },
      ),
      many(3_000),
    );
  });
});

describe('a payload without end', () => {
  it.each(['list', 'object'] as const)(
    'of %s in %s is an alert, refused or too deep, and nothing breaks',
    (kind) => {
      const deep = nested(50_000, kind);
      for (const normalise of [normaliseDefender, normaliseSentinel]) {
        refusedOr(() => normalise(deep), Malformed);
        const within = {
          ...restAlert,
          properties: { ...restAlert.properties, entities: [deep], extendedProperties: deep },
        };
        refusedOr(() => normalise(within), Malformed);
      }
    },
  );
});
