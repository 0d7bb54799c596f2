import { createHash } from 'node:crypto';
import { textOf } from '../convert.ts';
import { as, lift } from '../expressions/lift.ts';
import type { Type, Value } from '../value.ts';
import { type BuiltIn, of, special } from './define.ts';

/** Characters count, not the two halves of those that JavaScript keeps in two. */
const lengthOf = (text: string) => {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0xdc00 || code > 0xdfff) count += 1;
  }
  return count;
};

/** `split(text, by[, place])`: a list, of one where a place is asked; nothing of it where it has no such place. */
const split = of(['string', 'string', 'number?'], 'dynamic', (text, by, place) => {
  const parts = by === '' ? [...text] : text.split(by);
  if (place === undefined) return parts;
  const part = parts[place < 0 ? parts.length + place : place];
  return part === undefined ? null : [part];
});

/** A start below 0 counts from the end, and a length below 0 takes all. */
const substring = of(['string', 'number', 'number?'], 'string', (text, start, length) => {
  const from = start < 0 ? Math.max(0, text.length + start) : start;
  return length === undefined || length < 0 ? text.slice(from) : text.slice(from, from + length);
});

const joinedTexts = special(1, undefined, (given) =>
  lift(
    'string',
    given.map((each) => as('string', each)),
    (...texts) => texts.join(''),
  ),
);

const delimited = special(2, undefined, (given) =>
  lift(
    'string',
    given.map((each) => as('string', each)),
    (by, ...texts) => texts.join(String(by)),
  ),
);

const joinedList = of(['dynamic', 'string'], 'string', (list, by) =>
  Array.isArray(list) ? list.map((each) => textOf(each, 'dynamic')).join(by) : textOf(list, 'dynamic'),
);

const indexOf = of(
  ['string', 'string', 'number?', 'number?', 'number?'],
  'long',
  (text, part, from = 0, length = -1, occurrence = 1) => {
    const start = from < 0 ? Math.max(0, text.length + from) : from;
    const within = length < 0 ? text : text.slice(0, start + length);
    let at = within.indexOf(part, start);
    for (let count = 1; count < occurrence && at >= 0; count += 1) at = within.indexOf(part, at + 1);
    return at;
  },
);

const hashed = (algorithm: string) =>
  special(1, 1, ([value]) => {
    const type: Type = value?.type ?? 'string';
    return lift('string', value ? [value] : [], (held) =>
      createHash(algorithm).update(textOf(held, type)).digest('hex'),
    );
  });

const decoded = of(['string'], 'string', (text) => {
  const bytes = Buffer.from(text, 'base64');
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(text.trim()) && text.trim().length % 4 === 0;
  if (!isBase64) return '';
  const said = bytes.toString('utf8');
  return said.includes('\uFFFD') ? '' : said;
});
const encoded = of(['string'], 'string', (text) => Buffer.from(text).toString('base64'));

const translate = of(['string', 'string', 'string'], 'string', (search, put, text) => {
  const [from, to] = [[...search], [...put]];
  return [...text]
    .map((character) => {
      const at = from.indexOf(character);
      return at < 0 ? character : (to[Math.min(at, to.length - 1)] ?? '');
    })
    .join('');
});

const urlDecoded = of(['string'], 'string', (text) => {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
});

const compare = of(['string', 'string'], 'long', (a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Several replacements, one after the other. */
const replaceMany = of(['string', 'dynamic', 'dynamic'], 'string', (text, search, put) => {
  if (!Array.isArray(search)) return text;
  return search.reduce<string>((so, part, place) => {
    const by = Array.isArray(put) ? put[place] : put;
    return so.replaceAll(textOf(part, 'dynamic'), textOf(by ?? null, 'dynamic'));
  }, text);
});

const firstIndex = of(['string', 'dynamic'], 'long', (text, parts) => {
  const all: Value[] = Array.isArray(parts) ? parts : [parts];
  const found = all.findIndex((part) => text.toLowerCase().includes(textOf(part, 'dynamic').toLowerCase()));
  return found;
});

const sizes = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const formatBytes = of(['number', 'number?', 'string?'], 'string', (value, digits = 0, unit) => {
  let place = unit ? sizes.indexOf(unit) : 0;
  if (!unit) while (place < sizes.length - 1 && Math.abs(value) >= 1024 ** (place + 1)) place += 1;
  if (place < 0) return '';
  return `${Number((value / 1024 ** place).toFixed(digits))} ${sizes[place]}`;
});

/** Texts. */
export const texts: Record<string, BuiltIn> = {
  strlen: of(['string'], 'long', lengthOf),
  string_size: of(['string'], 'long', (text) => Buffer.byteLength(text)),
  tolower: of(['string'], 'string', (text) => text.toLowerCase()),
  toupper: of(['string'], 'string', (text) => text.toUpperCase()),
  split,
  substring,
  strcat: joinedTexts,
  strcat_delim: delimited,
  strcat_array: joinedList,
  array_strcat: joinedList,
  strcmp: compare,
  strrep: of(['string', 'number', 'string?'], 'string', (text, count, by = '') =>
    Array(Math.max(0, Math.min(1024, count)))
      .fill(text)
      .join(by),
  ),
  indexof: indexOf,
  has_any_index: firstIndex,
  replace_string: of(['string', 'string', 'string'], 'string', (text, part, put) =>
    part === '' ? text : text.replaceAll(part, () => put),
  ),
  replace_strings: replaceMany,
  reverse: of(['string'], 'string', (text) => [...text].reverse().join('')),
  translate,
  url_decode: urlDecoded,
  url_encode: of(['string'], 'string', (text) => encodeURIComponent(text)),
  url_encode_component: of(['string'], 'string', (text) => encodeURIComponent(text)),
  base64_decode_tostring: decoded,
  base64_decodestring: decoded,
  base64_encode_tostring: encoded,
  base64_encodestring: encoded,
  hash_sha256: hashed('sha256'),
  hash_sha1: hashed('sha1'),
  hash_md5: hashed('md5'),
  format_bytes: formatBytes,
  make_string: of(['dynamic*'], 'string', (...points) =>
    points
      .flat()
      .map((point) => (typeof point === 'number' ? String.fromCodePoint(point) : ''))
      .join(''),
  ),
  unicode_codepoints_from_string: of(['string'], 'dynamic', (text) =>
    [...text].map((each) => each.codePointAt(0) ?? 0),
  ),
  to_utf8: of(['string'], 'dynamic', (text) => [...text].map((each) => each.codePointAt(0) ?? 0)),
  isascii: of(['string'], 'bool', (text) => /^[\0-\x7f]*$/.test(text)),
};
