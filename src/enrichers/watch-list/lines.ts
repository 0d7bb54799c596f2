/** One line of a text; `undefined` in place of one that is too long to be looked at. */
export type Line = string | undefined;

/**
 * The lines of a text that comes in pieces, whatever ends them. However long a line is, no more of it than `longest` is
 * kept.
 */
export async function* linesOf(pieces: AsyncIterable<string>, longest: number): AsyncGenerator<Line> {
  let begun = '';
  let isTooLong = false;
  for await (const piece of pieces) {
    const parts = piece.split('\n');
    for (const [at, part] of parts.entries()) {
      isTooLong ||= begun.length + part.length > longest;
      begun = isTooLong ? '' : begun + part;
      if (at === parts.length - 1) continue;
      yield isTooLong ? undefined : begun.replace(/\r$/, '');
      begun = '';
      isTooLong = false;
    }
  }
  if (isTooLong) yield undefined;
  else if (begun !== '') yield begun.replace(/\r$/, '');
}
