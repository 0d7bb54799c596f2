import {
  type Binding,
  type Context,
  type DeclaredFunction,
  isRelation,
  Names,
  type Parameter,
} from './context.ts';
import { compile } from './expression.ts';
import { as } from './expressions/lift.ts';
import type { Ground } from './ground.ts';
import { isElsewhere, isTable } from './is-table.ts';
import { KqlError, notSupported } from './kql-error.ts';
import { parse, type Syntax } from './kusto.ts';
import { nothing } from './operators/union.ts';
import { operate, operators, sources } from './operators.ts';
import { constant, Frame, kept, type Relation, type Scalar } from './relation.ts';
import { typeNamed } from './value.ts';

/** What the last statement of a query says, everything before it in force. */
export function planOf(block: Syntax, ground: Ground): Relation {
  const context = new Query(ground, new Names());
  return context.statements(block.all('Statements'));
}

class Query implements Context {
  readonly names: Names;
  readonly aggregate?: (node: Syntax) => Scalar | undefined;
  readonly #ground: Ground;
  readonly #depth: number;

  constructor(ground: Ground, names: Names, depth = 0, aggregate?: (node: Syntax) => Scalar | undefined) {
    this.#ground = ground;
    this.names = names;
    this.#depth = depth;
    if (aggregate) this.aggregate = aggregate;
  }

  get now() {
    return this.#ground.now;
  }
  stored(name: string) {
    return this.#ground.stored(name);
  }
  isGuessing() {
    return this.#ground.isGuessing();
  }
  tableNames() {
    return this.#ground.tableNames();
  }
  holds(rows: number) {
    this.#ground.holds(rows);
  }
  random() {
    return this.#ground.random();
  }
  render(hint: { visualization: string; title?: string }) {
    this.#ground.render(hint);
  }

  within(names: Names): Query {
    return new Query(this.#ground, names, this.#depth, this.aggregate);
  }

  aggregating(answer: (node: Syntax) => Scalar | undefined): Query {
    return new Query(this.#ground, this.names, this.#depth, answer);
  }

  scalar(node: Syntax, frame: Frame): Scalar {
    return compile(node, frame, this);
  }

  statements(all: Syntax[]): Relation {
    let last: Relation | undefined;
    for (const statement of all) {
      switch (statement.kind) {
        case 'LetStatement':
          this.#declare(statement);
          break;
        case 'ExpressionStatement': {
          const expression = statement.at('Expression');
          if (last) throw notSupported('More than one result', statement.start);
          last = this.isTable(expression) ? this.table(expression) : this.#single(expression);
          break;
        }
        case 'QueryParametersStatement':
          for (const each of statement.all('Parameters')) this.#declareParameter(each);
          break;
        case 'SetOptionStatement':
          break;
        default:
          throw notSupported(
            `Statement '${statement.kind.replace(/Statement$/, '').toLowerCase()}'`,
            statement.start,
          );
      }
    }
    if (!last) throw new KqlError('The query has no tabular expression statement', undefined, 'SYN0002');
    return last;
  }

  #single(node: Syntax): Relation {
    const scalar = this.scalar(node, new Frame([]));
    return { columns: [{ name: 'print_0', type: scalar.type }], rows: () => [[scalar.get([])]] };
  }

  #declareParameter(node: Syntax) {
    const type = typeNamed(node.at('NameAndType').at('Type').text);
    const value = node.maybe('DefaultValue')?.at('Value');
    this.names.set(node.at('NameAndType').at('Name').name, {
      kind: 'scalar',
      scalar: value ? as(type, this.scalar(value, new Frame([]))) : constant(type, null),
    });
  }

  #declare(statement: Syntax) {
    const name = statement.at('Name').name;
    const expression = statement.at('Expression');
    this.names.set(name, this.#binding(name, expression));
  }

  #binding(name: string, node: Syntax): Binding {
    if (node.kind === 'FunctionDeclaration') {
      const parameters = node
        .at('Parameters')
        .all('Parameters')
        .map((each) => this.#parameter(each));
      return { kind: 'function', declared: { name, parameters, body: node.at('Body'), names: this.names } };
    }
    if (this.isTable(node)) return { kind: 'table', relation: kept(this.table(node)) };
    return { kind: 'scalar', scalar: this.scalar(node, new Frame([])) };
  }

