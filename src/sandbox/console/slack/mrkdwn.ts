/** What Slack makes of mrkdwn text, as a tree. */
export type Mrkdwn =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike' | 'code' | 'quote' | 'pre'; children: Mrkdwn[] }
  | { kind: 'link'; url: string; label: string }
  | { kind: 'user'; id: string; label: string | undefined }
  | { kind: 'conversation'; id: string; label: string | undefined }
  | { kind: 'broadcast'; range: string }
  | { kind: 'group'; id: string; label: string | undefined }
  | { kind: 'date'; seconds: number; format: string; url: string | undefined; fallback: string }
  | { kind: 'emoji'; name: string }
  | { kind: 'break' };

/**
 * Reads mrkdwn as Slack does. `&lt; &gt; &amp;` are decoded last, in what is left as text, so an escaped
 * `&lt;!channel&gt;` stays text. `verbatim` leaves bare addresses alone, as in Slack's text objects.
 */
export function parseMrkdwn(source: string, { verbatim = false } = {}): Mrkdwn[] {
  return source.split(/(```[\s\S]+?```)/).flatMap((part): Mrkdwn[] => {
    if (part === '') return [];
    const pre = /^```\n?([\s\S]+?)\n?```$/.exec(part)?.[1];
    if (pre !== undefined) return [{ kind: 'pre', children: parseCode(pre) }];
    return parseLines(part.replace(/^\n|\n$/g, ''), verbatim);
  });
}

export const decodeEntities = (text: string): string =>
  text.replace(/&(lt|gt|amp);/g, (_all, name: 'lt' | 'gt' | 'amp') => ({ lt: '<', gt: '>', amp: '&' })[name]);

function parseLines(source: string, verbatim: boolean): Mrkdwn[] {
  const nodes: Mrkdwn[] = [];
  for (const line of source.split('\n')) {
    const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line)?.[1];
    const previous = nodes.at(-1);
    if (quoted === undefined) {
      if (previous && previous.kind !== 'quote') nodes.push({ kind: 'break' });
      nodes.push(...parseSpans(line, verbatim));
      // An empty first line must still push the next one down.
      if (line === '' && nodes.length === 0) nodes.push({ kind: 'text', text: '' });
    } else if (previous?.kind === 'quote') {
      previous.children.push({ kind: 'break' }, ...parseSpans(quoted, verbatim));
    } else {
      nodes.push({ kind: 'quote', children: parseSpans(quoted, verbatim) });
    }
  }
  return nodes;
}

/** A mark opens after a space or punctuation and closes before one; it holds no line break. */
const SPAN = new RegExp(
  [
    '<(?<control>[^<>\\n]+)>',
    '`(?<code>[^`\\n]+)`',
    '(?<![\\p{L}\\p{N}*])\\*(?<bold>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\p{L}\\p{N}*])',
    '(?<![\\p{L}\\p{N}_])_(?<italic>[^\\s_](?:[^_\\n]*[^\\s_])?)_(?![\\p{L}\\p{N}_])',
    '(?<![\\p{L}\\p{N}~])~(?<strike>[^\\s~](?:[^~\\n]*[^\\s~])?)~(?![\\p{L}\\p{N}~])',
    ':(?<emoji>[a-z0-9_+-]+):',
    '(?<url>https?://[^\\s<>|]*[^\\s<>|.,;:!?)\\]\'"*_~`])',
  ].join('|'),
  'gu',
);

function parseSpans(source: string, verbatim: boolean): Mrkdwn[] {
  const nodes: Mrkdwn[] = [];
  let end = 0;
  for (const match of source.matchAll(SPAN)) {
    const node = readSpan(match.groups ?? {}, verbatim);
    if (!node) continue;
    pushText(nodes, source.slice(end, match.index));
    nodes.push(node);
    end = match.index + match[0].length;
  }
  pushText(nodes, source.slice(end));
  return nodes;
}

function readSpan(found: Record<string, string | undefined>, verbatim: boolean): Mrkdwn | undefined {
  if (found.control) return parseControl(found.control);
  if (found.code) return { kind: 'code', children: parseCode(found.code) };
  if (found.bold) return { kind: 'bold', children: parseSpans(found.bold, verbatim) };
  if (found.italic) return { kind: 'italic', children: parseSpans(found.italic, verbatim) };
  if (found.strike) return { kind: 'strike', children: parseSpans(found.strike, verbatim) };
  if (found.emoji) return { kind: 'emoji', name: found.emoji };
  if (!found.url || verbatim) return undefined;
  return { kind: 'link', url: decodeEntities(found.url), label: decodeEntities(found.url) };
}

/** In code only control sequences count; marks and emoji are literal. */
function parseCode(source: string): Mrkdwn[] {
  const nodes: Mrkdwn[] = [];
  let end = 0;
  for (const match of source.matchAll(/<([^<>\n]+)>/g)) {
    pushText(nodes, source.slice(end, match.index));
    nodes.push(parseControl(match[1] ?? ''));
    end = match.index + match[0].length;
  }
  pushText(nodes, source.slice(end));
  return nodes;
}

function parseControl(control: string): Mrkdwn {
  const bar = control.indexOf('|');
  const target = bar < 0 ? control : control.slice(0, bar);
  const label = bar < 0 ? undefined : decodeEntities(control.slice(bar + 1));
  if (/^@[UW]/.test(target)) return { kind: 'user', id: target.slice(1), label };
  if (/^#[CGD]/.test(target)) return { kind: 'conversation', id: target.slice(1), label };
  if (/^!(channel|here|everyone)$/.test(target)) return { kind: 'broadcast', range: target.slice(1) };
  if (target.startsWith('!subteam^')) return { kind: 'group', id: target.slice('!subteam^'.length), label };
  if (target.startsWith('!date^')) return parseDate(target, label ?? '');
  if (/^(https?:|mailto:|tel:)/i.test(target)) {
    const url = decodeEntities(target);
    return { kind: 'link', url, label: label || url };
  }
  return { kind: 'text', text: decodeEntities(`<${control}>`) };
}

function parseDate(target: string, fallback: string): Mrkdwn {
  const [, seconds = '', format = '', url] = target.split('^');
  if (!/^\d+$/.test(seconds)) return { kind: 'text', text: fallback };
  return { kind: 'date', seconds: Number(seconds), format, url, fallback };
}

function pushText(nodes: Mrkdwn[], source: string): void {
  if (source) nodes.push({ kind: 'text', text: decodeEntities(source) });
}
