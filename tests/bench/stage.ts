import { defenderAlert, type Numbered, newAlerts } from './alerts.ts';
import type { Child } from './child.ts';
import { webhookSecret } from './company.ts';
import type { DatabaseKind } from './database/databases.ts';
import type { FarSide } from './far-side/far-side.ts';
import type { Note, Who } from './figures.ts';
import type { Floors } from './floors/floors.ts';
import type { Generator, Request } from './load/press.ts';
import { alertmanagerRequest } from './peer/alertmanager.ts';
import { cpuOf } from './resources.ts';
import { roomOf } from './rooms.ts';

/** What every part stands on; some start products of their own on it. */
export interface Ground {
  farSide: FarSide;
  database: DatabaseKind;
  /** One for alerts and one for clicks, so that both can press at once. */
  generator: Generator;
  clicker: Generator;
  note: Note;
}

/** What runs while parts are measured that share one product. */
export interface Stage extends Ground {
  product: Child;
  floors: Floors;
  /** Alertmanager twice, where it is installed. */
  peer: { single: Child; grouped: Child } | undefined;
}

/** A server that alerts are pushed to. */
export interface AlertSide {
  who: Who;
  server: Pick<Child, 'url' | 'pid'>;
  write(alert: Numbered): Request;
  /** Its answer to what is new, and to what it has. */
  taken: number;
  again: number;
  /** Processor time so far: of the process alone, and with the database that it keeps alerts in. */
  cpu(): { own: number; whole: number };
}

/** In the order in which they are pressed on: the product last but one, so that the table's neighbours are near. */
export function alertSides(stage: Stage, grouping: 'single' | 'grouped'): AlertSide[] {
  const { product, floors, peer, database } = stage;
  const withDatabase = (pid: number) => () => {
    const own = cpuOf(pid);
    return { own, whole: own + database.cpu() };
  };
  const alone = (pid: number) => () => ({ own: cpuOf(pid), whole: cpuOf(pid) });
  const sides: AlertSide[] = [
    {
      who: 'floor',
      server: floors.durable,
      write: defenderRequest,
      taken: 202,
      again: 200,
      cpu: withDatabase(floors.durable.pid),
    },
    {
      who: 'ours',
      server: product,
      write: defenderRequest,
      taken: 202,
      again: 200,
      cpu: withDatabase(product.pid),
    },
  ];
  const theirs = peer?.[grouping];
  if (theirs)
    sides.push({
      who: 'peer',
      server: theirs,
      write: alertmanagerRequest,
      taken: 200,
      again: 200,
      cpu: alone(theirs.pid),
    });
  return sides;
}

/** An alert as Defender's continuous export pushes it. */
export function defenderRequest(alert: Numbered): Request {
  return {
    path: '/webhooks/defender',
    body: JSON.stringify(defenderAlert(alert)),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookSecret}` },
  };
}

/** Nobody judges a product by code that is not compiled yet: some alerts first, on every side. */
export async function warmUp(stage: Stage, count: number): Promise<void> {
  for (const side of alertSides(stage, 'single')) await warmSide(stage, side, count);
}

export function warmProduct(ground: Ground, { url }: Pick<Child, 'url'>, count: number): Promise<void> {
  return warmSide(ground, { server: { url }, write: defenderRequest }, count);
}

async function warmSide(
  { farSide, generator }: Ground,
  { server, write }: { server: Pick<Child, 'url'>; write: AlertSide['write'] },
  count: number,
): Promise<void> {
  const alerts = newAlerts(count, (n) => roomOf('warm', n));
  await generator.press(server.url, alerts.map(write), { perSecond: 100 });
  await farSide.chat.wait('seen', numbersOf(alerts), 30_000);
  // The next side writes into the same conversations, which take one message a second.
  await farSide.chat.quiet(1_500);
}

export const numbersOf = (alerts: Numbered[]): number[] => alerts.map(({ n }) => n);
