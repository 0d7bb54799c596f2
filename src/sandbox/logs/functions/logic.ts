import { boolOf } from '../convert.ts';
import { as, lift } from '../expressions/lift.ts';
import { KqlError } from '../kql-error.ts';
import { constant, constantOf, type Scalar } from '../relation.ts';
import { commonType, order, type Type, type Value } from '../value.ts';
import { type BuiltIn, special } from './define.ts';

/** Answers as one type; a dynamic null beside something typed takes its type. */
function unified(answers: Scalar[]): [Scalar[], Type] {
  const known = answers.filter(
    (answer) => !(answer.isConstant && answer.type === 'dynamic' && constantOf(answer) === null),
  );
  const type = commonType(known.map((answer) => answer.type));
  return [answers.map((answer) => as(type, answer)), type];
}

/** The first answer whose condition is true, else the last. */
function choose(conditions: Scalar[], answers: Scalar[]): Scalar {
  const [unifiedAnswers, type] = unified(answers);
  const otherwise = unifiedAnswers.at(-1) ?? constant('dynamic', null);
  const get = (row: Value[]) => {
    for (let place = 0; place < conditions.length; place += 1) {
      if (boolOf(conditions[place]?.get(row) ?? null))
        return unifiedAnswers[place]?.get(row) ?? (type === 'string' ? '' : null);
    }
    return otherwise.get(row);
  };
  const isConstant = [...conditions, ...answers].every((each) => each.isConstant);
  return isConstant ? constant(type, get([])) : { type, isConstant, get };
}

const iff = special(3, 3, ([condition, yes, no]) =>
  choose(condition ? [condition] : [], [yes, no].filter(isThere)),
);
const isThere = (scalar: Scalar | undefined): scalar is Scalar => scalar !== undefined;

const cases = special(3, undefined, (given) => {
  if (given.length % 2 === 0) throw new KqlError('case(): the number of arguments must be odd');
  const pairs = given.slice(0, -1);
  const conditions = pairs.filter((_, place) => place % 2 === 0);
  const answers = pairs.filter((_, place) => place % 2 === 1);
  return choose(conditions, [...answers, ...given.slice(-1)]);
});

const isEmptyValue = (value: Value) => value === null || value === '';

const coalesce = special(2, undefined, (given) => {
  const [all, type] = unified(given);
  return lift(
    type,
    all,
    (...values) => values.find((value) => !isEmptyValue(value)) ?? (type === 'string' ? '' : null),
  );
});

const extreme = (sign: 1 | -1) =>
  special(1, undefined, (given) => {
    const [all, type] = unified(given);
    return lift(type, all, (...values) => {
      const known = values.filter((value) => !isEmptyValue(value));
      return known.reduce<Value>(
        (best, value) => (best === null || order(value, best) * sign > 0 ? value : best),
        null,
      );
    });
  });

const question = (answer: (value: Value) => boolean) =>
  special(1, 1, ([value]) => lift('bool', value ? [value] : [], answer));
/** Of texts none is null; an empty dynamic text is not null either. */
const isNull = question((value) => value === null);
const isEmpty = question(isEmptyValue);

const not = special(1, 1, ([value]) =>
  lift('bool', value ? [value] : [], (held) => {
    const known = boolOf(held);
    return known === null ? null : !known;
  }),
);

/** The column of that name where there is one, else the other argument. */
const columnIfExists = special(2, 2, ([name, otherwise], { frame }) => {
  const place = name ? frame.place(String(constantOf(name))) : -1;
  const column = frame.columns[place];
  if (!column) return otherwise ?? constant('dynamic', null);
  return { type: column.type, name: column.name, isConstant: false, get: (row) => row[place] ?? null };
});

const assert = special(2, 2, ([condition, message]) => {
  if (condition?.isConstant && constantOf(condition) !== true) {
    throw new KqlError(message ? String(constantOf(message)) : 'assert failed');
  }
  return constant('bool', true);
});

/** Choices and questions. */
export const logic: Record<string, BuiltIn> = {
  iff,
  iif: iff,
  case: cases,
  coalesce,
  max_of: extreme(1),
  min_of: extreme(-1),
  isnull: isNull,
  isnotnull: question((value) => value !== null),
  notnull: question((value) => value !== null),
  isempty: isEmpty,
  isnotempty: question((value) => !isEmptyValue(value)),
  notempty: question((value) => !isEmptyValue(value)),
  not,
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
  assert,
};
