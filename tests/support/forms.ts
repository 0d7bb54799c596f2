/** Cells of RFC 4180, all quoted where they are text. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [cells, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (quoted && one === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (one === '"') quoted = !quoted;
    else if (!quoted && one === ',') {
      cells.push(cell);
      cell = '';
    } else if (!quoted && one === '\r' && text[at + 1] === '\n') {
      rows.push([...cells, cell]);
      [cells, cell] = [[], ''];
      at += 1;
    } else cell += one;
  }
  return rows;
}

/** A line of CEF, read as a receiver would: an unescaped bar or equals sign counts. */
export function parseCef(line: string): { head: string[]; extension: Record<string, string> } {
  const parts = line.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/);
  const head = parts.slice(0, 7).map((part) => part.replace(/\\([\\|])/g, '$1'));
  const text = parts.slice(7).join('|');
  const keys = [...text.matchAll(/(?:^| )(\w+)(?<!(?<!\\)(?:\\\\)*\\)=/g)];
  const extension = Object.fromEntries(
    keys.map((match, n) => {
      const value = text.slice(match.index + match[0].length, keys[n + 1]?.index ?? text.length);
      const said = value.replace(/\\(.)/g, (_, one: string) =>
        one === 'n' ? '\n' : one === 'r' ? '\r' : one,
      );
      return [match[1] ?? '', said];
    }),
  );
  return { head, extension };
}
