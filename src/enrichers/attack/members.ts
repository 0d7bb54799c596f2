const telling = /["\\{}[\]]/g;

/**
 * The text of each member of the lists that a JSON object holds, which comes in pieces: of a STIX bundle its objects. A
 * bundle of 50 MB is never held or parsed as a whole, and others have their turn between two pieces. Throws where a member
 * is longer than `longest`, and where the text ends too early.
 */
export async function* membersOf(pieces: AsyncIterable<string>, longest: number): AsyncGenerator<string> {
  let depth = 0;
  let isText = false;
  /** Where in the whole text stands what a backslash has made harmless. */
  let escaped = -1;
  let before = 0;
  let begun = '';
  for await (const piece of pieces) {
    let from = 0;
    for (const { 0: mark, index } of piece.matchAll(telling)) {
      if (before + index === escaped) continue;
      if (mark === '\\') escaped = before + index + 1;
      else if (mark === '"') isText = !isText;
      else if (isText) continue;
      else if (mark === '{' || mark === '[') {
        depth += 1;
        if (depth === 3) from = index;
      } else {
        if (depth === 3) {
          yield begun + piece.slice(from, index + 1);
          begun = '';
        }
        depth -= 1;
      }
    }
    if (depth >= 3) begun += piece.slice(from);
    if (begun.length > longest) throw new Error(`One object of it is longer than ${longest} characters.`);
    before += piece.length;
  }
  if (depth !== 0 || before === 0) throw new Error('It ends before its JSON does.');
}
