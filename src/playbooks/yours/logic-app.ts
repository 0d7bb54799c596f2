import { z } from 'zod';
import { FarSideError, isInDoubt, Refused } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { Step } from '../playbook.ts';
import { pathOf, refuse } from './resource.ts';
import { type Trigger, words } from './trigger.ts';
import { createWorkflows, lastRunFact } from './workflow.ts';
import { briefOf, type YourHands, type YourPlaybook, type YourWork } from './your-playbook.ts';

/**
 * A Logic App that runs when it is called. It is called with the run's id as its tracking id, and its history is looked
 * through for that id before: a run that was begun is found, whoever began it and forgot.
 * https://learn.microsoft.com/azure/logic-apps/monitor-workflows-collect-diagnostic-data
 */
export function logicAppWork({ resource: id }: YourPlaybook, { arm, signed }: YourHands): YourWork {
  const workflows = createWorkflows(arm);

  async function ready(signal: AbortSignal): Promise<Trigger> {
    const { name, isEnabled, trigger, takesSignatures } = await workflows.read(id, signal);
    if (!isEnabled) throw new Refused(`${name} is disabled. Enable it in Azure, or do this another way.`);
    if (trigger?.kind !== 'request')
      throw new Refused(
        `${name} does not begin with "When a HTTP request is received", so nobody can call it. Give it that trigger.`,
      );
    if (!takesSignatures)
      throw new Refused(`${name} takes no calls with a signature. Allow SAS for its trigger in Azure.`);
    return trigger;
  }

  /** With its signature: nobody but the call sees it. */
  async function addressOf({ name }: Trigger, signal: AbortSignal): Promise<string> {
    const path = `${pathOf(id)}/triggers/${encodeURIComponent(name)}/listCallbackUrl?api-version=2019-05-01`;
    const { data } = safeParse(callback, await arm.post(path, {}, { signal }).catch(refuse(id)));
    if (!data) throw new FarSideError('azure', 'rejected', 'Azure gave no address to call the Logic App at.');
    return data.value;
  }

  return {
    api: 'Azure Logic Apps 2019-05-01: POST …/triggers/{trigger}/listCallbackUrl, and the address that it gives',
    permission: 'Microsoft Sentinel Playbook Operator and Reader, on the Logic App',
    async look(_order, { signal }) {
      const trigger = await ready(signal);
      return {
        facts: [
          { label: 'Logic App', value: 'enabled' },
          { label: 'Begins with', value: words(trigger.name) },
          lastRunFact(await workflows.runs(id, undefined, signal)),
        ],
        warning: '',
        memory: null,
      };
    },
    async act(order, { signal, now }) {
      const find = async () => (await workflows.runs(id, `ClientTrackingId eq '${order.run}'`, signal))[0];
      const begun = await find();
      if (begun) return workflows.follow(id, begun, { handle: order.handle }, signal);
      const { data: handle } = safeParse(called, order.handle);
      if (handle) return unseen(handle.called, now);
      const address = await addressOf(await ready(signal), signal);
      const headers = { 'x-ms-client-tracking-id': order.run };
      try {
        await signed.post(address, briefOf(order), { headers, signal });
      } catch (error) {
        // One that answers with a failure has run all the same, and an answer that was lost may have been a yes.
        if (!(error instanceof FarSideError) || !(isInDoubt(error) || (await find()))) throw error;
      }
      return { state: 'under-way', says: 'It has been called.', handle: { called: now.toISOString() } };
    },
  };
}

/** Runs are in the history at once, but for Azure's bad days. */
const appearsWithinMs = 5 * 60_000;

function unseen(since: string, now: Date): Step {
  return now.getTime() - Date.parse(since) < appearsWithinMs
    ? {
        state: 'under-way',
        says: 'It has been called; its run is not to be seen yet.',
        handle: { called: since },
      }
    : {
        state: 'failed',
        says: 'It was called, and no run of it was seen for five minutes. Look at its history in Azure before you try again.',
      };
}

const callback = z.object({ value: z.string() });
const called = z.object({ called: z.string() });
