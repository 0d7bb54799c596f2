import type { Alert, Instant, SourceName } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { OpenThere } from '../incident/reconciliation.ts';
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
