import { randomUUID } from 'node:crypto';
import type { Dice } from './acts.ts';
import type { Story } from './ledger.ts';
import type { Stage } from './stage.ts';

/** 409 (or 200): the very same bytes were stored before. */
export async function isStored(stage: Stage, push: { source: string; body: string }): Promise<boolean> {
  return sendPush(stage, push).then(
    (status) => [200, 202, 409].includes(status),
    () => false,
  );
}

export async function sendPush(stage: Stage, push: { source: string; body: string }): Promise<number> {
  const answer = await fetch(`${stage.productUrl}/webhooks/${push.source}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${stage.env.WEBHOOK_SECRET}`,
    },
    body: push.body,
    signal: AbortSignal.timeout(20_000),
  });
  await answer.text();
  return answer.status;
}

/** As Resource Manager shows it, with as little as the product needs. */
export function bodyOf(
  { title, source, alert }: Story,
  roll: Dice,
  among: ('High' | 'Medium' | 'Low')[] = ['Medium', 'Low'],
): object {
  const name = alert ?? `${roll(2 ** 30)}-${randomUUID()}`;
  const severity = among[roll(among.length)];
  if (source === 'sentinel') return { name, properties: { title, severity } };
  const at = new Date().toISOString();
  return {
    name,
    properties: {
      systemAlertId: name,
      alertType: title.replaceAll(/\W+/g, ''),
      alertDisplayName: title,
      severity,
      status: 'Active',
      compromisedEntity: `vm-${name}`,
      startTimeUtc: at,
      endTimeUtc: at,
      timeGeneratedUtc: at,
    },
  };
}