  #parameter(node: Syntax): Parameter {
    const declared = node.at('NameAndType');
    const type = declared.at('Type');
    const value = node.maybe('DefaultValue')?.at('Value');
    return {
      name: declared.at('Name').name,
      type: type.kind === 'SchemaTypeExpression' ? 'table' : typeNamed(type.text),
      default: value ? this.scalar(value, new Frame([])) : undefined,
    };
  }

  isTable(node: Syntax, frame?: Frame): boolean {
    return isTable(node, this.names, this.#ground, frame);
  }

  table(node: Syntax): Relation {
    switch (node.kind) {
      case 'ParenthesizedExpression':
        return this.table(node.at('Expression'));
      case 'MaterializeExpression':
        return kept(this.table(node.at('Expression')));
      case 'PipeExpression':
        return this.pipe(node.at('Operator'), this.table(node.at('Expression')));
      case 'NameReference':
        return this.#named(node);
      case 'FunctionCallExpression':
        return this.#called(node);
      case 'PathExpression':
        // Another workspace has the same tables here: there is but one.
        if (isElsewhere(node.at('Expression'))) return this.table(node.at('Selector'));
    }
    const source = sources[node.kind];
    if (source) return source(node, this);
    if (node.kind in operators) return operate(node, nothing, this);
    throw new KqlError(`Failed to resolve table expression '${node.text.slice(0, 80)}'`, node.start);
  }

  pipe(node: Syntax, from: Relation): Relation {
    if (node.kind === 'PipeExpression')
      return this.pipe(node.at('Operator'), this.pipe(node.at('Expression'), from));
    if (node.kind === 'ParenthesizedExpression') return this.pipe(node.at('Expression'), from);
    if (node.kind === 'AsOperator') {
      const relation = kept({ ...from, name: node.at('Name').name });
      this.names.set(node.at('Name').name, { kind: 'table', relation });
      return relation;
    }
    if (node.kind === 'InvokeOperator') {
      const call = node.at('Function');
      const found = this.call(call, new Frame([]), from);
      if (found && isRelation(found)) return found;
      throw new KqlError(`Unknown function: '${call.at('Name').name}'.`, call.start);
    }
    return operate(node, from, this);
  }

  #named(node: Syntax): Relation {
    const bound = this.names.find(node.name);
    if (bound?.kind === 'table') return bound.relation;
    const called = this.call(node, new Frame([]));
    if (called && isRelation(called)) return called;
    const stored = bound ? undefined : this.stored(node.name);
    if (stored) return stored;
    throw new KqlError(
      `Failed to resolve table or column or scalar or graph expression named '${node.name || node.text}'`,
      node.start,
    );
  }

  #called(node: Syntax): Relation {
    const name = node.at('Name').name;
    const [first] = node.at('ArgumentList').all('Expressions');
    if (name === 'table' && first) {
      const wanted = String(this.scalar(first, new Frame([])).get([]));
      const stored = this.stored(wanted);
      if (stored) return stored;
      throw new KqlError(`Failed to resolve table expression named '${wanted}'`, node.start);
    }
    if (name === 'materialize' && first) return kept(this.table(first));
    const found = this.call(node, new Frame([]));
    if (found && isRelation(found)) return found;
    const stored = found ? undefined : this.stored(name);
    if (stored) return stored;
    throw new KqlError(`Unknown function: '${name}'.`, node.start);
  }

  call(node: Syntax, frame: Frame, first?: Relation): Scalar | Relation | undefined {
    const name = node.kind === 'FunctionCallExpression' ? node.at('Name').name : node.name;
    const bound = this.names.find(name);
    const declared =
      bound?.kind === 'function' ? bound.declared : bound ? undefined : this.#savedFunction(name);
    if (!declared)
      return bound?.kind === 'table' && node.kind === 'FunctionCallExpression' ? bound.relation : undefined;
    if (this.#depth > 20) throw new KqlError(`Function '${name}' calls itself too deeply`, node.start);
    const given = node.kind === 'FunctionCallExpression' ? node.at('ArgumentList').all('Expressions') : [];
    const inner = new Names(declared.names);
    const rest = first ? declared.parameters.slice(1) : declared.parameters;
    const [into] = declared.parameters;
    if (first && into) inner.set(into.name, { kind: 'table', relation: first });
    for (const [place, parameter] of rest.entries()) {
      inner.set(parameter.name, this.#argument(parameter, place, given, node, frame));
    }
    const query = new Query(this.#ground, inner, this.#depth + 1, this.aggregate);
    for (const statement of declared.body.all('Statements'))
      if (statement.kind === 'LetStatement') query.#declare(statement);
    const result = declared.body.at('Expression');
    // The body sees what it was given, not the columns of where it is called.
    return query.isTable(result) ? query.table(result) : query.scalar(result, new Frame([]));
  }

  #argument(parameter: Parameter, place: number, given: Syntax[], node: Syntax, frame: Frame): Binding {
    const byName = given.find(
      (each) => each.kind === 'SimpleNamedExpression' && each.at('Name').name === parameter.name,
    );
    const at = given[place];
    const written = byName?.at('Expression') ?? (at?.kind === 'SimpleNamedExpression' ? undefined : at);
    if (parameter.type === 'table') {
      if (!written) throw new KqlError(`Function expects a table for '${parameter.name}'`, node.start);
      return { kind: 'table', relation: this.table(written) };
    }
    if (written) return { kind: 'scalar', scalar: as(parameter.type, this.scalar(written, frame)) };
    if (parameter.default) return { kind: 'scalar', scalar: as(parameter.type, parameter.default) };
    throw new KqlError(`Function is missing its argument '${parameter.name}'`, node.start);
  }

  #savedFunction(name: string): DeclaredFunction | undefined {
    const text = this.#ground.saved(name);
    if (text === undefined) return undefined;
    const names = new Names();
    const block = parse(
      `let ${quoted(name)} = ${/^\s*\(/.test(text) && /\)\s*\{/.test(text) ? text : `() { ${text} }`}; ${quoted(name)}`,
    );
    const declaration = block.all('Statements')[0];
    if (!declaration) return undefined;
    const binding = new Query(this.#ground, names).#binding(name, declaration.at('Expression'));
    return binding.kind === 'function' ? binding.declared : undefined;
  }
}

const quoted = (name: string) => `['${name.replace(/[\\']/g, '\\$&')}']`;
