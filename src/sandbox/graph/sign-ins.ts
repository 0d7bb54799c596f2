import type { HappenedSample } from '../azure/happened.ts';
import type { LogEvent } from '../logs/ingest.ts';
import { diceOf } from '../logs/samples/dice.ts';
import { accountNamed, accounts, places } from '../logs/samples/estate.ts';
import { signIn } from '../logs/samples/events/identity.ts';
import { identityStories } from '../logs/samples/stories/identity.ts';
import { storiesAt } from '../logs/samples/stories.ts';
import type { Identities } from './identities.ts';

/** A sign-in, as the log's row has it. */
export type SignInRow = LogEvent['values'] & { CreatedDateTime: number };

const hourMs = 3_600_000;

/** The interactive sign-ins: those of the stories, as the logs tell them, and an ordinary one for who works in the office. */
export class SignIns {
  readonly #identities: Identities;
  readonly #happened: () => HappenedSample[];
  #told: { key: string; rows: SignInRow[] } = { key: '', rows: [] };

  constructor(identities: Identities, happened: () => HappenedSample[]) {
    this.#identities = identities;
    this.#happened = happened;
  }

  /** Newest first. */
  of(oid: string, now: number): SignInRow[] {
    return [...this.#stories(now), ...this.#ordinary(oid, now)]
      .filter((row) => row.UserId === oid && row.CreatedDateTime <= now)
      .sort((a, b) => b.CreatedDateTime - a.CreatedDateTime);
  }

  #stories(now: number): SignInRow[] {
    const told = storiesAt(now, this.#happened()).filter(({ story }) => story in identityStories);
    const key = JSON.stringify(told);
    if (this.#told.key !== key) this.#told = { key, rows: told.flatMap(({ tell }) => rowsOf(tell())) };
    return this.#told.rows;
  }

  #ordinary(oid: string, now: number): SignInRow[] {
    const identity = this.#identities.find(oid);
    const who = accounts.find((one) => one.oid === oid);
    if (!who || !identity || who.kind === 'service' || who === accountNamed('bg-01')) return [];
    const at = Math.floor(now / hourMs) * hourMs - 26 * hourMs;
    return rowsOf([signIn(diceOf('ordinary', oid), { at, who, from: places.office })]);
  }
}

const rowsOf = (events: LogEvent[]): SignInRow[] =>
  events
    .filter(({ table }) => table === 'SigninLogs')
    .map(({ values, at }) => ({ ...values, CreatedDateTime: at }));
