/** Why a query is not run: the rule by its name, what to do instead, and the place where there is one. */
export interface Refusal {
  rule: string;
  message: string;
  at?: { start: number; length: number };
}

/** The place of a node of the tree. */
export function placeOf(node: { TextStart: number; Width: number }): { start: number; length: number } {
  return { start: node.TextStart, length: node.Width };
}
