/** A saved, reviewed and named query, as the Azure-Sentinel repository writes them, plus our `parameters`. */
export interface Hunt {
  /** UUID as in its file, in lower case. */
  id: string;
  name: string;
  description: string;
  tactics: string[];
  techniques: string[];
  /** Tables that it reads, as far as the parser can tell. */
  tables: string[];
  entityMappings: { entityType: string; fieldMappings: { identifier: string; columnName: string }[] }[];
  query: string;
  parameters: HuntParameter[];
  /** Path within its folder. */
  file: string;
}

/** A value that is put into the query as an escaped literal, where it says `{{name}}`. */
export interface HuntParameter {
  name: string;
  /** Which entities of an incident fill it; `text` none. */
  kind: 'account' | 'host' | 'ip' | 'file' | 'url' | 'resource' | 'text' | 'number' | 'timespan';
  summary: string;
  default: string | number | undefined;
}

/** The hunts that were loaded. */
export interface HuntLibrary {
  all(): Hunt[];
  /** By id, or by name whatever the case; `undefined` where there is none or no single one. */
  find(word: string): Hunt | undefined;
  /** Best first: every word is in its name, description, tactics, techniques, tables or the name of its file. */
  search(words: string): Hunt[];
  /** Files that could not be loaded, each with the reason. */
  refused(): { file: string; reason: string }[];
}
