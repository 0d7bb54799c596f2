import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLabels } from '../../src/enrichers/labels.ts';
import type { Enrichment, Subject } from '../../src/incident/enrichment.ts';
import type { Cell, LogRequest, Logs } from '../../src/kql/logs.ts';
import type { Scope } from '../../src/kql/plan.ts';
import { accountNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { context, startMonitor } from './monitor-stand-in.ts';

let monitor: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  monitor = await startMonitor();
});
afterAll(() => monitor.stop());

const scope: Scope = { kind: 'workspaces', names: ['contoso-sentinel'] };
const gravest = ['Highly Confidential'];
const labelsHere = () => createLabels({ logs: monitor.place.logs, scope, gravest });
const ask = (subject: Subject): Promise<Enrichment> => labelsHere().enrich(subject, context());
const file = (name: string): Subject => ({ kind: 'file', name, sha256: '' });
const { upn, oid } = accountNamed('adam');
const adam: Subject = { kind: 'account', name: 'adam', upn, oid };
const values = ({ facts }: Enrichment, label: string) =>
  facts.filter((fact) => fact.label === label).map(({ value }) => value);
const site = 'https://contoso.sharepoint.com/sites/Payments';

describe('an account', () => {
  it('that lowered a label before it took hundreds of files says both', async () => {
    const known = await ask(adam);
    expect(known.traits).toEqual([
      {
        chip: 'took Highly Confidential',
        says: 'downloaded 39 files labelled Highly Confidential in the last 24 h',
        tone: 'bad',
        mark: 'crown-jewel',
      },
      {
        chip: 'label lowered',
        says: 'lowered the label of payment-0004.xlsx from Highly Confidential to General',
        tone: 'warning',
      },
    ]);
    expect(values(known, 'Downloaded in 24 h')).toEqual([
      'Confidential: 120 files',
      'Highly Confidential: 39 files',
      'General: one file',
    ]);
    expect(values(known, 'Label lowered')).toEqual([
      'payment-0004.xlsx: Highly Confidential → General, because “No longer sensitive”',
    ]);
  });

  it('that touched no label has nothing to say', async () => {
    const nobody = { kind: 'account', name: 'x', upn: 'nobody@contoso.com', oid: '' } as const;
    expect(await ask(nobody)).toEqual({ facts: [], traits: [] });
    expect(labelsHere().concerns?.({ ...nobody, upn: '' })).toBe(false);
  });
});

describe('a file', () => {
  it('has the label that was laid on it last', async () => {
    const known = await ask(file('payment-0008.xlsx'));
    expect(known.traits).toEqual([
      {
        chip: 'Highly Confidential',
        says: 'is labelled Highly Confidential',
        tone: 'warning',
        mark: 'crown-jewel',
      },
    ]);
    expect(values(known, 'Label')).toEqual(['Highly Confidential']);
    expect((await ask(file('payment-0001.xlsx'))).traits).toEqual([]);
  });

  it('whose label somebody lowered says who it was and is no jewel any more', async () => {
    const known = await ask(file('PAYMENT-0004.xlsx'));
    expect(known.traits).toEqual([
      {
        chip: 'label lowered',
        says: 'had its label lowered from Highly Confidential to General by adam@contoso.com',
        tone: 'warning',
      },
    ]);
    expect(values(known, 'Label')).toEqual(['General']);
  });

  it('is not taken for another whose name ends alike, nor for a piece of the query', async () => {
    for (const name of ['0008.xlsx', 'xlsx', 'nothing.docx', '" or true //', 'a\\b\u2028"c']) {
      expect(await ask(file(name)), name).toEqual({ facts: [], traits: [] });
    }
  });
});

describe('a site', () => {
  it('holds what lies in it, in a folder of it, or one file', async () => {
    const known = await ask({ kind: 'url', url: `${site}/?web=1` });
    expect(values(known, 'Label')).toEqual([
      'Confidential: 120 files',
      'Highly Confidential: 39 files',
      'General: one file',
    ]);
    expect(known.traits.map(({ says }) => says)).toEqual([
      'holds 39 files labelled Highly Confidential',
      'had the label of payment-0004.xlsx lowered from Highly Confidential to General by adam@contoso.com',
    ]);
    const folder = await ask({ kind: 'url', url: `${site}/Shared%20Documents/Keys%20and%20accounts` });
    expect(values(folder, 'Label')).toEqual(['Highly Confidential: 39 files', 'General: one file']);
    expect(await ask({ kind: 'url', url: 'https://contoso.sharepoint.com/sites/Pay' })).toEqual({
      facts: [],
      traits: [],
    });
  });

  it('is one of SharePoint, and not whatever calls itself so', () => {
    const concerns = (url: string) => labelsHere().concerns?.({ kind: 'url', url });
    expect([site, 'https://contoso-my.sharepoint.us/personal/x'].map(concerns)).toEqual([true, true]);
    const strangers = [
      'https://evil.example/contoso.sharepoint.com',
      'https://sharepoint.com.evil.example/',
      'x',
    ];
    expect(strangers.map(concerns)).toEqual([false, false, false]);
  });
});

