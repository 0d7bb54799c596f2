/** As wide as a code block of a chat is on a large screen. */
const widest = 120;
/** What stands before the place, where a line is cut. */
const before = 50;

/**
 * The line of a place and a caret under it, both at most 120 columns; the rest is cut around the place. Tabs become
 * spaces so that the caret stands where it should.
 * @param start in UTF-16 units; beyond the end it is the end
 */
export function pointAt(text: string, start: number, length: number): string {
  const place = Math.max(0, Math.min(start, text.length));
  // An empty line, or the end of one, says nothing: what is missing is missing after the line before.
  const from = text.lastIndexOf('\n', place - 1) + 1;
  const until = text.indexOf('\n', place);
  const line = text.slice(from, until < 0 ? text.length : until);
  const column = [...shown(text.slice(from, place))].length;
  const wide = Math.max(1, [...shown(line.slice(place - from, place - from + length))].length);
  const points = [...shown(line)];
  const isCutBefore = points.length > widest && column > before;
  const first = isCutBefore ? Math.min(column - before, Math.max(0, points.length - widest + 2)) : 0;
  const room = widest - (isCutBefore ? 1 : 0);
  const isCutAfter = points.length - first > room;
  const part = points.slice(first, first + room - (isCutAfter ? 1 : 0)).join('');
  const excerpt = `${isCutBefore ? '…' : ''}${part}${isCutAfter ? '…' : ''}`;
  const at = column - first + (isCutBefore ? 1 : 0);
  return `${excerpt}\n${' '.repeat(at)}${'^'.repeat(Math.max(1, Math.min(wide, widest - at)))}`;
}

/** Of one column a character, whatever it was. */
function shown(text: string): string {
  return text
    .replace(/\t/g, '    ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, '·');
}
