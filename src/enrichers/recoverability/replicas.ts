import { z } from 'zod';
import type { Instant } from '../../incident/alert.ts';
import { kqlString } from '../../kql/escape.ts';
import { instant, number, readRows, text, typeIn } from '../azure/rows.ts';

/** A machine's replica in another region, kept by Site Recovery. */
export interface Replica {
  /** `North Europe`; may be empty. */
  to: string;
  /** `Normal`, `Warning`, `Critical`. */
  health: string;
  failoverHealth: string;
  state: string;
  /** How far it is behind, as of the last look. */
  behindSeconds: number | undefined;
  lastTest: Instant | undefined;
  lastFailover: Instant | undefined;
  canFailOver: boolean;
}

export const replicas =
  'microsoft.recoveryservices/vaults/replicationfabrics/replicationprotectioncontainers/replicationprotecteditems';
const details = 'properties.providerSpecificDetails';

/** https://learn.microsoft.com/rest/api/site-recovery/replication-protected-items/get */
export const isReplicaOf = (id: string): string =>
  `tostring(${details}.dataSourceInfo.resourceId) =~ ${kqlString(id)} or tostring(${details}.fabricObjectId) =~ ${kqlString(id)}`;

export const replicaColumns = `region = coalesce(tostring(${details}.recoveryFabricLocation), tostring(properties.recoveryFabricFriendlyName)), health = tostring(properties.replicationHealth), failoverHealth = tostring(properties.failoverHealth), description = tostring(properties.protectionStateDescription), behindSeconds = tostring(${details}.rpoInSeconds), lastTest = tostring(properties.lastSuccessfulTestFailoverTime), lastFailover = tostring(properties.lastSuccessfulFailoverTime), allowed = tostring(properties.allowedOperations)`;

const rowShape = z.object({
  type: typeIn(replicas),
  region: text,
  health: text,
  failoverHealth: text,
  description: text,
  behindSeconds: number,
  lastTest: instant,
  lastFailover: instant,
  allowed: text,
});

/** The one that could take over first. */
export function readReplica(rows: readonly unknown[]): Replica | undefined {
  const found = readRows(rowShape, rows, rows.length).map(
    ({ type: _type, allowed, region, description, ...row }): Replica => ({
      ...row,
      state: description,
      to: region,
      canFailOver:
        /"(un)?plannedfailover"/i.test(allowed) && ![row.health, row.failoverHealth].some(isCritical),
    }),
  );
  return found.find(({ canFailOver }) => canFailOver) ?? found[0];
}

export const isCritical = (health: string): boolean => /^critical$/i.test(health);
