import type { ResourceGraph } from '../azure/resource-graph.ts';
import type { Rest } from '../azure/rest.ts';
import { type EnrichmentFact, nothingKnown } from '../incident/enrichment.ts';
import { type Place, placeOf, portalLink } from './azure/place.ts';
import { thingsById } from './azure/things.ts';
import { counted } from './azure/words.ts';
import type { Enricher } from './enricher.ts';
import { answer, type Recovery, traitsOf } from './recoverability/answer.ts';
import { copiesOf } from './recoverability/ask.ts';
import { type Backup, readBackups } from './recoverability/backups.ts';
import { askBlobs, blobFacts } from './recoverability/blobs.ts';
import { keepsOwnCopies, readOwnCopies } from './recoverability/own-copies.ts';
import { isCritical, type Replica, readReplica } from './recoverability/replicas.ts';
import { readVaults, vaultInWords } from './recoverability/vaults.ts';

export interface RecoverabilityOptions {
  graph: ResourceGraph;
  /** Azure Resource Manager: what storage accounts keep of deleted blobs is in no graph. */
  arm: Rest;
}

const machine = 'microsoft.compute/virtualmachines';
const storage = 'microsoft.storage/storageaccounts';
const cluster = 'microsoft.containerservice/managedclusters';

/** Whether what is lost of a resource can be had again, and how old it would be. */
export function createRecoverability({ graph, arm }: RecoverabilityOptions): Enricher {
  return {
    name: 'recoverability',
    title: 'Recoverability',
    question: 'Can we get this back, and how old would it be?',
    about: ['machine', 'resource'],
    concerns(subject) {
      const place = placeOf(subject);
      return (
        place !== undefined && ([machine, storage, cluster].includes(place.type) || keepsOwnCopies(place))
      );
    },
    side: 'resource-graph',
    calls: 4,
    api: 'Azure Resource Graph 2022-10-01: recoveryservicesresources, resources; Resource Manager, Microsoft.Storage 2023-05-01: blobServices',
    permission: 'Reader on the subscriptions of the resource and of its vaults',
    // Somebody who wants it gone turns things off right now.
    lifetimeSeconds: 600,
    deadlineMs: 15_000,
    limits:
      '15 queries in 5 s (https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests); a graph is some minutes behind, storage settings are not',
    async enrich(subject, { now, signal }) {
      const place = placeOf(subject);
      if (!place) return nothingKnown;
      const recovery = await look(place, { graph, arm }, signal);
      const { blobs, backups, vaults, replica, own } = recovery;
      if (!own && backups.length === 0 && !replica) return nothingKnown;
      return {
        facts: [
          { label: 'Can we get it back?', value: answer(recovery, now), long: true },
          ...(blobs ? blobFacts(blobs) : []),
          ...backups.slice(0, 3).flatMap(backupFacts),
          ...vaults
            .slice(0, 3)
            .map((vault) => ({ label: 'Vault', value: vaultInWords(vault), long: true as const })),
          ...(replica ? replicaFacts(replica) : []),
        ],
        traits: traitsOf(recovery, now),
        link: portalLink(place, place.type === machine ? 'backup' : 'overview', 'Azure portal'),
      };
    },
  };
}

/** Asks only what can be known of its type. */
async function look(
  place: Place,
  { graph, arm }: RecoverabilityOptions,
  signal: AbortSignal,
): Promise<Recovery> {
  const [rows, things, blobs] = await Promise.all([
    graph.rows(copiesOf(place), { signal }),
    thingsById(graph, place.ids, signal),
    place.type === storage ? askBlobs(place, arm, signal) : undefined,
  ]);
  const backups = readBackups(rows);
  return {
    backups,
    vaults: readVaults(rows, backups),
    replica: readReplica(rows),
    own: readOwnCopies(things, place),
    blobs,
  };
}

function backupFacts({
  lastPoint,
  lastStatus,
  lastTry,
  state,
  policy,
  isDeleted,
  goneAt,
}: Backup): EnrichmentFact[] {
  return [
    { label: 'Last recovery point', value: lastPoint ? '' : 'none', ...(lastPoint ? { at: lastPoint } : {}) },
    ...(lastStatus ? [{ label: 'Last backup', value: lastStatus, ...(lastTry ? { at: lastTry } : {}) }] : []),
    { label: 'Protection', value: policy ? `${state || 'not known'}, by ${policy}` : state || 'not known' },
    ...(isDeleted
      ? [
          goneAt
            ? { label: 'Backup deleted', value: 'can be undeleted until', at: goneAt }
            : { label: 'Backup deleted', value: 'can be undeleted; until when is not known' },
        ]
      : []),
  ];
}

function replicaFacts(replica: Replica): EnrichmentFact[] {
  const { to, health, state, behindSeconds, lastTest, lastFailover, canFailOver } = replica;
  const behind =
    behindSeconds === undefined ? '' : `, ${counted(Math.ceil(behindSeconds / 60), 'minute')} behind`;
  return [
    { label: 'Replica', value: `${state || 'not known'}${to ? `, in ${to}` : ''}${behind}` },
    { label: 'Replication health', value: health || 'not known' },
    {
      label: 'Failover',
      value: canFailOver ? 'ready' : ['not ready', whyNot(replica)].filter(Boolean).join(': '),
    },
    {
      label: 'Last test failover',
      value: lastTest ? 'succeeded' : 'never',
      ...(lastTest ? { at: lastTest } : {}),
    },
    ...(lastFailover ? [{ label: 'Last failover', value: 'succeeded', at: lastFailover }] : []),
  ];
}

function whyNot({ health, failoverHealth }: Replica): string {
  if (isCritical(health)) return 'replication is critical';
  return isCritical(failoverHealth) ? 'failover is critical' : '';
}
