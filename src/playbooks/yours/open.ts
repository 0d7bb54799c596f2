import type { Playbook } from '../playbook.ts';
import { logicAppWork } from './logic-app.ts';
import { runbookWork } from './runbook.ts';
import { sentinelWork } from './sentinel.ts';
import {
  playbookOf,
  type YourHands,
  type YourKind,
  type YourPlaybook,
  type YourWork,
} from './your-playbook.ts';

/** The playbooks of a team that the settings allow; nothing else in Azure is ever run. */
export function openYours(entries: readonly YourPlaybook[], hands: YourHands): Playbook[] {
  const workOf = (entry: YourPlaybook) => makers[entry.kind](entry, hands);
  return entries.map((entry) => {
    const back = entries.find(({ name }) => name === entry.reverse?.name);
    return playbookOf(entry, workOf(entry), back && { entry: back, work: workOf(back) });
  });
}

const makers: Record<YourKind, (entry: YourPlaybook, hands: YourHands) => YourWork> = {
  'logic-app': logicAppWork,
  sentinel: sentinelWork,
  runbook: runbookWork,
};
