import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, type LogStore } from '../../../src/sandbox/logs/evaluate.ts';

/** Rows of two tables `a` and `b`: an id that is nobody else's, a key, a number and a text, some of them null. */
type Random = [key: number | null, number: number | null, text: string][];
const row = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 5 })),
  fc.option(fc.integer({ min: -50, max: 50 })),
  fc.constantFrom('cat', 'Cat', 'a cat sat', 'concat', 'dog_cat', 'dog', '', 'cat.exe'),
);
const rows = fc.array(row, { maxLength: 30 });

let database: PGlite;
beforeAll(async () => {
  database = await PGlite.create();
  await database.exec(
    ['a', 'b'].map((name) => `create table ${name} (id int, k int, n int, s text collate "C");`).join('\n'),
  );
});
afterAll(() => database.close());

const columns = [
  { name: 'id', type: 'int' },
  { name: 'k', type: 'int' },
  { name: 'n', type: 'int' },
  { name: 's', type: 'string' },
];
const numbered = (random: Random) => random.map((cells, id) => [id, ...cells]);

async function fill(name: string, random: Random) {
  await database.query(`delete from ${name}`);
  const records = numbered(random).map(([id, k, n, s]) => ({ id, k, n, s }));
  await database.query(`insert into ${name} select * from json_populate_recordset(null::${name}, $1)`, [
    JSON.stringify(records),
  ]);
}

/** Both sides, each sorted by its JSON: in which order rows come out is asked where it matters. */
const sorted = (all: unknown[][]) => all.map((cells) => JSON.stringify(cells)).sort();

async function bySql(sql: string): Promise<unknown[][]> {
  const { rows: found } = await database.query<unknown[]>(sql, [], { rowMode: 'array' });
  // Counts and sums of integers come as bigint.
  return found.map((cells) => cells.map((cell) => (typeof cell === 'bigint' ? Number(cell) : rounded(cell))));
}
const rounded = (cell: unknown) =>
  typeof cell === 'number' && !Number.isInteger(cell) ? Number(cell.toFixed(6)) : cell;

function byKql(text: string, a: Random, b: Random): unknown[][] {
  const store: LogStore = {
    tables: new Map([
      ['a', { columns, rows: numbered(a) }],
      ['b', { columns, rows: numbered(b) }],
    ]),
  };
  return evaluate(text, store, { now: 0, span: undefined, mostRows: 100_000 }).rows.map((cells) =>
    cells.map(rounded),
  );
}

