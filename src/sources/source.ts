import type { Alert, Instant, SourceName } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Matcher } from '../incident/match.ts';
import type { OpenThere } from '../incident/reconciliation.ts';
import type { Silence } from '../incident/silence.ts';
import type { Stance } from '../incident/stance.ts';

/**
 * One vendor feed, both ways. A source reads, normalises and writes; it decides nothing and stores nothing.
 * Calls throw `FarSideError`; payloads that are not what they say throw `Malformed`.
 */
export interface Source {
  readonly name: SourceName;
  /** What is polled one by one, each with its own watermark: a subscription, a workspace. */
  readonly feeds: readonly string[];
  /** Raw payloads changed since the watermark (with overlap), a page at a time, and the next watermark. */
  poll(feed: string, since: Instant | undefined): AsyncIterable<Page>;
  /**
   * All that is open there now, a page at a time; nothing is read beside the lists. Absent where the source is ourselves.
   */
  openNow?(feed: string): AsyncIterable<OpenThere[]>;
  /** One payload, polled or pushed, as an alert. Pure. Throws `Malformed` naming the place. */
  normalise(payload: unknown): Alert;
  /** Payloads inside the body of a push; each is normalised on its own. Throws `Malformed`. */
  unpack(body: unknown): Push[];
  /** Reads one alert anew; `undefined` where the source no longer has it. */
  read(address: string): Promise<unknown>;
  /**
   * Makes the source hold what was decided since it held `held`: fields where the incident says otherwise now.
   * As few calls as that needs, none where nothing differs; `undefined` where the source was not asked. Running
   * twice changes nothing.
   */
  writeBack(alert: Alert, incident: Incident, held: Stance): Promise<Written | undefined>;
  /** Absent where it can be told to keep nothing quiet by itself. */
  readonly suppression?: Suppression;
}

/** Rules that a source keeps, so that it makes nothing of what is silenced here. */
export interface Suppression {
  /** Feeds that can hold a rule for all that the matcher says; none where they could hold part of it only. */
  feedsFor(matcher: Matcher): string[];
  /** Makes a feed hold it until the silence ends; running twice changes nothing. `name` is a UUID. */
  hold(feed: string, rule: { name: string; silence: Silence }): Promise<void>;
  /** Lets it go; one that is not there is gone. */
  release(feed: string, name: string): Promise<void>;
}

export interface Written {
  /** As the source holds it afterwards. */
  payload: unknown;
  /** As it was found before anything was written: it names whoever had changed it. */
  found: unknown;
}

export interface Page {
  payloads: unknown[];
  watermark: Instant;
}

/** `payload` can be taken in as it is; `address` must be read anew first, because a push proves nothing. */
export type Push = { kind: 'payload'; payload: unknown } | { kind: 'address'; address: string };
