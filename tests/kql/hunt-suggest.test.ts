import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/incident/alert.ts';
import { emptyIncident, evolve } from '../../src/incident/incident.ts';
import { openShelf } from '../../src/kql/hunt-library.ts';
import { planHunt } from '../../src/kql/plan-hunt.ts';
import { readHunt } from '../../src/kql/read-hunt.ts';
import { suggestHunts } from '../../src/kql/suggest.ts';
import { defenderAlert } from '../incident/alerts.ts';

function library(...hunts: string[]) {
  const shelf = openShelf();
  for (const [n, text] of hunts.entries()) shelf.add(readHunt(text, `${n}.yaml`));
  return shelf;
}
const mapping = (type: string, column: string) =>
  `entityMappings: [{ entityType: ${type}, fieldMappings: [{ identifier: X, columnName: ${column} }] }]`;
const spray = `name: Spray\ntactics: [CredentialAccess]\nrelevantTechniques: [T1110.003]\nquery: SigninLogs\n${mapping('IP', 'IPAddress')}`;
const about = `name: About an account\ntactics: [Persistence]\nquery: "AuditLogs | where Who == {{account}}"\nparameters: [{ name: account, kind: account }]`;
const needsMore = `name: Needs a word\ntactics: [CredentialAccess]\nquery: "T | where A == {{word}}"\nparameters: [{ name: word, kind: text }]`;
const elsewhere = 'name: Something else\ntactics: [Impact]\nquery: StorageBlobLogs';

function incident(alert: Partial<Alert>) {
  const opened = {
    type: 'opened',
    alert: defenderAlert(alert),
    at: '2026-11-21T10:00:00.000Z',
    by: { kind: 'bot' },
  } as const;
  return evolve(emptyIncident(1042), opened);
}

const attack = incident({
  tactics: ['CredentialAccess', 'Persistence'],
  techniques: ['T1110'],
  entities: [
    { kind: 'account', name: 'svc-backup', upn: 'svc-backup@contoso.com', oid: '' },
    { kind: 'ip', address: '198.51.100.23', country: 'BR' },
    { kind: 'ip', address: 'not an address', country: '' },
  ],
});

describe('hunts for an incident', () => {
  it('are those of its techniques and tactics first, with its entities filled in', () => {
    const suggested = suggestHunts(attack, library(elsewhere, about, needsMore, spray));
    expect(suggested.map(({ hunt, why, values }) => ({ name: hunt.name, why, values }))).toEqual([
      {
        name: 'Spray',
        why: 'same technique T1110.003, looks for 198.51.100.23',
        values: { ip: ['198.51.100.23'] },
      },
      {
        name: 'About an account',
        why: 'same tactic Persistence, looks for svc-backup@contoso.com',
        values: { account: ['svc-backup@contoso.com'] },
      },
    ]);
  });

  it('can be run as they are', () => {
    for (const { hunt, values } of suggestHunts(attack, library(about, spray))) {
      const plan = planHunt(hunt, values, {
        span: { from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' },
        scope: { kind: 'workspaces', names: ['soc'] },
        isPrivate: false,
        keeps: 'any',
      });
      expect(plan.parts[0]?.text).toMatch(/198\.51\.100\.23|svc-backup/);
    }
  });

  it('are also those that read the logs of what is attacked', () => {
    const storage = incident({
      tactics: [],
      techniques: [],
      entities: [
        {
          kind: 'resource',
          name: 'stcontosobackup',
          resourceId:
            '/subscriptions/1/resourceGroups/a/providers/Microsoft.Storage/storageAccounts/stcontosobackup',
        },
      ],
    });
    const reads = `name: Who reads\nquery: StorageBlobLogs\nrequiredDataConnectors: [{ connectorId: X, dataTypes: [StorageBlobLogs] }]\n${mapping('AzureResource', 'AccountName')}`;
    expect(suggestHunts(storage, library(spray, reads)).map(({ hunt }) => hunt.name)).toEqual(['Who reads']);
  });

  it('are five at the most, and none where nothing fits', () => {
    const many = Array.from({ length: 12 }, (_, n) =>
      spray.replace('name: Spray', `name: Spray ${n}`).replace('SigninLogs', `SigninLogs${n}`),
    );
    expect(suggestHunts(attack, library(...many))).toHaveLength(5);
    expect(suggestHunts(incident({ tactics: [], techniques: [], entities: [] }), library(spray))).toEqual([]);
  });
});
