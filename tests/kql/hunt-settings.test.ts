import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/settings.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function read(hunts: string) {
  const file = path.join(folder, 'watchfloor.yaml');
  const workspaces = 'logs: { workspaces: [{ name: soc, id: 5b2e7f90-1c4d-4a83-b6e1-8d9f0a2c3b4e }] }';
  fs.writeFileSync(file, `route: {}\n${workspaces}\nhunts: ${hunts}\n`);
  const faults: string[] = [];
  const settings = readSettings(file, faults);
  return { hunts: settings.hunts, faults: faults.map((fault) => fault.replace(`${file}: `, '')) };
}

describe('the settings of hunts', () => {
  it('name folders as seen from their file, and what runs by itself', () => {
    const { hunts, faults } = read(
      '{ folder: hunts, folders: [/srv/hunts], scheduled: [{ hunt: Spray, every: 90m, last: 1d, values: { accounts: 30 } }] }',
    );
    expect(faults).toEqual([]);
    expect(hunts).toEqual({
      folders: [path.join(folder, 'hunts'), '/srv/hunts'],
      scheduled: [
        {
          hunt: 'Spray',
          everyMinutes: 90,
          lastMinutes: 1_440,
          workspace: undefined,
          severity: 'medium',
          values: { accounts: '30' },
          entities: {},
        },
      ],
    });
  });

  it.each([
    ['{ folder: h, scheduled: [{ hunt: A, every: 1m }] }', 'is not like 15m, 4h or 7d, from 5m to 14d'],
    ['{ folder: h, scheduled: [{ hunt: A, every: 15d }] }', 'is not like 15m, 4h or 7d, from 5m to 14d'],
    ['{ folder: h, scheduled: [{ hunt: A, every: hourly }] }', 'is not like 15m'],
    [
      '{ folder: h, scheduled: [{ hunt: A, every: 1h, workspace: sco }] }',
      'sco is none of the workspaces under logs',
    ],
    ['{ folder: h, scheduled: [{ hunt: A, every: 1h, severity: critical }] }', 'severity'],
    ['{ folder: h, scheduled: [{ hunt: A, every: 1h, entities: { person: X } }] }', 'entities'],
    ['{ scheduled: [{ hunt: A, every: 1h }] }', 'also needs hunts.folder and logs.workspaces'],
    ['{ folders: h }', 'hunts.folders'],
  ])('%s stops the start with what is wrong', (hunts, fault) => {
    expect(read(hunts).faults.join('\n')).toContain(fault);
  });
});