describe('data in Azure', () => {
  const resource = (resourceId: string): Subject => ({ kind: 'resource', name: 'x', resourceId });

  it('is as sensitive as Purview found it', async () => {
    const storage = await ask(
      resource(things.backupStorage.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')),
    );
    expect(storage.traits).toEqual([
      {
        chip: 'Highly Confidential',
        says: 'holds 3 assets labelled Highly Confidential',
        tone: 'warning',
        mark: 'crown-jewel',
      },
    ]);
    expect(values(storage, 'Label')[0]).toMatch(
      /^Highly Confidential: 3 assets \(.*EU Debit Card Number.*\)$/,
    );
    expect(values(await ask(resource(things.sql)), 'Label')).toEqual([
      'Confidential: 2 assets (All Full Names)',
      'Highly Confidential: one asset (Credit Card Number)',
    ]);
  });

  it('of another account, or of another database of the server, is another', async () => {
    expect(await ask(resource(things.shopStorage))).toEqual({ facts: [], traits: [] });
    expect(await ask(resource(things.sql.replace(/payments$/, 'shop')))).toEqual({ facts: [], traits: [] });
    expect(labelsHere().concerns?.(resource(things.keyVault))).toBe(false);
    expect(labelsHere().concerns?.(resource(things.sql))).toBe(true);
  });
});

describe('logs', () => {
  const id = 'AAAAAAAA-1111-4222-8333-444444444444';

  /** A workspace with these tables, which answers every query with these rows. */
  function answering(tables: string[], rows: Record<string, Cell>[] = [], partial = '') {
    const asked: LogRequest[] = [];
    const logs: Logs = {
      async ask(request) {
        asked.push(request);
        const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
        return {
          columns: names.map((name) => ({ name, type: 'dynamic' })),
          rows: rows.map((row) => names.map((name) => row[name] ?? null)),
          partial,
          render: undefined,
          scannedGb: undefined,
        };
      },
      schema: async () => ({
        tables: tables.map((name) => ({ name, columns: [], plan: 'analytics' as const })),
        functions: [],
      }),
    };
    return { logs, asked };
  }

  it('without the tables of Purview are not asked', async () => {
    const { logs, asked } = answering(['SigninLogs', 'OfficeActivity']);
    const labels = createLabels({ logs, scope, gravest });
    for (const subject of [
      adam,
      file('x'),
      { kind: 'resource', name: '', resourceId: things.sql } as const,
    ]) {
      expect(await labels.enrich(subject, context())).toEqual({ facts: [], traits: [] });
    }
    expect(asked).toEqual([]);
  });

  it('without those of Office still tell who lowered a label', async () => {
    const { logs, asked } = answering(['MicrosoftPurviewInformationProtection']);
    await createLabels({ logs, scope, gravest }).enrich(adam, context());
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ as: 'bot', isSearch: false });
  });

  it('that call a label by its id alone are told by it', async () => {
    const rows = [{ SensitivityLabelId: id, LabelName: '', Items: 1, Last: 'never' }];
    const { logs } = answering(['MicrosoftPurviewInformationProtection'], rows);
    const known = await createLabels({ logs, scope, gravest }).enrich(file('x'), context());
    expect(values(known, 'Label')).toEqual(['label AAAAAAAA']);
  });

  it('are grave by the names that the settings give, in any language', async () => {
    const rows = [{ SensitivityLabelId: id, LabelName: 'Streng vertraulich', Items: 1, Last: 'never' }];
    const { logs } = answering(['MicrosoftPurviewInformationProtection'], rows);
    const german = createLabels({ logs, scope, gravest: ['streng vertraulich'] });
    const known = await german.enrich(file('x'), context());
    expect(known.traits[0]).toMatchObject({ chip: 'Streng vertraulich', mark: 'crown-jewel' });
    const english = await createLabels({ logs, scope, gravest }).enrich(file('x'), context());
    expect(english.traits.flatMap(({ mark }) => mark ?? [])).toEqual([]);
  });

  it('that are not all there say so', async () => {
    const { logs } = answering(['PurviewDataSensitivityLogs'], [], 'The query ran out of memory.');
    const known = await createLabels({ logs, scope, gravest }).enrich(
      { kind: 'resource', name: '', resourceId: things.sql },
      context(),
    );
    expect(known.facts).toEqual([
      { label: 'Not complete', value: 'The query ran out of memory.', long: true },
    ]);
  });

  it('of a removed label and odd rows are read as far as they go', async () => {
    const removed = {
      TimeGenerated: '2026-11-16T09:30:00Z',
      UserId: null,
      ObjectId: 'C:\\secret\\<!channel>.docx',
      OldSensitivityLabelId: id,
      OldName: 'Highly Confidential \\ A label with a name that is longer than any chip',
      Items: 'many',
    };
    const { logs } = answering(['MicrosoftPurviewInformationProtection'], [removed, {}, { Items: -1 }]);
    const known = await createLabels({ logs, scope, gravest }).enrich(file('<!channel>.docx'), context());
    expect(known.traits[0]).toMatchObject({ chip: 'label removed', tone: 'warning' });
    expect(known.facts[0]).toMatchObject({ label: 'Label removed', at: '2026-11-16T09:30:00.000Z' });
  });
});
