import type { ResourceGraph } from '../azure/resource-graph.ts';
import type { Writer } from '../azure/writer.ts';
import { createBackUpNow } from './back-up-now.ts';
import { createBlockAddress } from './block-address.ts';
import { createBlockAddressFirewall } from './block-address-firewall.ts';
import { createCapturePackets } from './capture-packets.ts';
import { createCollectPackage } from './collect-package.ts';
import { createConfirmCompromised } from './confirm-compromised.ts';
import { createConfirmSafe } from './confirm-safe.ts';
import { createDisableSecret } from './disable-secret.ts';
import { createDisableStorageKeys } from './disable-storage-keys.ts';
import { createDisableUser } from './disable-user.ts';
import { createIsolateMachine } from './isolate-machine.ts';
import { createIsolateVm } from './isolate-vm.ts';
import { createOpenPortJustInTime } from './open-port-just-in-time.ts';
import type { Playbook } from './playbook.ts';
import { createRequirePasswordChange } from './require-password-change.ts';
import { createRevokeSessions } from './revoke-sessions.ts';
import { createRotateStorageKey } from './rotate-storage-key.ts';
import { createScanMachine } from './scan-machine.ts';
import { createSnapshotDisks } from './snapshot-disks.ts';
import { createStopVm } from './stop-vm.ts';

/** Whom playbooks ask and tell. */
export interface Hands {
  /** Microsoft Graph. */
  graph: Writer;
  /** Resource Manager. */
  arm: Writer;
  /** Defender for Endpoint. */
  defender: Writer;
  /** Where its people look at what it tells: `https://security.microsoft.com`, or that of a sovereign cloud. */
  defenderPortal: string;
  /** Finds resources, for a glance at where they are. */
  resources: ResourceGraph;
}

/** All that come with the product: one file each, one line here. */
export const playbooks = {
  'disable-user': createDisableUser,
  'revoke-sessions': createRevokeSessions,
  'require-password-change': createRequirePasswordChange,
  'confirm-compromised': createConfirmCompromised,
  'confirm-safe': createConfirmSafe,
  'isolate-machine': createIsolateMachine,
  'scan-machine': createScanMachine,
  'collect-package': createCollectPackage,
  'snapshot-disks': createSnapshotDisks,
  'back-up-now': createBackUpNow,
  'stop-vm': createStopVm,
  'rotate-storage-key': createRotateStorageKey,
  'disable-storage-keys': createDisableStorageKeys,
  'disable-secret': createDisableSecret,
  'isolate-vm': createIsolateVm,
  'block-address': createBlockAddress,
  'block-address-firewall': createBlockAddressFirewall,
  'open-port-just-in-time': createOpenPortJustInTime,
  'capture-packets': createCapturePackets,
} satisfies Record<string, (hands: Hands) => Playbook>;