/** KQL beside SQL that means the same. An absent text of an outer join is empty in Kusto, and null in SQL. */
const pairs: [what: string, kql: string, sql: string][] = [
  ['where', 'a | where n > 3 and k != 2', 'select * from a where n > 3 and (k is null or k != 2)'],
  ['where with or', 'a | where n > 3 or k == 1', 'select * from a where n > 3 or k = 1'],
  ['between', 'a | where n between (-10 .. 10)', 'select * from a where n between -10 and 10'],
  ['not', 'a | where not(n > 3)', 'select * from a where not (n > 3)'],
  ['in', 'a | where k in (1, 2, 3)', 'select * from a where k in (1, 2, 3)'],
  ['contains', 'a | where s contains "CAT"', "select * from a where s ilike '%cat%'"],
  ['startswith', 'a | where s startswith "CAT"', "select * from a where s ilike 'cat%'"],
  ['has', 'a | where s has "cat"', "select * from a where s ~* '(^|[^a-z0-9])cat([^a-z0-9]|$)'"],
  ['equality of texts', 'a | where s =~ "cat"', "select * from a where lower(s) = 'cat'"],
  [
    'summarize',
    'a | summarize count(), sum(n), min(n), max(n), dcount(n) by k',
    'select k, count(*)::int, coalesce(sum(n), 0)::int, min(n), max(n), count(distinct n)::int from a group by k',
  ],
  [
    'summarize over all',
    'a | summarize count(), sum(n), max(n), countif(n > 0)',
    'select count(*)::int, coalesce(sum(n), 0)::int, max(n), count(*) filter (where n > 0)::int from a',
  ],
  [
    'means',
    'a | where isnotnull(n) | summarize avg(n), stdev(n), variance(n) by k',
    'select k, avg(n)::float8, coalesce(stddev_samp(n), 0)::float8, coalesce(var_samp(n), 0)::float8 from a where n is not null group by k',
  ],
  [
    'percentiles',
    'a | where isnotnull(n) | summarize percentiles(n, 5, 50, 90) by k',
    'select k, percentile_disc(0.05) within group (order by n), percentile_disc(0.5) within group (order by n), percentile_disc(0.9) within group (order by n) from a where n is not null group by k',
  ],
  [
    'bin',
    'a | summarize count() by bin(n, 10)',
    'select (floor(n / 10.0) * 10)::int as b, count(*)::int from a group by b',
  ],
  [
    'arg_max',
    'a | summarize arg_max(id, n, s) by k',
    'select distinct on (k) k, id, n, s from a order by k, id desc',
  ],
  ['distinct', 'a | distinct k, s', 'select distinct k, s from a'],
  [
    'union',
    'union a, b | summarize count() by k',
    'select k, count(*)::int from (select * from a union all select * from b) u group by k',
  ],
  ['inner join', 'a | join kind=inner b on k', 'select * from a join b on a.k = b.k'],
  [
    'left outer join',
    'a | join kind=leftouter b on k | project id, k, id1, s1',
    "select a.id, a.k, b.id, coalesce(b.s, '') from a left join b on a.k = b.k",
  ],
  [
    'right outer join',
    'a | join kind=rightouter b on k | project id, s, id1, k1',
    "select a.id, coalesce(a.s, ''), b.id, b.k from a right join b on a.k = b.k",
  ],
  [
    'full outer join',
    'a | join kind=fullouter b on k | project id, id1',
    'select a.id, b.id from a full join b on a.k = b.k',
  ],
  [
    'left semi join',
    'a | join kind=leftsemi b on k',
    'select * from a where exists (select from b where a.k = b.k)',
  ],
  [
    'left anti join',
    'a | join kind=leftanti b on k',
    'select * from a where not exists (select from b where a.k = b.k)',
  ],
  [
    'right anti join',
    'a | join kind=rightanti b on k',
    'select * from b where not exists (select from a where a.k = b.k)',
  ],
  [
    'join on two',
    'a | join kind=inner b on k, $left.n == $right.n | project id, id1',
    'select a.id, b.id from a join b on a.k = b.k and a.n = b.n',
  ],
  [
    'join without a kind',
    'a | where isnotnull(k) | join b on k | summarize count() by k',
    'select k, count(*)::int from b where k in (select k from a) group by k',
  ],
];

/** Here the order counts. */
const orderedPairs: typeof pairs = [
  ['sort', 'a | sort by n desc, id asc', 'select * from a order by n desc nulls last, id'],
  ['sort rising', 'a | sort by s asc, n asc, id asc', 'select * from a order by s, n nulls first, id'],
  ['top', 'a | sort by id asc | top 5 by n desc', 'select * from a order by n desc nulls last, id limit 5'],
  [
    'windows',
    'a | sort by id asc | extend before = prev(n), after = next(n), sum = row_cumsum(iff(isnull(n), 0, n)), place = row_number() | project before, after, sum, place',
    'select lag(n) over w, lead(n) over w, (sum(coalesce(n, 0)) over w)::int, (row_number() over w)::int from a window w as (order by id)',
  ],
  [
    'ranks',
    'a | where isnotnull(n) | sort by n asc, id asc | extend rank = row_rank_dense(n) | project id, rank',
    'select id, (dense_rank() over (order by n))::int from a where n is not null order by n, id',
  ],
];

describe('Kusto here and SQL in PostgreSQL', () => {
  it.each(pairs)('agree on %s', async (_, kql, sql) => {
    await agree(kql, sql, sorted);
  });

  it.each(orderedPairs)('agree on the order of %s', async (_, kql, sql) => {
    await agree(kql, sql, (found) => found.map((cells) => JSON.stringify(cells)));
  });
});

async function agree(kql: string, sql: string, seen: (rows: unknown[][]) => string[]) {
  await fc.assert(
    fc.asyncProperty(rows, rows, async (a, b) => {
      await fill('a', a);
      await fill('b', b);
      expect(seen(byKql(kql, a, b))).toEqual(seen(await bySql(sql)));
    }),
    { numRuns: 15, seed: 4 },
  );
}
