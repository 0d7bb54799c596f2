import { childrenOf, type Fault, type KustoNode, kindOf, nodesOf, type Parsed } from './kusto.ts';
import { placeOf, type Refusal } from './refusal.ts';
import {
  functions,
  grammar,
  parameters,
  plugIns,
  refusedFunctions,
  refusedGrammar,
  reviewedGrammar,
} from './vocabulary.ts';

/**
 * Most of each in one query. The parser binds names in 82 s where 440 tables are joined, and never ends where twenty
 * names each stand for two of the one before; Azure would do no better. Nobody reads what is longer.
 */
const bounds = {
  typed: { nodes: 6_000, depth: 300, sets: 20, expanded: 20_000 },
  reviewed: { nodes: 15_000, depth: 500, sets: 60, expanded: 60_000 },
};

/** What can be told from the tree alone, before any name is bound. */
export function lookAtGrammar(parsed: Parsed, isReviewed: boolean): Refusal | undefined {
  const bound = isReviewed ? bounds.reviewed : bounds.typed;
  if (parsed.depth > bound.depth) return tooComplex('Its parts stand too deep in each other.');
  const nodes = [...nodesOf(parsed.root)];
  // What is not allowed is often what the parser stumbles over too: the rule says more than its complaint.
  const refused = nodes.map((node) => lookAtNode(node, isReviewed)).find((refusal) => refusal);
  if (refused) return refused;
  const [fault] = parsed.faults;
  if (fault)
    return { rule: 'syntax', message: complaintOf(fault), at: { start: fault.Start, length: fault.Length } };
  return lookAtStatements(nodes) ?? lookAtSize(parsed.root, nodes, bound) ?? lookAtRender(nodes);
}

/** The parser's own words, but where they help nobody. */
function complaintOf({ Code, Message }: Fault): string {
  if (Code === 'KS198')
    return 'It cannot be read from here on. A | or ; may be missing before this place, or a word before it is one of the language.';
  return `${Message.replace(/\.?$/, '.')} Look at what stands before this place.`;
}

function lookAtNode(node: KustoNode, isReviewed: boolean): Refusal | undefined {
  const kind = kindOf(node);
  if (kind === 'Directive' || kind === 'DirectiveBlock')
    return {
      rule: 'command',
      message: 'A line that begins with # is for other tools. Leave it out.',
      at: placeOf(node),
    };
  // The parser's own complaint says where it lost the thread.
  if (kind === 'SkippedTokens' || kind === 'BadQueryOperator') return undefined;
  if (!grammar.has(kind) && !(isReviewed && reviewedGrammar.has(kind))) {
    const known = refusedGrammar[kind] ?? {
      rule: 'operator',
      message: `${wordOf(node)} is not among what may be asked. Leave it out.`,
    };
    return { ...known, at: placeOf(node) };
  }
  if (kind === 'FunctionCallExpression') return lookAtCall(node);
  if (kind === 'NamedParameter') return lookAtParameter(node);
  if (kind === 'UnionOperator' && !isReviewed) return lookAtUnion(node);
  if (kind === 'BracketedName') return lookAtBrackets(node);
  if (kind === 'SimpleNamedExpression' && node.Parent && kindOf(node.Parent) === 'FilterOperator')
    return { rule: 'syntax', message: 'One = gives a name. Compare by == or by =~.', at: placeOf(node) };
  return undefined;
}

/** Functions that are in the language; those of the text and of the workspace are looked at when names are bound. */
function lookAtCall(node: KustoNode): Refusal | undefined {
  const name = nameOf(node);
  const at = placeOf(node.Name ?? node);
  const refused = refusedFunctions.get(name.toLowerCase());
  if (refused) return { ...refused, at };
  if (node.Parent && kindOf(node.Parent) === 'EvaluateOperator' && !plugIns.has(name))
    return {
      rule: 'plug-in',
      message: `evaluate ${name} is not among the plug-ins that may be used: bag_unpack, pivot, narrow and others that only compute.`,
      at,
    };
  return undefined;
}

function lookAtParameter(node: KustoNode): Refusal | undefined {
  const name = nameOf(node);
  if (parameters.has(name.toLowerCase())) return undefined;
  return {
    rule: 'operator',
    message: `${name} is not among the options that may be set. Leave it out.`,
    at: placeOf(node),
  };
}

function lookAtUnion(node: KustoNode): Refusal | undefined {
  const wild = [...nodesOf(node)].find(
    (inner) => /Wildcarded/.test(kindOf(inner)) && !isOfColumns(inner, node),
  );
  if (!wild) return undefined;
  return {
    rule: 'wildcard',
    message: 'A * reads tables that nobody named. Name each table.',
    at: placeOf(wild),
  };
}

