import type { Server } from 'restify';
import type { ArmRoute } from '../azure/arm.ts';
import type { GraphRow } from '../resource-graph/row.ts';
import { backups } from './backups.ts';
import { mountWorkControls } from './controls.ts';
import type { Ground, Part } from './ground.ts';
import { Guard } from './guard.ts';
import { LongWork } from './long-work.ts';
import { machines } from './machines.ts';
import { secrets } from './secrets.ts';
import { snapshots } from './snapshots.ts';
import { storageAccounts } from './storage-accounts.ts';

/** Machines, disks, storage accounts, secrets and backups of Contoso, as far as they can be changed; all is in memory. */
export interface Resources {
  routes: ArmRoute[];
  state(): unknown;
  /** What was changed, as Resource Graph tells it. */
  rows(): GraphRow[];
  /** How often something was begun or written. */
  changes(): number;
  work: LongWork;
  guard: Guard;
  /** A secret gets a new version, which is enabled. */
  renewSecret(name: string): void;
  /** Adds the call of docs/sandbox.md that makes work slow or fail; the server needs restify's body parser. */
  mountControls(plain: Server): void;
}

export function createResources({ now = Date.now }: { now?: () => number } = {}): Resources {
  const work = new LongWork(now);
  const guard = new Guard();
  let changes = 0;
  const ground: Ground = {
    now,
    work,
    changed: () => {
      changes += 1;
    },
  };
  const vault = secrets(ground);
  const parts: Record<string, Part> = {
    machines: machines(ground),
    snapshots: snapshots(ground),
    storage: storageAccounts(ground),
    secrets: vault,
    backups: backups(ground),
  };
  return {
    routes: Object.values(parts)
      .flatMap(({ routes }) => routes)
      .map(({ action, answer, ...route }) => ({
        ...route,
        answer(call) {
          guard.stand(call, action);
          work.goOn();
          return answer(call);
        },
      })),
    state() {
      work.goOn();
      return Object.fromEntries(Object.entries(parts).map(([name, { state }]) => [name, state()]));
    },
    rows() {
      work.goOn();
      return Object.values(parts).flatMap(({ rows }) => rows?.() ?? []);
    },
    changes: () => changes,
    work,
    guard,
    renewSecret: vault.renew,
    mountControls: (plain) => mountWorkControls(plain, work),
  };
}
