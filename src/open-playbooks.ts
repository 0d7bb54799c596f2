import { setTimeout as sleep } from 'node:timers/promises';
import { createCredential } from './azure/credential.ts';
import { defenderEndpointScopeOf, defenderPortalOf } from './azure/defender-endpoint.ts';
import { graphScopeOf } from './azure/graph.ts';
import { createResourceGraph } from './azure/resource-graph.ts';
import { scopeOf } from './azure/resource-manager.ts';
import { createSignedCalls } from './azure/signed-calls.ts';
import { createWriter } from './azure/writer.ts';
import type { Config } from './config.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import { type Hands, playbooks } from './playbooks/index.ts';
import { strangers } from './playbooks/settings.ts';
import { discover } from './playbooks/yours/discover.ts';
import { openYours } from './playbooks/yours/open.ts';

/** Between two large loads whoever waits at a door that is open already is let in. */
const breathMs = 30;
/** Whoever typed it waits. */
const discoverMs = 10_000;

/** What can be done about incidents: what comes with the product, and what the team has in Azure and allows. */
export async function openPlaybooks(floor: Watchfloor, { azure, file }: Config): Promise<void> {
  const { enabled, off, yours } = file.playbooks;
  await sleep(breathMs);
  const manners = { credential: createCredential(azure), callFarSide: floor.telemetry.callFarSide };
  const { resourceManager, graph, defenderEndpoint } = azure;
  const hands: Hands = {
    arm: createWriter({ endpoint: resourceManager, scope: scopeOf(resourceManager), ...manners }),
    graph: createWriter({ endpoint: graph, scope: graphScopeOf(graph), ...manners }),
    defender: createWriter({
      endpoint: defenderEndpoint,
      scope: defenderEndpointScopeOf(defenderEndpoint),
      ...manners,
    }),
    defenderPortal: defenderPortalOf(defenderEndpoint),
    resources: createResourceGraph({ endpoint: resourceManager, ...manners }),
  };
  const all = [
    ...Object.values(playbooks).map((create) => create(hands)),
    ...openYours(yours, {
      arm: hands.arm,
      resources: hands.resources,
      signed: createSignedCalls({ endpoint: resourceManager, callFarSide: floor.telemetry.callFarSide }),
      tenant: azure.tenantId,
    }),
  ];
  for (const one of all) {
    floor.plays.all.set(one.name, one);
    if (enabled && !off.includes(one.name)) floor.plays.open.set(one.name, one);
  }
  const unknown = strangers(
    file.playbooks,
    all.map(({ name }) => name),
  );
  if (unknown.length > 0) floor.log.warn({ unknown }, 'settings name playbooks that there are not');
  const allowed = new Set(yours.map(({ resource }) => resource.toLowerCase()));
  floor.plays.find = async () => {
    const found = await discover(hands.resources, AbortSignal.timeout(discoverMs));
    return found.filter(({ resource, isReady }) => isReady && !allowed.has(resource.toLowerCase()));
  };
  floor.log.info({ playbooks: floor.plays.open.size }, 'playbooks are open');
}
