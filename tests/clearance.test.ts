import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findRoom, strictest } from '../src/channels/clearance.ts';
import { readSettings } from '../src/settings.ts';

function read(settings: object) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-clearance-')), 'watchfloor.yaml');
  fs.writeFileSync(file, stringify({ route: { to: [{ slack: 'C0SOC' }] }, ...settings }));
  const faults: string[] = [];
  const { clearance } = readSettings(file, faults);
  return { clearance, faults: faults.map((fault) => fault.replace(`${file}: `, '')) };
}

describe('what the settings say that rooms are shown', () => {
  it('is the whole where they say nothing', () => {
    expect(read({})).toEqual({ clearance: [], faults: [] });
    expect(findRoom([], { channel: 'slack', conversation: 'C0SOC' })).toBeUndefined();
  });

  it('is read for either chat', () => {
    const listed = [
      { slack: 'C0WIDE', shows: 'masked', hideHosts: true },
      { teams: '19:wide@thread.tacv2', shows: 'existence' },
    ];
    const { clearance } = read({ clearance: listed });
    expect(findRoom(clearance, { channel: 'slack', conversation: 'C0WIDE' })).toMatchObject({
      shows: 'masked',
      hideHosts: true,
      alone: false,
    });
    expect(findRoom(clearance, { channel: 'teams', conversation: '19:wide@thread.tacv2' })).toMatchObject({
      shows: 'existence',
    });
  });

  it('is the less of both where a room is listed twice', () => {
    const room = { channel: 'slack', conversation: 'C0WIDE', hideHosts: false } as const;
    const listed = [
      { ...room, shows: 'masked' as const },
      { ...room, shows: 'existence' as const },
      { ...room, shows: 'whole' as const },
    ];
    expect(strictest(listed)?.shows).toBe('existence');
    expect(strictest(listed.toReversed())?.shows).toBe('existence');
  });

  it('takes ids alone, and says where a name stands', () => {
    expect(read({ clearance: [{ slack: '#general', shows: 'masked' }] }).faults.join()).toContain(
      'C012ABCDEF',
    );
    const route = { to: [{ slack: 'C0SOC' }], routes: [{ to: [{ slack: '#general' }] }] };
    expect(read({ route, clearance: [{ slack: 'C0WIDE', shows: 'masked' }] }).faults).toEqual([
      'route: #general is a name; where clearance lists rooms of Slack, every one is given by its id',
    ]);
    expect(read({ route }).faults).toEqual([]);
    expect(read({ clearance: [{ slack: 'C0WIDE', shows: 'half' }] }).faults).toHaveLength(1);
  });
});
