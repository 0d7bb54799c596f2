import type { House } from './house.ts';

/** What a vendor's webhook would send; returns the status. */
export async function push(
  house: Pick<House, 'productUrl' | 'env'>,
  source: string,
  body: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${house.env.WEBHOOK_SECRET}` },
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${house.productUrl}/webhooks/${source}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

/** Lets the product poll that often: nothing tells of a poll that found nothing. */
export function quietPolls(house: Pick<House, 'env'>, times: number): Promise<void> {
  const milliseconds = (Number(house.env.POLL_SECONDS) + 0.3) * 1_000 * times;
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
