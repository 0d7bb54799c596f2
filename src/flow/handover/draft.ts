import type { Instant, Owner } from '../../incident/alert.ts';
import { entriesOf, type Handover, mostEntries, redraft } from '../../incident/handover.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Db, Trx } from '../../store/database.ts';
import { listUnowned, nextHandoverNumber } from '../../store/handovers.ts';
import { listOpen } from '../../store/incidents.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** What is to be handed over, and by whom. */
export interface Occasion {
  from: Owner;
  to: Owner | undefined;
  rota: string | undefined;
  /** Of what nobody has, what this room shows; all where `undefined`. */
  room: { channel: string; conversation: string } | undefined;
  /** What of it is theirs; all where absent. */
  concerns?: (incident: Incident) => boolean;
  /** Whether it is sure that it is them: only then they are shown what is restricted to them. */
  isSure: boolean;
}

/** What is open now and belongs into it. */
async function findOpenFor(
  { db }: Pick<Watchfloor, 'db'>,
  { from, room, isSure, concerns = () => true }: Occasion,
): Promise<Pick<Handover, 'entries' | 'more'>> {
  const forPerson = isSure ? from.id : undefined;
  const owned = await listOpen(db, { ownerId: from.id, forPerson, limit: mostEntries });
  const unowned = (await listUnowned(db, { room, forPerson, limit: 2 * mostEntries })).filter(concerns);
  const entries = entriesOf(owned.incidents, unowned);
  return { entries, more: owned.total + unowned.length - entries.length };
}

export async function newHandover(
  floor: Pick<Watchfloor, 'db' | 'now' | 'handovers'>,
  occasion: Occasion,
  db: Db | Trx = floor.db,
): Promise<Handover> {
  const { from, to, rota } = occasion;
  const at = floor.now();
  return {
    number: await nextHandoverNumber(db),
    version: 1,
    state: 'draft',
    from,
    to,
    rota,
    ...(await findOpenFor(floor, occasion)),
    draftedAt: at.toISOString(),
    signedAt: undefined,
    receivers: [],
    settledAt: undefined,
    expiresAt: expiryAfter(floor, at),
    reason: '',
    left: [],
  };
}

/** The same draft with what is open now. */
export async function drawAnew(floor: Watchfloor, handover: Handover, occasion: Occasion): Promise<Handover> {
  return redraft(handover, { ...(await findOpenFor(floor, occasion)), to: occasion.to });
}

export function expiryAfter({ handovers }: Pick<Watchfloor, 'handovers'>, at: Date): Instant {
  return new Date(at.getTime() + handovers.expireHours * 3_600_000).toISOString();
}
