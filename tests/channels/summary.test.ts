import { describe, expect, it } from 'vitest';
import { drawSummary, mostRows } from '../../src/channels/summary.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { incidentsOf, newIncidents, storm, stormIncident, summaryView, variedIncidents } from './storm.ts';

describe('the headline of a storm', () => {
  it('says at once how many there are, and the time follows', () => {
    const view = summaryView({ total: 214, open: 214 });
    expect(view).toMatchObject({
      headline: 'Storm: 214 new incidents here since',
      since: '2026-11-21T02:14:09.000Z',
      advice: 'Pick one to get its card with its buttons, or type list.',
    });
  });

  it('says how many are left once people have worked on it', () => {
    expect(summaryView({ total: 214, open: 30 }).headline).toBe(
      'Storm: 214 incidents here, 30 still open, since',
    );
  });

  it('says when it is over', () => {
    expect(summaryView({ total: 214, open: 0 }).headline).toBe(
      'Storm over: all 214 incidents are closed. It began',
    );
  });

  it('is right about a single one', () => {
    const incidents = newIncidents(1);
    expect(summaryView({ incidents }).headline).toBe('Storm: 1 new incident here since');
    expect(summaryView({ incidents, open: 0 }).headline).toBe('Storm over: its incident is closed. It began');
    expect(summaryView({ incidents: [], total: 0, open: 0 }).headline).toBe(
      'Storm over: each incident has a card of its own. It began',
    );
  });

  it('has the colour of what is most urgent', () => {
    const [fresh, active, , closed] = variedIncidents();
    const colourOf = (incidents: (typeof fresh)[]) =>
      summaryView({ incidents: incidents.filter((one) => one !== undefined) }).status;
    expect(colourOf([closed, active, fresh])).toBe('new');
    expect(colourOf([closed, active])).toBe('active');
    expect(colourOf([closed])).toBe('closed');
  });
});

describe('the rows of a storm', () => {
  it('say what became of each incident', () => {
    const rows = summaryView({ incidents: variedIncidents() }).rows;
    expect(rows.map(({ name, state, owner, merged }) => ({ name, state, owner, merged }))).toEqual([
      { name: 'INC-1001', state: 'new', owner: 'nobody', merged: false },
      { name: 'INC-1002', state: 'active, Adam Keller has it', owner: 'Adam Keller', merged: false },
      { name: 'INC-1003', state: 'active, nobody has it', owner: 'nobody', merged: false },
      {
        name: 'INC-1004',
        state: 'closed, benign positive, suspicious but expected',
        owner: 'nobody',
        merged: false,
      },
      { name: 'INC-1005', state: 'merged into INC-1001', owner: 'nobody', merged: true },
      { name: 'INC-1006', state: 'new, Priya Nair has it', owner: 'Priya Nair', merged: false },
    ]);
  });

  it('name who is attacked where the title does not', () => {
    const alert = defenderAlert({
      title: 'Password spray',
      entities: [
        { kind: 'ip', address: '203.0.113.9', country: '' },
        { kind: 'account', name: 'svc-pay', upn: 'svc-pay@contoso.com', oid: '' },
      ],
    });
    const [plain] = newIncidents(1);
    if (!plain) throw new Error('no incident');
    const rows = summaryView({ incidents: [plain, { ...plain, title: alert.title, alerts: [alert] }] }).rows;
    expect(rows.map(({ entity }) => entity)).toEqual(['', 'svc-pay@contoso.com']);
  });

  it('are at most forty, in the order of their importance, and the rest is counted', () => {
    const view = summaryView({ incidents: newIncidents(60), total: 214 });
    expect(view.rows.map(({ incident }) => incident)).toEqual(
      Array.from({ length: mostRows }, (_, n) => 1001 + n),
    );
    expect(view.more).toBe(174);
    expect(summaryView({ incidents: newIncidents(3) }).more).toBe(0);
  });

  it('tell how many alerts each holds, and at which version it was drawn', () => {
    const [first] = newIncidents(1);
    if (!first) throw new Error('no incident');
    const rows = summaryView({ incidents: [{ ...first, alertCount: 7, version: 9 }] }).rows;
    expect(rows).toMatchObject([{ incident: 1001, version: 9, alerts: 7 }]);
  });
});

describe('the counts of a storm', () => {
  it('are told where all incidents are known', () => {
    expect(summaryView({ incidents: newIncidents(8) }).counts).toEqual([
      { severity: 'high', count: 2 },
      { severity: 'medium', count: 2 },
      { severity: 'low', count: 2 },
      { severity: 'informational', count: 2 },
    ]);
    expect(summaryView({ total: 214, counts: { medium: 202, high: 12, low: 0 } }).counts).toEqual([
      { severity: 'high', count: 12 },
      { severity: 'medium', count: 202 },
    ]);
  });

  it('are left out rather than taken of the first forty alone', () => {
    expect(summaryView({ total: 214 }).counts).toEqual([]);
  });
});

describe('what a phone says of a storm', () => {
  it('is a sentence with the number and the gravest incident that is still open', () => {
    expect(summaryView({ total: 214, open: 214 }).fallback).toBe(
      'Storm: 214 new incidents here since 02:14 UTC. The gravest, high: ' +
        'INC-1001 Possible reverse shell detected on vm-pay-web-01 is new.',
    );
    const incidents = variedIncidents().reverse();
    expect(summaryView({ incidents }).fallback).toContain(
      'The gravest, informational: INC-1006 PREVIEW: container registry scan finished with findings on ' +
        'vm-pay-web-06 is new, Priya Nair has it.',
    );
  });

  it('holds no address that could be pressed', () => {
    const { fallback } = summaryView({ incidents: incidentsOf('evil.example/x') });
    expect(fallback).toContain('evil[.]example/x');
    expect(fallback).not.toContain('evil.example');
  });
});

describe('what attackers name in a storm', () => {
  it('comes without what nobody can see, and not without end', () => {
    const hostile = `a\u202Eb\u0000\u200B${'c'.repeat(4_000)}`;
    const { rows, fallback } = drawSummary(storm({ incidents: incidentsOf(hostile) }));
    for (const { title, owner, state, entity } of rows) {
      expect(title).toMatch(/^ab c{96}…$/);
      expect(owner).toHaveLength(60);
      expect(state).toHaveLength('new,  has it'.length + 60);
      expect(entity.length).toBeLessThanOrEqual(80);
    }
    expect(fallback.length).toBeLessThan(500);
    expect(JSON.stringify(rows) + fallback).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('cannot be pressed', () => {
    const { rows } = summaryView({
      incidents: incidentsOf('').map((one) => ({ ...one, title: 'Call home' })),
    });
    expect(rows[0]?.entity).toBe('hxxps://');
    const url = stormIncident(1, 'high');
    const named = {
      ...url,
      title: 'Call home',
      alerts: [defenderAlert({ entities: [{ kind: 'url', url: 'https://evil.example/x.sh' }] })],
    };
    expect(summaryView({ incidents: [named] }).rows[0]?.entity).toBe('hxxps://evil[.]example/x[.]sh');
  });
});
