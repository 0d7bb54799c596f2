import type { Enrichment, Subject, SubjectKind } from '../incident/enrichment.ts';
import type { SideName } from './sides.ts';

/**
 * A plug-in that only reads: what one far side knows of one subject. It never writes, never decides, and holds nothing
 * between two calls; whoever asks keeps its answers for their lifetime and its far side's budget.
 */
export interface Enricher {
  /** A word, as it is typed and stored: `identity`. */
  name: string;
  /** Heads its part of the details: `Identity`. */
  title: string;
  /** The question that it answers, as an analyst would ask it. */
  question: string;
  /** What it may be asked about. */
  about: readonly SubjectKind[];
  /** Of these, which it has anything to say about: a storage account, a key vault. All where absent. */
  concerns?(subject: Subject): boolean;
  /** Whom it asks; all enrichers of one side share its budget. */
  side: SideName;
  /** Calls to the side for one subject, at most. */
  calls: number;
  /** The API, by its name and version: `Microsoft Graph v1.0: /users/{id}`. */
  api: string;
  /** The least it needs there: `User.Read.All (application)`, `Reader on the subscription`. */
  permission: string;
  /** Its answers hold so long; a pause between two tries after failures is never longer. */
  lifetimeSeconds: number;
  /** After so long it counts as not answered, for this time. */
  deadlineMs: number;
  /** The far side's own limits, in words, with their source. */
  limits: string;
  /** Asked only when somebody wants it, never for every incident: what is slow, costly, or about a path. */
  onDemand?: true;
  /**
   * Asks. An empty answer where the far side knows nothing of the subject. Throws `FarSideError`; `signal` ends what is
   * under way.
   */
  enrich(subject: Subject, context: EnrichContext): Promise<Enrichment>;
}

export interface EnrichContext {
  now: Date;
  signal: AbortSignal;
}
