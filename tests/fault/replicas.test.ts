import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { dice } from '../support/dice.ts';
import { meetLaterVersion, stopGracefully } from './replicas.ts';
import { killReplicas } from './replicas-killed.ts';

const shared = databases.filter(({ name }) => name === 'PostgreSQL');

describe.each(shared)('several replicas on $name', (kind) => {
  const setting = { create: kind.create, roll: dice(11) };

  it('show every incident once while one after the other is killed', { timeout: 300_000 }, async () => {
    expect((await killReplicas(setting, 40)).violations).toEqual([]);
  });

  it('answer what they accepted when one is told to stop', { timeout: 120_000 }, async () => {
    expect((await stopGracefully(setting, 1)).violations).toEqual([]);
  });

  it('start on a database that a later version has migrated', { timeout: 120_000 }, async () => {
    expect((await meetLaterVersion(setting)).violations).toEqual([]);
  });
});
