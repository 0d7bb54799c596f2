import type { Span } from './span.ts';

/** What somebody wants to know from the logs, before anybody has looked whether they may. */
export interface QueryPlan {
  kind: 'query' | 'hunt' | 'entity';
  /** `Query`, `Hunt: Password spray`, `ip 203.0.113.9`: at most 120 code points, untrusted. */
  title: string;
  /** One; several for what is asked of an entity, each a glance. */
  parts: QueryPart[];
  span: Span;
  scope: Scope;
  /** Written and reviewed beforehand, not typed: it may do what a typed query may not. */
  isReviewed: boolean;
  /** Answered in the direct chat, wherever it was asked. */
  isPrivate: boolean;
  /** What a hunt is run with, by parameter, kind of entity or column: `{ accounts: '20' }`; untrusted. */
  values?: Record<string, string>;
  /** Whom or what it asks about, where that is one entity: our own incidents may know of it too. */
  about?: { kind: 'account' | 'host' | 'ip' | 'file' | 'url' | 'resource'; name: string };
}

export interface QueryPart {
  title: string;
  /** KQL, with every value that came from people or alerts as an escaped literal. */
  text: string;
  /** The rows behind a glance: what its `more` button asks. Absent where there are none. */
  more?: string;
  /** Tables without which it makes no sense: where one of them is not in the workspace, the part is left out. */
  needs?: string[];
}

/** Whose logs: workspaces by the names that the settings give them, or one resource by its Azure id. */
export type Scope = { kind: 'workspaces'; names: [string, ...string[]] } | { kind: 'resource'; id: string };
