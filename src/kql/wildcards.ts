import { childrenOf, type KustoNode, kindOf } from './kusto.ts';

/** `union *`, `find in (Sec*)`; not `project-away User*`. */
export function isWildTable(node: KustoNode): boolean {
  return /[*]/.test(node.SimpleName ?? '') && !isOfColumns(node);
}

function isOfColumns(node: KustoNode): boolean {
  for (let up = node.Parent; up; up = up.Parent) {
    if (/Project/.test(kindOf(up))) return true;
    if (/^(?:UnionOperator|FindInClause)$/.test(kindOf(up))) return false;
  }
  return false;
}

/** `search` and `find` that name no table; after a pipe, `search` looks through the rows before it. */
export function readsEverything(node: KustoNode): boolean {
  const kind = kindOf(node);
  if (kind !== 'SearchOperator' && kind !== 'FindOperator') return false;
  const isAfterPipe =
    node.Parent !== null && kindOf(node.Parent) === 'PipeExpression' && node.Parent.Operator === node;
  if (kind === 'SearchOperator' && isAfterPipe) return false;
  // A clause deeper within belongs to another.
  return !childrenOf(node).some((child) => kindOf(child) === 'FindInClause');
}

/** `Sign*` and `SigninLogs`, in any case. */
export function fits(wild: string, name: string): boolean {
  const parts = wild.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(name);
}

/** Of the tables that there are, those that are read without being named. */
export function tablesReached(nodes: KustoNode[], tables: string[]): string[] {
  if (nodes.some(readsEverything)) return tables;
  const wild = nodes.filter((node) => kindOf(node) === 'NameReference' && isWildTable(node));
  return tables.filter((table) => wild.some(({ SimpleName }) => fits(SimpleName ?? '', table)));
}
