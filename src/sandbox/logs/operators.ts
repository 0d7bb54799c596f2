import type { Context, Operator } from './context.ts';
import { KqlError, notSupported } from './kql-error.ts';
import type { Syntax } from './kusto.ts';
import { mvApply, mvExpand } from './operators/expand.ts';
import { join, lookup } from './operators/join.ts';
import { makeSeries } from './operators/make-series.ts';
import { parse } from './operators/parse.ts';
import { parseKv } from './operators/parse-kv.ts';
import { partition, sampleDistinct } from './operators/partition.ts';
import { evaluatePlugin } from './operators/plugins.ts';
import {
  extend,
  project,
  projectAway,
  projectKeep,
  projectRename,
  projectReorder,
} from './operators/project.ts';
import { render } from './operators/render.ts';
import { find, search } from './operators/search.ts';
import { sort, top } from './operators/sort.ts';
import { datatable, externaldata, getschema, print, range } from './operators/sources.ts';
import { distinct, summarize } from './operators/summarize.ts';
import { topNested } from './operators/top-nested.ts';
import { union } from './operators/union.ts';
import { count, sample, take, where } from './operators/where.ts';
import type { Relation } from './relation.ts';

/** Kinds of nodes that take a table and give one. */
export const operators: Record<string, Operator> = {
  CountOperator: count,
  DistinctOperator: distinct,
  EvaluateOperator: evaluatePlugin,
  ExtendOperator: extend,
  FilterOperator: where,
  FindOperator: find,
  GetSchemaOperator: getschema,
  JoinOperator: join,
  LookupOperator: lookup,
  MakeSeriesOperator: makeSeries,
  MvApplyOperator: mvApply,
  MvExpandOperator: mvExpand,
  ParseKvOperator: parseKv,
  ParseOperator: parse,
  ParseWhereOperator: parse,
  PartitionOperator: partition,
  ProjectAwayOperator: projectAway,
  ProjectKeepOperator: projectKeep,
  ProjectOperator: project,
  ProjectRenameOperator: projectRename,
  ProjectReorderOperator: projectReorder,
  RenderOperator: render,
  SampleDistinctOperator: sampleDistinct,
  SampleOperator: sample,
  SearchOperator: search,
  SerializeOperator: extend,
  SortOperator: sort,
  SummarizeOperator: summarize,
  TakeOperator: take,
  TopNestedOperator: topNested,
  TopOperator: top,
  UnionOperator: union,
};

/** Kinds of nodes that are a table by themselves. */
export const sources: Record<string, (node: Syntax, context: Context) => Relation> = {
  DataTableExpression: datatable,
  ExternalDataExpression: externaldata,
  PrintOperator: print,
  RangeOperator: range,
};

/** Words as one types them. */
export const wordOf = (kind: string) =>
  kind === 'FilterOperator'
    ? 'where'
    : kind
        .replace(/Operator$|Expression$/, '')
        .replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`)
        .toLowerCase();

export function operate(node: Syntax, input: Relation, context: Context): Relation {
  const operator = operators[node.kind];
  if (!operator) throw notSupported(`Operator '${wordOf(node.kind)}'`, node.start);
  try {
    return operator(node, input, context);
  } catch (error) {
    if (error instanceof KqlError && error.message.startsWith('Failed to resolve'))
      throw error.within(wordOf(node.kind));
    throw error;
  }
}
