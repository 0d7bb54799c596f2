import type { Bag } from '../value.ts';
import { type BuiltIn, of } from './define.ts';

const shape =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

function parametersOf(query: string): Bag {
  const bag: Bag = {};
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    bag[decoded(at < 0 ? pair : pair.slice(0, at))] = at < 0 ? '' : decoded(pair.slice(at + 1));
  }
  return bag;
}

const parseUrl = of(['string'], 'dynamic', (text) => {
  const [
    ,
    scheme = '',
    user = '',
    password = '',
    host = '',
    port = '',
    path = '',
    query = '',
    fragment = '',
  ] = shape.exec(text.trim()) ?? [];
  return {
    Scheme: scheme,
    Host: host,
    Port: port,
    Path: path,
    Username: user,
    Password: password,
    'Query Parameters': parametersOf(query),
    Fragment: fragment,
  };
});

const parseQuery = of(['string'], 'dynamic', (text) => ({
  'Query Parameters': parametersOf(text.replace(/^\?/, '')),
}));

const parsePath = of(['string'], 'dynamic', (text) => {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1] ?? '';
  const rest = scheme ? text.slice(scheme.length + 3) : text;
  const root = /^(?:[a-z]:|\\\\[^\\]+)(?=[\\/]|$)/i.exec(rest)?.[0] ?? '';
  const [path = '', stream = ''] = splitStream(rest, root);
  const cut = Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/'));
  const file = path.slice(cut + 1);
  const directory = cut < 0 ? '' : path.slice(0, cut);
  const dot = file.lastIndexOf('.');
  return {
    Scheme: scheme,
    RootPath: root,
    DirectoryPath: directory,
    DirectoryName: directory.slice(Math.max(directory.lastIndexOf('\\'), directory.lastIndexOf('/')) + 1),
    Filename: file,
    Extension: dot < 0 ? '' : file.slice(dot + 1),
    AlternateDataStreamName: stream,
  };
});

/** `file.txt:stream` of Windows; the colon of a drive is none. */
function splitStream(path: string, root: string): string[] {
  const at = path.indexOf(':', Math.max(root.length, path.lastIndexOf('\\')));
  return at < 0 ? [path] : [path.slice(0, at), path.slice(at + 1)];
}

/** As Windows does: quoted pieces stay whole, a backslash keeps a quote. */
const commandLine = of(['string', 'string?'], 'dynamic', (text) => {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  let isStarted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '\\' && text[at + 1] === '"') {
      part += '"';
      at += 1;
    } else if (character === '"') {
      isQuoted = !isQuoted;
      isStarted = true;
    } else if (/\s/.test(character) && !isQuoted) {
      if (part !== '' || isStarted) parts.push(part);
      part = '';
      isStarted = false;
    } else part += character;
  }
  if (part !== '' || isStarted) parts.push(part);
  return parts;
});

const csv = of(['string'], 'dynamic', (text) => {
  const [line = ''] = text.split(/\r?\n/);
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
});

const version = of(['string'], 'decimal', (text) => {
  if (!/^\d+(\.\d+){0,3}$/.test(text.trim())) return null;
  const parts = text.trim().split('.').map(Number);
  return [0, 1, 2, 3].reduce((so, place) => so * 100_000_000 + (parts[place] ?? 0), 0);
});

/** Texts that have parts. */
export const parsed: Record<string, BuiltIn> = {
  parse_url: parseUrl,
  parseurl: parseUrl,
  parse_urlquery: parseQuery,
  parseurlquery: parseQuery,
  parse_path: parsePath,
  parse_command_line: commandLine,
  parse_csv: csv,
  parse_version: version,
};