/** `['SigninLogs']` is a name; what spells it in another way is read by one parser so and by another so. */
function lookAtBrackets(node: KustoNode): Refusal | undefined {
  const isOfValue = node.Parent?.Parent && kindOf(node.Parent.Parent) === 'PathExpression';
  const text = [...tokensOf(node)].join('');
  if (isOfValue || /^\[(["'])[^"'\\*]*\1\]$/.test(text)) return undefined;
  return { rule: 'characters', message: "Write the name plainly, as in ['a name'].", at: placeOf(node) };
}

function* tokensOf(node: KustoNode): Generator<string> {
  for (const child of childrenOf(node)) {
    if (child.IsToken) yield child.Text ?? '';
    else yield* tokensOf(child);
  }
}

/** `project-away a*` within a branch of a union. */
function isOfColumns(node: KustoNode, top: KustoNode): boolean {
  for (let up = node.Parent; up && up !== top; up = up.Parent) if (/^Project/.test(kindOf(up))) return true;
  return false;
}

/** let statements, and one that answers. */
function lookAtStatements(nodes: KustoNode[]): Refusal | undefined {
  const asked = nodes.filter((node) => kindOf(node) === 'ExpressionStatement' && !isWithinFunction(node));
  const [first, second] = asked;
  if (!first)
    return { rule: 'syntax', message: 'Nothing is asked yet: end with a table and what to do with it.' };
  if (second)
    return {
      rule: 'statement',
      message: 'Here a second query begins. Ask one at a time.',
      at: placeOf(second),
    };
  const late = nodes.find(
    (node) => kindOf(node) === 'LetStatement' && node.TextStart > first.TextStart && !isWithinFunction(node),
  );
  if (late) return { rule: 'statement', message: 'let statements come first.', at: placeOf(late) };
  return undefined;
}

function isWithinFunction(node: KustoNode): boolean {
  for (let up = node.Parent; up; up = up.Parent)
    if (/^(?:FunctionBody|PartitionQuery)$/.test(kindOf(up))) return true;
  return false;
}

function lookAtSize(root: KustoNode, nodes: KustoNode[], bound: typeof bounds.typed): Refusal | undefined {
  if (nodes.length > bound.nodes)
    return tooComplex(`It has more than ${bound.nodes.toLocaleString('en-GB')} parts.`);
  let sets = 0;
  for (const node of nodes) {
    const kind = kindOf(node);
    if (kind === 'JoinOperator' || kind === 'LookupOperator' || kind === 'PartitionOperator') sets += 1;
    if (kind === 'UnionOperator') sets += Math.max(1, countOperands(node));
    if (sets > bound.sets)
      return { ...tooComplex(`It brings together more than ${bound.sets} tables.`), at: placeOf(node) };
  }
  if (weigh(root, new Map(), bound.expanded) > bound.expanded)
    return tooComplex('Its names stand for each other so often that it grows without end.');
  return undefined;
}

const countOperands = (union: KustoNode): number =>
  childrenOf(union)
    .filter((child) => kindOf(child) === 'List')
    .reduce((sum, list) => sum + list.ChildCount, 0);

/** How large the tree is when every name of a let statement is replaced by what it stands for. */
function weigh(node: KustoNode, lets: Map<string, number>, limit: number): number {
  let weight = 1;
  for (const child of childrenOf(node)) {
    if (child.IsToken) continue;
    weight += weigh(child, lets, limit);
    if (weight > limit) return weight;
  }
  const kind = kindOf(node);
  if (kind === 'NameReference') weight += lets.get(node.SimpleName ?? '') ?? 0;
  if (kind === 'LetStatement') {
    const name = node.Name?.SimpleName ?? '';
    lets.set(name, Math.max(weight, lets.get(name) ?? 0));
  }
  return weight;
}

/** Anywhere else than at the end Azure does nothing with it, or refuses. */
function lookAtRender(nodes: KustoNode[]): Refusal | undefined {
  const early = nodes.find((node) => {
    if (kindOf(node) !== 'RenderOperator') return false;
    const pipe = node.Parent;
    return !pipe?.Parent || kindOf(pipe.Parent) !== 'ExpressionStatement' || isWithinFunction(pipe);
  });
  return early && { rule: 'render', message: 'render comes last, and once.', at: placeOf(early) };
}

const tooComplex = (why: string): Refusal => ({
  rule: 'too-complex',
  message: `${why} Ask it in parts.`,
});

/** Of a call or a parameter. */
export const nameOf = (node: KustoNode): string => node.Name?.SimpleName ?? '';

/** Whether the language itself has such a function, and it may be used. */
export const isBuiltIn = (name: string): boolean => functions.has(name);

/** The word that people typed for an operator. */
function wordOf(node: KustoNode): string {
  for (const child of childrenOf(node)) if (child.IsToken && child.Text) return child.Text.slice(0, 40);
  return 'This';
}
