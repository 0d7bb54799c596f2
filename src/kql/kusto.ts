import { createRequire } from 'node:module';
import type { LogColumn } from './logs.ts';

/**
 * The one place that knows Microsoft's Kusto parser. It is C# made into JavaScript by Bridge.NET: names such as
 * `$ctor4` are overloads and hold for version 12.4.1 alone; lists are read by `getCount` and `getItem`; and it puts
 * `Bridge`, `System` and `Kusto` into the globals of whoever loads it. Loading takes 0.3 s, 90 MB and, with the first
 * query, a second: this module is for workers.
 */
const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

interface List {
  readonly '': never;
}

/** What is read of a node or token of the tree, as the library names it. */
export interface KustoNode {
  Kind: number;
  IsToken: boolean;
  /** UTF-16 units from the text's begin, without white space and comments before it. */
  TextStart: number;
  Width: number;
  End: number;
  Parent: KustoNode | null;
  ChildCount: number;
  GetChild(index: number): KustoNode | null;
  /** Of names: what it is called, without brackets and quotes. */
  SimpleName?: string;
  /** Of calls, declarations and parameters. */
  Name?: KustoNode;
  Expression?: KustoNode;
  Operator?: KustoNode;
  Selector?: KustoNode;
  Bar?: KustoNode;
  FunctionCall?: KustoNode;
  ReferencedSymbol?: KustoSymbol | null;
  ResultType?: KustoSymbol | null;
  /** Of tokens: as it is written, and what it stands for. */
  Text?: string;
  ValueText?: string;
}

export interface KustoSymbol {
  Kind: number;
  Name: string;
  /** Of tables whose columns are not all known. */
  IsOpen?: boolean;
  Columns?: List | null;
  Type?: KustoSymbol;
}

interface Code {
  Syntax: KustoNode;
  MaxDepth: number;
  HasSemantics: boolean;
  ResultType: KustoSymbol | null;
  GetDiagnostics(): List;
  GetSyntaxDiagnostics(): List;
  GetLexicalTokens(): List;
  GetColumnsInScope(position: number): KustoSymbol | null;
  Analyze(globals: Globals): Code;
}

interface Globals {
  WithDatabase(database: KustoSymbol): Globals;
}

interface OpenTable extends KustoSymbol {
  WithIsOpen(isOpen: boolean): KustoSymbol;
}

interface Library {
  KustoCode: { Parse(text: string): Code; GetKind(text: string): string };
  GlobalState: { Default: Globals };
  Syntax: { SyntaxKind: Record<string, number> };
  Symbols: {
    SymbolKind: Record<string, number>;
    ScalarTypes: { GetSymbol(name: string): KustoSymbol | null };
    ColumnSymbol: new (name: string, type: KustoSymbol | null) => KustoSymbol;
    TableSymbol: { $ctor4: new (name: string, columns: KustoSymbol[]) => OpenTable };
    DatabaseSymbol: { ctor: new (name: string, members: KustoSymbol[]) => KustoSymbol };
  };
}

declare const Kusto: { Language: Library };
declare const System: {
  Array: { getCount(list: List): number; getItem(list: List, index: number): unknown };
};
const { KustoCode, GlobalState, Syntax, Symbols } = Kusto.Language;
const arrays = System.Array;

export interface Fault {
  /** `KS142`. */
  Code: string;
  Severity: string;
  Message: string;
  Start: number;
  Length: number;
}

export interface Token {
  Kind: number;
  /** White space and comments before it. */
  Trivia: string;
  Text: string;
}

/** A text as a tree, whatever is wrong with it. */
export interface Parsed {
  root: KustoNode;
  depth: number;
  faults: Fault[];
  tokens(): Token[];
  /** Binds names. It takes much longer than parsing, and for some trees longer than anybody waits. */
  analyse(tables: Tables): Analysed;
}

export interface Analysed {
  root: KustoNode;
  /** Names are not bound where the tree is too deep. */
  isBound: boolean;
  faults: Fault[];
  result: KustoSymbol | null;
  /** Names of columns that could stand here. */
  columnsAt(position: number): string[];
}

/**
 * `Query`, `Command`, `Directive` …, by the first words. The first command that is parsed builds a grammar of all
 * commands for two seconds.
 */
export const kindOfText = (text: string): string => KustoCode.GetKind(text);

export function parse(text: string): Parsed {
  const code = KustoCode.Parse(text);
  return {
    root: code.Syntax,
    depth: code.MaxDepth,
    faults: errorsOf(code.GetSyntaxDiagnostics()),
    tokens: () => itemsOf<Token>(code.GetLexicalTokens()),
    analyse(tables) {
      const analysed = code.Analyze(tables);
      return {
        root: analysed.Syntax,
        isBound: analysed.HasSemantics,
        faults: errorsOf(analysed.GetDiagnostics()),
        result: analysed.ResultType,
        columnsAt: (position) =>
          columnsOf(analysed.GetColumnsInScope(position) ?? undefined).map(({ name }) => name),
      };
    },
  };
}

/** The tables that there are, made ready to bind names to. */
export type Tables = Globals;

/** @param tables without columns: those are not known, and any name may be one */
export function tablesOf(tables: { name: string; columns: LogColumn[] }[]): Tables {
  const members = tables.map(({ name, columns }) => {
    const table = new Symbols.TableSymbol.$ctor4(
      name,
      columns.map(
        (column) => new Symbols.ColumnSymbol(column.name, Symbols.ScalarTypes.GetSymbol(column.type)),
      ),
    );
    return columns.length === 0 ? table.WithIsOpen(true) : table;
  });
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('workspace', members));
}

const syntaxKinds = namesOf(Syntax.SyntaxKind);
const symbolKinds = namesOf(Symbols.SymbolKind);

/** `JoinOperator`, `NameReference` … */
export const kindOf = (node: { Kind: number }): string => syntaxKinds[node.Kind] ?? '';
/** `Table`, `Column`, `Variable`, `Function` … */
export const symbolKindOf = (symbol: KustoSymbol): string => symbolKinds[symbol.Kind] ?? '';

export function columnsOf(table: KustoSymbol | undefined): LogColumn[] {
  if (!table?.Columns) return [];
  return itemsOf<KustoSymbol>(table.Columns).map(({ Name, Type }) => ({
    name: Name,
    type: Type?.Name ?? 'dynamic',
  }));
}

export function childrenOf(node: KustoNode): KustoNode[] {
  const children: KustoNode[] = [];
  for (let n = 0; n < node.ChildCount; n += 1) {
    const child = node.GetChild(n);
    if (child) children.push(child);
  }
  return children;
}

/** Every node from the top, in the order of the text, without tokens. */
export function* nodesOf(root: KustoNode): Generator<KustoNode> {
  const waiting = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node;
    for (const child of childrenOf(node).reverse()) if (!child.IsToken) waiting.push(child);
  }
}

const errorsOf = (list: List): Fault[] => itemsOf<Fault>(list).filter(({ Severity }) => Severity === 'Error');

function itemsOf<Item>(list: List): Item[] {
  const items: Item[] = [];
  // The library's lists are of one kind each; there is no type to check at run time.
  for (let n = 0; n < arrays.getCount(list); n += 1) items.push(arrays.getItem(list, n) as Item);
  return items;
}

function namesOf(kinds: Record<string, number>): string[] {
  const names: string[] = [];
  for (const [name, kind] of Object.entries(kinds)) if (typeof kind === 'number') names[kind] = name;
  return names;
}
