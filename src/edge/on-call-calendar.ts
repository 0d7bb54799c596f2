import type { Request, Response, Server } from 'restify';
import type { Refusals } from './refusals.ts';

export interface OnCallCalendarOptions {
  /** The calendar as text; `undefined` for whoever should not have it. */
  give(request: { calendar: string; personId: string; key: string }): Promise<string | undefined>;
  refusals: Refusals;
}

/**
 * `GET /on-call/soc.ics?for=…&key=…`: what calendars subscribe to. Outlook and Google know no other credential than the
 * address, so it is made for one person, and is good as long as they are one of us.
 */
export function mountOnCallCalendar(server: Server, { give, refusals }: OnCallCalendarOptions): void {
  server.get('/on-call/:file', async (request: Request, response: Response): Promise<void> => {
    // It holds who is where when: no proxy keeps it.
    response.setHeader('cache-control', 'no-store');
    if (await refusals.isTooMuch(request)) return void response.send(429);
    const { searchParams } = new URL(request.url ?? '/', 'http://here');
    const [, calendar] = /^([a-z][a-z0-9-]{0,39})\.ics$/.exec(String(request.params.file)) ?? [];
    const [personId = '', key = ''] = ['for', 'key'].map(
      (name) => searchParams.get(name)?.slice(0, 100) ?? '',
    );
    const text = calendar && (await give({ calendar, personId, key }));
    if (!text) {
      response.send(await refusals.refuse(request, 'on-call', 403, 'not such a calendar'));
      return;
    }
    response.setHeader('content-type', 'text/calendar; charset=utf-8');
    response.sendRaw(200, text);
  });
}
