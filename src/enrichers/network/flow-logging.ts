import type { FlowLog, NetworkWatcher } from '../../azure/network-watcher.ts';
import { unlessDenied } from '../unless-denied.ts';
import type { Surroundings } from './surroundings.ts';

const denied = 'not allowed: Microsoft.Network/networkWatchers/flowLogs/read';

/** Whether a machine's traffic is on record, in words. `watchers` are those of its subscription, by region. */
export async function readFlowLogging(
  watcher: NetworkWatcher,
  around: Surroundings,
  watchers: Map<string, string> | 'denied',
  signal: AbortSignal,
): Promise<string> {
  if (watchers === 'denied') return denied;
  const { location } = around.machine;
  const id = watchers.get(location.toLowerCase());
  if (!id) return `off: there is no Network Watcher in ${location}`;
  const logs = await unlessDenied(watcher.flowLogs(id, signal));
  if (logs === 'denied') return denied;
  const log = logOf(around, logs);
  if (!log) return 'off: nothing of its traffic is on record';
  return log.isAnalysed ? `on, with traffic analytics: ${log.name}` : `on, to storage alone: ${log.name}`;
}

/** One that covers it, whichever it is tied to: a network's log is one of all that is in it. */
function logOf({ nic, subnet, groups }: Surroundings, logs: FlowLog[]): FlowLog | undefined {
  const targets = [nic?.id, subnet?.id, subnet?.networkId, ...groups.map(({ id }) => id)];
  const covering = new Set(targets.map((id) => id?.toLowerCase()));
  const fitting = logs.filter(({ isOn, targetId }) => isOn && covering.has(targetId.toLowerCase()));
  return fitting.find(({ isAnalysed }) => isAnalysed) ?? fitting[0];
}
