import { createCredential } from './azure/credential.ts';
import { createResourceManager } from './azure/resource-manager.ts';
import { readContact } from './azure/security-contacts.ts';
import type { Config } from './config.ts';
import { type Lane, startLane } from './flow/lane.ts';
import { openPlaying } from './flow/preparation/drills/play.ts';
import { openProving } from './flow/preparation/proof/prove.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import { readScenarios } from './preparation/scenario-folder.ts';

/** What is practised, proven and looked after by itself, with the lanes of the first two. */
export async function openPreparation(
  floor: Watchfloor,
  { file, azure }: Config,
): Promise<Record<string, Lane>> {
  const policy = file.preparation;
  const { all, refused } = await readScenarios(policy.drills.folder);
  for (const one of refused.slice(0, 20)) floor.log.warn(one, 'not a drill');
  const arm = createResourceManager({
    endpoint: azure.resourceManager,
    credential: createCredential(azure),
    callFarSide: floor.telemetry.callFarSide,
  });
  floor.preparation = {
    policy,
    scenarios: all,
    lookbackDays: file.lookbackDays,
    contacts: {
      subscriptions: subscriptionsOf(file.feeds),
      read: (subscription) => readContact(arm, subscription),
    },
  };
  const { log, courtesy } = floor;
  return {
    drills: startLane('drills', log, courtesy.polite(openPlaying(floor))),
    proofs: startLane('proofs', log, courtesy.polite(openProving(floor))),
  };
}

/** Those that are watched, one way or the other. */
function subscriptionsOf({ defender, sentinel }: Config['file']['feeds']): string[] {
  const all = [...defender, ...sentinel.map(({ subscription }) => subscription)];
  return [...new Set(all.map((id) => id.toLowerCase()))];
}
