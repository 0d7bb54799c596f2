import { isDeepStrictEqual } from 'node:util';
import { emptyIncident, evolve, type Incident, type IncidentEvent } from '../incident/incident.ts';
import { walkChain } from '../record/chain.ts';
import type { Db, Trx } from '../store/database.ts';
import {
  eventContent,
  readEvents,
  readStates,
  readUnsealed,
  type StoredEvent,
  type StoredState,
} from '../store/history.ts';
import type { Fault } from './fault.ts';
import type { SealedVersions } from './sealed-versions.ts';
import { judgeEvidence, judgeStrays } from './verify-evidence.ts';

type Tell = (fault: Fault) => void;

/** Events and incidents at a time; an alert is some 5 kB. */
const atOnce = 1_000;
/** Clocks of replicas differ, and the checkpoint after an event may take a while. */
const graceMs = 600_000;

/** What was read of one incident so far. */
interface Story {
  id: number;
  walker: ReturnType<typeof walkChain>;
  replayed: Incident;
  faulty: boolean;
  /** The first event after what checkpoints cover. */
  uncovered: StoredEvent | undefined;
  /** Events that tell of evidence. */
  pinned: StoredEvent[];
}

/** Every event follows from the one before, and all of them together yield the incident as it stands. */
export async function verifyIncidents(
  trx: Db | Trx,
  sealed: SealedVersions,
  last: { number: number; at: string } | undefined,
  tell: Tell,
): Promise<{ incidents: number; events: number }> {
  const count = { incidents: 0, events: 0 };
  const states = inPages((after: StoredState | undefined) => readStates(trx, after?.id ?? 0, atOnce));
  const nextState = async () => {
    const { value, done } = await states.next();
    if (!done) count.incidents += 1;
    return done ? undefined : value;
  };
  let state = await nextState();
  let story: Story | undefined;

  const end = async () => {
    if (!story) return;
    for (; state && state.id < story.id; state = await nextState()) tell(withoutEvents(state));
    const own = state?.id === story.id ? state : undefined;
    finish(story, own, tell);
    if (last) await judgeUncovered(trx, story, last, tell);
    if (story.pinned.length > 0) await judgeEvidence(trx, story.id, story.pinned, tell);
    if (own) state = await nextState();
    story = undefined;
  };

  for await (const event of inPages((after: StoredEvent | undefined) =>
    readEvents(trx, after ?? { incident: 0, version: 0 }, atOnce),
  )) {
    count.events += 1;
    if (story?.id !== event.incident) {
      await end();
      story = begin(event.incident, tell);
    }
    story.walker.next({
      number: event.version,
      hash: event.hash,
      contentAs: (version) => eventContent(event, version),
    });
    story.replayed = replay(story.replayed, event);
    if (event.type === 'evidence-pinned') story.pinned.push(event);
    if (event.version > sealed.of(event.incident)) story.uncovered ??= event;
  }
  await end();
  for (; state; state = await nextState()) tell(withoutEvents(state));
  await judgeStrays(trx, tell);
  return count;
}

/** Rows in their order, a page at a time, so that memory stays flat. */
async function* inPages<R>(read: (after: R | undefined) => Promise<R[]>): AsyncGenerator<R, undefined> {
  let page = await read(undefined);
  while (page.length > 0) {
    yield* page;
    page = await read(page.at(-1));
  }
  return undefined;
}

function begin(id: number, tell: Tell): Story {
  const story: Story = {
    id,
    replayed: emptyIncident(id),
    faulty: false,
    uncovered: undefined,
    pinned: [],
    walker: walkChain({ number: 0, hash: '' }, ({ number, what, says }) => {
      story.faulty = true;
      tell({ where: 'incident', number: id, version: number, what, says });
    }),
  };
  return story;
}

/** What was tampered with may be no event at all; that is told by its hash. */
function replay(incident: Incident, { at, actor, type, data }: StoredEvent): Incident {
  try {
    return evolve(incident, { ...data, at, by: actor, type } as IncidentEvent) ?? incident;
  } catch {
    return incident;
  }
}

function withoutEvents({ id }: StoredState): Fault {
  return {
    where: 'incident',
    number: id,
    what: 'missing',
    says: 'has no history: all its events are missing',
  };
}

function finish(story: Story, stored: StoredState | undefined, tell: Tell): void {
  const { last, head } = story.walker.end();
  const judge = (what: Fault['what'], says: string, version?: number) =>
    tell({ where: 'incident', number: story.id, ...(version !== undefined && { version }), what, says });
  if (!stored) {
    judge('missing', 'has a history and no state: its row is missing');
    return;
  }
  const { state, version } = stored;
  if (last < version) {
    const says = last + 1 === version ? 'is missing at the end' : `to ${version} are missing at the end`;
    judge('truncated', says, last + 1);
    return;
  }
  if (last > version) {
    judge('added', 'is one that the incident knows nothing of', version + 1);
    return;
  }
  if (state.head !== head) {
    judge('changed', 'is not the event that the incident knows as its last: its head does not fit', last);
    return;
  }
  const differing = [...differences(state, { ...story.replayed, head }), ...besides(stored)];
  // Where an event was changed, what follows from it is bound to differ.
  if (differing.length > 0 && !story.faulty) {
    judge('state-differs', `is not what its events yield: ${differing.join(', ')}`);
  }
}

/** Parts of the state that its events do not yield. One that an older version did not know may be absent. */
function differences(state: Incident, replayed: Incident): string[] {
  const [is, should] = [state, replayed].map((one) => new Map<string, unknown>(entriesOf(one)));
  const usual = new Map<string, unknown>(entriesOf(emptyIncident(state.id)));
  const names = new Set([...(is?.keys() ?? []), ...(should?.keys() ?? [])]);
  return [...names].filter((name) => {
    const [now, then] = [is?.get(name), should?.get(name)];
    return !isDeepStrictEqual(now, then) && !(now === undefined && isDeepStrictEqual(then, usual.get(name)));
  });
}

/** As they are stored: without what is undefined. */
function entriesOf(incident: Incident): [string, unknown][] {
  return Object.entries(JSON.parse(JSON.stringify(incident)));
}

/** Columns that say something else than the state which they stand for. */
function besides({ id, version, status, severity, owner_id, state, ...times }: StoredState): string[] {
  const columns: [string, unknown, unknown][] = [
    ['id', id, state.id],
    ['version', version, state.version],
    ['status', status, state.status],
    ['severity', severity, state.severity],
    ['owner_id', owner_id, state.owner?.id ?? null],
    ['last_activity_at', times.last_activity_at.getTime(), Date.parse(state.lastActivityAt)],
    ['opened_at', times.opened_at.getTime(), Date.parse(state.openedAt)],
  ];
  return columns.filter(([, is, should]) => is !== should).map(([name]) => `column ${name}`);
}

/** Older than the last checkpoint, covered by none, and not waiting for one: nobody appended it as the product does. */
async function judgeUncovered(
  trx: Db | Trx,
  { id, uncovered }: Story,
  last: { number: number; at: string },
  tell: Tell,
): Promise<void> {
  if (!uncovered || Date.parse(uncovered.at) > Date.parse(last.at) - graceMs) return;
  if ((await readUnsealed(trx, [id])).has(id)) return;
  const says = `is older than checkpoint ${last.number}, and no checkpoint covers it: it was put in later`;
  tell({ where: 'incident', number: id, version: uncovered.version, what: 'uncovered', says });
}
