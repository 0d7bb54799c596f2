import { createRequire } from 'node:module';
import { KqlError } from './kql-error.ts';

/** What this room touches of Microsoft's parser, which Bridge.NET made from C#; no other file knows it. */
interface RawNode {
  Kind: number;
  TextStart: number;
  ChildCount: number;
  GetChild(index: number): RawNode | null;
  GetName(index: number): string;
  End: number;
  SimpleName?: unknown;
  LiteralValue?: unknown;
  Element$1?: RawNode;
}
interface RawDiagnostic {
  Message: string;
  Severity: string;
  Start: number;
  Length: number;
}
interface KustoGlobals {
  Kusto: {
    Language: {
      KustoCode: {
        Parse(text: string): {
          Kind: string;
          Syntax: RawNode;
          GetDiagnostics(): { Count: number; getItem(index: number): RawDiagnostic };
        };
      };
      Syntax: { SyntaxKind: Record<string, unknown> };
    };
  };
}

/** A node of a parsed query. Its children are named as in Microsoft's grammar; lists hold their elements alone. */
export class Syntax {
  readonly kind: string;
  readonly start: number;
  /** As written, without what stands around it. */
  readonly text: string;
  /** The plain name of a reference or declaration, else empty. */
  readonly name: string;
  /** What a text literal says. */
  readonly literal: string | undefined;
  readonly items: Syntax[];
  readonly #parts: Map<string, Syntax>;

  constructor(raw: RawNode, source: string) {
    this.kind = kinds().get(raw.Kind) ?? 'Unknown';
    this.start = raw.TextStart;
    this.text = source.slice(raw.TextStart, raw.End);
    this.name = typeof raw.SimpleName === 'string' ? raw.SimpleName : '';
    this.literal = typeof raw.LiteralValue === 'string' ? raw.LiteralValue : undefined;
    this.items = [];
    this.#parts = new Map();
    for (let index = 0; index < raw.ChildCount; index += 1) {
      const child = raw.GetChild(index);
      if (!child) continue;
      const part = new Syntax(child.Element$1 ?? child, source);
      if (this.kind === 'List') this.items.push(part);
      else this.#parts.set(raw.GetName(index), part);
    }
  }

  maybe(part: string): Syntax | undefined {
    return this.#parts.get(part);
  }

  at(part: string): Syntax {
    const found = this.#parts.get(part);
    if (!found) throw new KqlError(`Syntax error: ${this.kind} lacks its ${part}`, this.start, 'SYN0002');
    return found;
  }

  /** Elements of a list among the children; none where it is absent. */
  all(part: string): Syntax[] {
    return this.#parts.get(part)?.items ?? [];
  }
}

/** The query's syntax. Throws `KqlError` for what does not parse and for control commands. */
export function parse(text: string): Syntax {
  const code = kusto().Language.KustoCode.Parse(text);
  const found = code.GetDiagnostics();
  for (let index = 0; index < found.Count; index += 1) {
    const { Severity, Message, Start, Length } = found.getItem(index);
    if (Severity === 'Error') throw syntaxError(text, Message, Start, Length);
  }
  if (code.Kind !== 'Query') throw new KqlError('Only queries are allowed, not commands.', 0, 'SYN0001');
  return new Syntax(code.Syntax, text);
}

function syntaxError(text: string, message: string, start: number, length: number): KqlError {
  const before = text.slice(0, start);
  const line = before.split('\n').length;
  const token = text.slice(start, start + Math.max(1, length)).slice(0, 100);
  const place = `line [${line},${before.length - before.lastIndexOf('\n')}]`;
  return new KqlError(`Query could not be parsed at '${token}' on ${place}: ${message}`, start, 'SYN0002');
}

let names: Map<number, string> | undefined;
function kinds(): Map<number, string> {
  names ??= new Map(
    Object.entries(kusto().Language.Syntax.SyntaxKind).flatMap(([name, value]) =>
      typeof value === 'number' ? [[value, name] as const] : [],
    ),
  );
  return names;
}

let loaded: KustoGlobals['Kusto'] | undefined;
/** Loading takes 0.2 s and the first parse 0.6 s more: whoever serves queries parses one beforehand. */
function kusto(): KustoGlobals['Kusto'] {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  // In this order: the second needs the globals of the first, and leaves its own.
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  loaded = (globalThis as unknown as KustoGlobals).Kusto;
  return loaded;
}
