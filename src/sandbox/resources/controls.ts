import type { Server } from 'restify';
import { z } from 'zod';
import type { LongWork } from './long-work.ts';

const wish = z.strictObject({ slower: z.number().min(0).optional(), fails: z.string().min(1).optional() });

/** How long Azure's work takes, and how the next piece of it ends; docs/sandbox.md lists the call. */
export function mountWorkControls(plain: Server, work: LongWork): void {
  plain.post('/api/azure/work', async (request, response) => {
    const asked = wish.safeParse(request.body);
    if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
    const { slower, fails } = asked.data;
    if (slower !== undefined) work.slow(slower);
    if (fails !== undefined) work.failNext(fails);
    response.send(200, asked.data);
  });
}
