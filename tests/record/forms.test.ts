import { describe, expect, it } from 'vitest';
import { cef } from '../../src/record/cef.ts';
import { csv } from '../../src/record/csv.ts';
import { jsonLines, type Line } from '../../src/record/line.ts';
import { ocsf } from '../../src/record/ocsf.ts';
import { parseCef, parseCsv } from '../support/forms.ts';

const hostile = '=HYPERLINK("https://evil.example","a")|b\\c=d, "e"\r\nnext\tline 😀 ＝1';

function line(change: Partial<Line> = {}): Line {
  return {
    id: 'INC-1042/7',
    at: '2026-11-22T04:05:06.789Z',
    actor: { kind: 'person', id: 'id-1', name: hostile },
    type: 'commented',
    incident: 1042,
    status: 'active',
    severity: 'high',
    data: { text: hostile, nested: { list: [1, null, 'é'] } },
    hash: 'a'.repeat(64),
    ...change,
  };
}

describe('a line of the record', () => {
  it('is one line of JSON, and the same when read', () => {
    const text = jsonLines.draw(line());
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(text)).toEqual(line());
  });

  it('is a row of CSV that no spreadsheet takes for a formula', () => {
    const [head, row, ...rest] = parseCsv(csv.header + csv.draw(line()));
    expect(rest).toEqual([]);
    expect(head).toHaveLength(11);
    const read = Object.fromEntries((head ?? []).map((name, n) => [name, row?.[n]]));
    expect(read).toMatchObject({
      id: 'INC-1042/7',
      actor: `'${hostile}`,
      incident: 'INC-1042',
      severity: 'high',
    });
    expect(JSON.parse(read.data ?? '')).toEqual(line().data);
    for (const first of ['=', '+', '-', '@', '\t', '\r', '＝', '＋']) {
      const cells = parseCsv(
        csv.draw(line({ actor: { kind: 'person', id: `${first}1`, name: `${first}cmd` } })),
      )[0];
      expect(cells?.slice(3, 5)).toEqual([`'${first}1`, `'${first}cmd`]);
    }
  });

  it('is one line of CEF, in which nothing ends a field that is not its end', () => {
    const text = cef('0.1.0').draw(line({ type: 'a|b\\c' }));
    expect(text.match(/[\r\n]/g)).toHaveLength(1);
    const { head, extension } = parseCef(text.trimEnd());
    expect(head).toEqual(['CEF:0', 'Watchfloor', 'Watchfloor', '0.1.0', 'a|b\\c', 'INC-1042 a|b\\c', '8']);
    expect(extension).toMatchObject({
      rt: String(Date.parse('2026-11-22T04:05:06.789Z')),
      externalId: 'INC-1042/7',
      suser: hostile,
      cs1: 'INC-1042',
      cs2: 'a'.repeat(64),
    });
    expect(JSON.parse(extension.cs3 ?? '')).toEqual(line().data);
  });

  const beside = { incident: null, status: undefined, severity: undefined } as const;
  it.each([
    { change: { type: 'opened' }, is: { class_uid: 2005, activity_id: 1, severity_id: 4 } },
    {
      change: {},
      is: { class_uid: 2005, activity_id: 2, status_id: 2, finding_info_list: [{ uid: 'INC-1042' }] },
    },
    { change: { type: 'closed', status: 'closed' }, is: { class_uid: 2005, activity_id: 3, status_id: 5 } },
    {
      change: { type: 'denied' },
      is: { class_uid: 3004, activity_id: 99, status_id: 2, entity: { name: 'INC-1042' } },
    },
    { change: { type: 'viewed' }, is: { class_uid: 3004, activity_id: 2, status_id: 1 } },
    { change: { type: 'linked', ...beside }, is: { class_uid: 3001, user: { uid: 'id-1' } } },
    { change: { type: 'signed-in', ...beside }, is: { class_uid: 3002, activity_id: 1, status_id: 1 } },
    {
      change: { type: 'sign-in-failed', ...beside },
      is: { class_uid: 3002, status_id: 2, service: { name: 'Watchfloor' } },
    },
    {
      change: { type: 'started', ...beside, data: { version: '0.1.0' } },
      is: { class_uid: 6002, activity_id: 3, app: { version: '0.1.0' } },
    },
    {
      change: { type: 'requests-refused', ...beside, data: { edge: '/x', reason: 'r', count: 7 } },
      is: {
        class_uid: 6003,
        status_id: 2,
        count: 7,
        api: { operation: '/x' },
        src_endpoint: { name: 'id-1' },
      },
    },
    {
      change: { type: 'secret-rotated', ...beside, data: { name: 'X' } },
      is: { class_uid: 3004, activity_id: 3, entity: { name: 'X' } },
    },
    {
      change: { type: 'of-tomorrow', ...beside },
      is: { class_uid: 3004, activity_id: 99, activity_name: 'of-tomorrow' },
    },
  ] as const)('that says $change.type is an OCSF event of the class $is.class_uid', ({ change, is }) => {
    const given = line(change as Partial<Line>);
    const text = ocsf('0.1.0').draw(given);
    expect(text.match(/\n/g)).toHaveLength(1);
    const event = JSON.parse(text);
    expect(event).toMatchObject(is);
    // Required of every class.
    expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
    expect(event.category_uid).toBe(Math.floor(event.class_uid / 1_000));
    expect(event.time).toBe(Date.parse(given.at));
    expect(event.severity_id).toBeGreaterThan(0);
    expect(event.metadata).toMatchObject({
      version: '1.3.0',
      uid: 'INC-1042/7',
      product: { vendor_name: 'Watchfloor' },
    });
    expect(event.unmapped).toMatchObject({ data: given.data, hash: given.hash });
  });
});
