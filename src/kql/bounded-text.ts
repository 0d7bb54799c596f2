import { type KustoNode, kindOf, nodesOf, type Parsed } from './kusto.ts';

/**
 * The text that is run: the same tokens without comments, parted by plain spaces and line ends, and with `take`
 * before a `render` at the end, or at the end. So nothing depends on where another parser lets a comment end.
 */
export function boundText(parsed: Parsed, mostRows: number): string {
  const place = endOf(parsed.root);
  let text = '';
  let at = 0;
  let isBounded = false;
  const bound = () => {
    text += `${text.endsWith('\n') ? '' : '\n'}| take ${mostRows + 1}\n`;
    isBounded = true;
  };
  for (const token of parsed.tokens()) {
    const begin = at + token.Trivia.length;
    if (!isBounded && begin >= place) bound();
    else text += plain(token.Trivia);
    text += token.Text;
    at = begin + token.Text.length;
  }
  if (!isBounded) bound();
  return text.trim();
}

/** Line ends stay where they were, so that a place that Azure names is near the one in the text. */
function plain(trivia: string): string {
  if (trivia === '') return '';
  const lines = trivia.replace(/\/\/[^\n]*/g, '').match(/\n/g)?.length ?? 0;
  return lines > 0 ? '\n'.repeat(lines) : ' ';
}

/** Where the rows are all there: before `render`, or after the last part. */
function endOf(root: KustoNode): number {
  let end = root.End;
  for (const node of nodesOf(root)) {
    if (kindOf(node) !== 'ExpressionStatement' || !isOutermost(node) || !node.Expression) continue;
    const asked = node.Expression;
    const isDrawn = asked.Operator && kindOf(asked.Operator) === 'RenderOperator';
    end = isDrawn && asked.Bar ? asked.Bar.TextStart : asked.End;
  }
  return end;
}

function isOutermost(node: KustoNode): boolean {
  for (let up = node.Parent; up; up = up.Parent)
    if (!/^(?:List|SeparatedElement|QueryBlock)$/.test(kindOf(up))) return false;
  return true;
}
