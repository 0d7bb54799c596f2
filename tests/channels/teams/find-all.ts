/** Every element of the type in a card, wherever it stands. */
export function findAll(node: unknown, type: string): Record<string, unknown>[] {
  if (Array.isArray(node)) return node.flatMap((each) => findAll(each, type));
  if (!isObject(node)) return [];
  const inside = Object.values(node).flatMap((each) => findAll(each, type));
  return node.type === type ? [node, ...inside] : inside;
}

function isObject(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null;
}
