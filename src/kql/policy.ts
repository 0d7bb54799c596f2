/** What the settings say of asking logs. */
export interface LogPolicy {
  /** Log Analytics workspaces by the names that people use; the first is asked where none is named. */
  workspaces: LogWorkspace[];
  /** In whose name Azure is asked: the bot's own, or the person's. */
  as: 'bot' | 'person';
  /** Queries of one name that run at the same time, over all replicas. */
  atOnce: number;
  /** After so long a query is ended. */
  seconds: number;
  /** Rows that an answer may have. */
  rows: number;
  /** The longest time range. */
  days: number;
}

export interface LogWorkspace {
  name: string;
  /** The workspace id, a UUID. */
  id: string;
  /** Its Azure resource id; where it is given, its tables' plans are known, and what a scan of them costs. */
  resource?: string | undefined;
}

/**
 * Azure runs five queries of one name at a time and lets 200 wait; one is left to whoever tries something by hand. Half a
 * minute is as long as somebody waits in a chat. Sentinel's own rules look back two weeks at most: a month is plenty.
 */
export const usualLogs: LogPolicy = {
  workspaces: [],
  as: 'bot',
  atOnce: 4,
  seconds: 30,
  rows: 5_000,
  days: 31,
};
