import { type Binding, type DeclaredFunction, Names } from './context.ts';
import { isBuiltIn } from './functions.ts';
import type { Ground } from './ground.ts';
import type { Syntax } from './kusto.ts';
import { nothing } from './operators/union.ts';
import { operators, sources } from './operators.ts';
import { constant, type Frame } from './relation.ts';

/** Whether an expression is a table rather than a scalar; over a frame, a name may be a column too. */
export function isTable(node: Syntax, names: Names, ground: Ground, frame?: Frame): boolean {
  switch (node.kind) {
    case 'ParenthesizedExpression':
    case 'MaterializeExpression':
      return isTable(node.at('Expression'), names, ground, frame);
    case 'PipeExpression':
      return true;
    case 'NameReference': {
      if (frame && frame.place(node.name) >= 0) return false;
      const bound = names.find(node.name);
      if (bound)
        return bound.kind === 'table' || (bound.kind === 'function' && givesTable(bound.declared, ground));
      if (ground.isStored(node.name) || ground.saved(node.name) !== undefined) return true;
      // Over rows whose columns nobody knows, a name that nobody knows is a column.
      return frame === undefined && ground.stored(node.name) !== undefined;
    }
    case 'FunctionCallExpression': {
      const name = node.at('Name').name;
      if (name === 'table' || name === 'materialize' || name === 'view') return true;
      const bound = names.find(name);
      if (bound)
        return bound.kind === 'table' || (bound.kind === 'function' && givesTable(bound.declared, ground));
      if (ground.saved(name) !== undefined) return true;
      // A parser or watchlist that nobody stored, where unknown tables are empty.
      return frame === undefined && !isBuiltIn(name) && ground.stored(name) !== undefined;
    }
    case 'PathExpression':
      return isElsewhere(node.at('Expression'));
  }
  return node.kind in sources || node.kind in operators;
}

/** By the last expression of its body, whatever its parameters are worth. */
function givesTable({ body, parameters, names }: DeclaredFunction, ground: Ground): boolean {
  const inner = new Names(names);
  for (const parameter of parameters) {
    inner.set(
      parameter.name,
      parameter.type === 'table'
        ? { kind: 'table', relation: nothing }
        : { kind: 'scalar', scalar: constant(parameter.type, null) },
    );
  }
  const own = body.all('Statements').filter(({ kind }) => kind === 'LetStatement');
  const last = body.maybe('Expression');
  if (!last) return false;
  for (const each of own) inner.set(each.at('Name').name, bindingOf(each.at('Expression'), inner, ground));
  return isTable(last, inner, ground);
}

/** What a body names for itself, as far as its form tells. */
function bindingOf(node: Syntax, names: Names, ground: Ground): Binding {
  if (node.kind === 'FunctionDeclaration') {
    return { kind: 'function', declared: { name: '', parameters: [], body: node.at('Body'), names } };
  }
  if (isTable(node, names, ground)) return { kind: 'table', relation: nothing };
  return { kind: 'scalar', scalar: constant('dynamic', null) };
}

/** `workspace("x")` and its like. */
export function isElsewhere(node: Syntax): boolean {
  if (node.kind === 'PathExpression') return isElsewhere(node.at('Expression'));
  return (
    node.kind === 'FunctionCallExpression' &&
    /^(workspace|app|resource|cluster|database)$/.test(node.at('Name').name)
  );
}
