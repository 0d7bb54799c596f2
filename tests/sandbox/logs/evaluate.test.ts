import { describe, expect, it } from 'vitest';
import { ask, columnsOf, rowsOf, smallStore } from './small-store.ts';

const at = (hour: number, minute = 0) => Date.UTC(2026, 1, 1, hour, minute);

describe('picking rows', () => {
  it('keeps those for which the condition holds, and not those where it is null', () => {
    expect(rowsOf('Logons | where Risk > 1 | project User')).toEqual([['bob'], ['cyd']]);
    expect(rowsOf('Logons | where Interactive | project User')).toEqual([['ada'], ['ada']]);
    expect(rowsOf('Logons | where not(Interactive) | project User')).toEqual([['bob']]);
  });

  it('sorts falling unless told, with nulls last when falling and first when rising', () => {
    expect(rowsOf('Logons | sort by Risk | project Risk')).toEqual([[2.5], [1.5], [0.5], [null]]);
    expect(rowsOf('Logons | order by Risk asc | project Risk')).toEqual([[null], [0.5], [1.5], [2.5]]);
    expect(rowsOf('Logons | sort by Risk asc nulls last | project Risk')).toEqual([
      [0.5],
      [1.5],
      [2.5],
      [null],
    ]);
    expect(rowsOf('Logons | sort by User asc, Bytes desc | project Bytes')).toEqual([
      [300],
      [100],
      [250],
      [null],
    ]);
  });

  it('takes, tops, samples the same way twice, and counts', () => {
    expect(rowsOf('Logons | take 2 | count')).toEqual([[2]]);
    expect(rowsOf('Logons | limit 0')).toEqual([]);
    expect(rowsOf('Logons | top 2 by Bytes | project Bytes')).toEqual([[300], [250]]);
    expect(rowsOf('Logons | sample 2')).toEqual(rowsOf('Logons | sample 2'));
    expect(rowsOf('Logons | sample-distinct 2 of User')).toEqual([['ada'], ['bob']]);
  });

  it('makes each combination once', () => {
    expect(rowsOf('Logons | distinct User, Result | count')).toEqual([[4]]);
    expect(rowsOf('union Alerts, Alerts | distinct *')).toHaveLength(3);
  });
});

describe('columns', () => {
  it('are named as Kusto names them', () => {
    expect(columnsOf('Logons | project Details.city, tostring(User), tolower(User), Bytes + 1')).toBe(
      'Details_city:dynamic, User:string, Column1:string, Column2:long',
    );
    expect(
      columnsOf(
        'Logons | summarize count(), dcount(User), max(Bytes), countif(Risk > 1) by bin(TimeGenerated, 1h)',
      ),
    ).toBe('TimeGenerated:datetime, count_:long, dcount_User:long, max_Bytes:long, countif_:long');
    expect(columnsOf('print 1, a = 2')).toBe('print_0:long, a:long');
  });

  it('go, stay, move and change their names', () => {
    expect(columnsOf('Alerts | project-away Time*')).toBe('User:string, Severity:string');
    expect(columnsOf('Alerts | project-keep User, S*')).toBe('User:string, Severity:string');
    expect(columnsOf('Alerts | project-rename Who = User')).toBe(
      'TimeGenerated:datetime, Who:string, Severity:string',
    );
    expect(columnsOf('Alerts | project-reorder Severity, *')).toBe(
      'Severity:string, TimeGenerated:datetime, User:string',
    );
  });

  it('take the place of one that has their name', () => {
    expect(rowsOf('Alerts | extend User = strcat(User, "!") | take 1 | project User')).toEqual([['ada!']]);
  });

  it('come several at once out of one expression', () => {
    expect(
      rowsOf('print s = dynamic([1, 2, 3]) | extend (fit, slope) = series_fit_line(s) | project fit, slope'),
    ).toEqual([[1, 1]]);
  });
});

describe('summarize', () => {
  it('reckons what stands around aggregates too', () => {
    expect(
      rowsOf('Logons | summarize spread = max(Bytes) - min(Bytes), mean = round(avg(Bytes), 1)'),
    ).toEqual([[200, 216.7]]);
  });

  it('gives the row where something is greatest, whole or in part', () => {
    expect(rowsOf('Logons | summarize arg_max(TimeGenerated, Result) by User')).toEqual([
      ['ada', at(9), 1],
      ['bob', at(8, 30), 1],
      ['cyd', at(11), 0],
    ]);
    expect(columnsOf('Alerts | summarize arg_min(TimeGenerated, *) by User')).toBe(
      'User:string, TimeGenerated:datetime, Severity:string',
    );
  });

  it('leaves nulls out of sums, means and lists, and counts rows all the same', () => {
    expect(rowsOf('Logons | summarize sum(Bytes), avg(Bytes), count(), make_list(Bytes)')).toEqual([
      [650, 650 / 3, 4, [100, 250, 300]],
    ]);
  });

  it('has answers of its own where there are no rows', () => {
    expect(
      rowsOf('Logons | where false | summarize count(), sum(Bytes), max(Bytes), stdev(Risk), make_set(User)'),
    ).toEqual([[0, 0, null, 0, []]]);
    expect(rowsOf('Logons | where false | summarize avg(Bytes)')).toEqual([[Number.NaN]]);
    expect(rowsOf('Logons | where false | summarize count() by User')).toEqual([]);
  });

  it('takes conditions with it', () => {
    expect(
      rowsOf(
        'Logons | summarize countif(Result == 1), sumif(Bytes, Result == 1), dcountif(User, Result == 1), make_set_if(User, Result == 0)',
      ),
    ).toEqual([[2, 550, 2, ['ada', 'cyd']]]);
  });

  it('finds hundredths by the nearest rank', () => {
    expect(rowsOf('range x from 1 to 10 step 1 | summarize percentiles(x, 5, 50, 95)')).toEqual([[1, 5, 10]]);
  });

  it('makes bags, and sets of what lies in lists', () => {
    expect(rowsOf('Logons | summarize make_bag(bag_pack(User, Result)), make_set(Details.tags)')).toEqual([
      [{ ada: 0, bob: 1, cyd: 0 }, ['vpn', 'mfa']],
    ]);
  });
});

describe('join', () => {
  const joined = (kind: string, columns: string) =>
    rowsOf(
      `Logons | project User, Bytes | join kind=${kind} (Alerts | project User, Severity) on User | project ${columns}`,
    );

  it('without a kind takes one row a key of the left', () => {
    expect(rowsOf('Logons | join Alerts on User | project Bytes, Severity')).toEqual([
      [100, 'High'],
      [100, 'Low'],
    ]);
  });

  it('inner takes all, the outer kinds keep what has no partner', () => {
    expect(joined('inner', 'Bytes, Severity')).toEqual([
      [100, 'High'],
      [100, 'Low'],
      [300, 'High'],
      [300, 'Low'],
    ]);
    expect(joined('leftouter', 'User, User1')).toEqual([
      ['ada', 'ada'],
      ['ada', 'ada'],
      ['bob', ''],
      ['ada', 'ada'],
      ['ada', 'ada'],
      ['cyd', ''],
    ]);
    expect(joined('rightouter', 'User, User1, Bytes').at(-1)).toEqual(['', 'eve', null]);
    expect(joined('fullouter', 'User, User1')).toHaveLength(7);
  });

  it('semi and anti give rows of one side alone', () => {
    expect(joined('leftsemi', 'User, Bytes')).toEqual([
      ['ada', 100],
      ['ada', 300],
    ]);
    expect(joined('leftanti', 'User')).toEqual([['bob'], ['cyd']]);
    expect(joined('rightsemi', 'User, Severity')).toEqual([
      ['ada', 'High'],
      ['ada', 'Low'],
    ]);
    expect(joined('rightanti', 'User, Severity')).toEqual([['eve', 'High']]);
  });

  it('joins on columns of other names, and on several', () => {
    expect(
      rowsOf(
        'Logons | join kind=inner (Alerts | project Who = User, Severity) on $left.User == $right.Who | count',
      ),
    ).toEqual([[4]]);
    expect(rowsOf('Logons | join kind=inner Logons on User, Result | count')).toEqual([[4]]);
  });

  it('lookup puts columns beside rows without telling the key twice', () => {
    expect(columnsOf('Alerts | lookup (Logons | project User, Bytes) on User')).toBe(
      'TimeGenerated:datetime, User:string, Severity:string, Bytes:long',
    );
  });
});

describe('union', () => {
  it('puts tables below each other, with where they came from', () => {
    expect(rowsOf('union withsource=From Logons, Alerts | summarize count() by From')).toEqual([
      ['Logons', 4],
      ['Alerts', 3],
    ]);
    expect(rowsOf('union A* | count')).toEqual([[3]]);
    expect(columnsOf('union kind=inner Logons, Alerts')).toBe('TimeGenerated:datetime, User:string');
  });

  it('splits a column that is of two types', () => {
    expect(columnsOf('union (print x = 1), (print x = "a")')).toBe('x_long:long, x_string:string');
  });

  it('passes over a table that is not there only where it is told to', () => {
    expect(rowsOf('union isfuzzy=true Logons, Nowhere | count')).toEqual([[4]]);
    expect(() => ask('union Logons, Nowhere')).toThrow(/Failed to resolve table .* named 'Nowhere'/);
  });
});

describe('taking apart', () => {
  it('mv-expand makes a row an element: of a null one, of an empty list none', () => {
    expect(rowsOf('Logons | mv-expand tag = Details.tags to typeof(string) | project User, tag')).toEqual([
      ['ada', 'vpn'],
      ['ada', 'mfa'],
      ['ada', ''],
      ['cyd', 'mfa'],
    ]);
    expect(rowsOf('print b = dynamic({"x": 1, "y": 2}) | mv-expand b')).toEqual([[{ x: 1 }], [{ y: 2 }]]);
    expect(rowsOf('print b = dynamic({"x": 1}) | mv-expand kind=array b')).toEqual([[['x', 1]]]);
    expect(
      rowsOf('print a = dynamic([1, 2, 3]), b = dynamic([4]) | mv-expand with_itemindex=i a, b limit 2'),
    ).toEqual([
      [1, 4, 0],
      [2, null, 1],
    ]);
  });

  it('mv-apply works on the elements of each row by itself', () => {
    expect(
      rowsOf(
        'Logons | mv-apply tag = Details.tags to typeof(string) on (summarize tags = count()) | project User, tags',
      ),
    ).toEqual([
      ['ada', 2],
      ['bob', 0],
      ['ada', 1],
      ['cyd', 1],
    ]);
    expect(rowsOf('print x = dynamic([3, 9, 5]) | mv-apply x to typeof(long) on (top 1 by x)')).toEqual([
      [9],
    ]);
  });

  it('parse finds what stands between words', () => {
    const line = 'print x = "user=ada ip=10.0.0.4 port=22"';
    expect(
      rowsOf(`${line} | parse x with "user=" who " ip=" ip " port=" port:long | project-away x`),
    ).toEqual([['ada', '10.0.0.4', 22]]);
    expect(rowsOf(`${line} | parse x with * "ip=" ip " " * | project ip`)).toEqual([['10.0.0.4']]);
    expect(rowsOf(`${line} | parse x with "nothing" ip | project ip`)).toEqual([['']]);
    expect(rowsOf(`${line} | parse-where x with "nothing" ip`)).toEqual([]);
    expect(rowsOf(`${line} | parse kind=regex x with @"user=\\w+ ip=" ip @"\\s" * | project ip`)).toEqual([
      ['10.0.0.4'],
    ]);
    expect(
      rowsOf(
        `${line} | parse-kv x as (ip:string, port:int) with (pair_delimiter=" ", kv_delimiter="=") | project ip, port`,
      ),
    ).toEqual([['10.0.0.4', 22]]);
  });

  it('bag_unpack and pivot make columns of what the rows hold', () => {
    expect(columnsOf('Logons | project User, Details | evaluate bag_unpack(Details)')).toBe(
      'User:string, city:string, tags:dynamic',
    );
    expect(
      rowsOf('Logons | project User, Result | evaluate pivot(Result, count()) | sort by User asc'),
    ).toEqual([
      ['ada', 1, 1],
      ['bob', 0, 1],
      ['cyd', 1, 0],
    ]);
    expect(rowsOf('Alerts | take 1 | evaluate narrow() | where Column == "User"')).toEqual([
      [0, 'User', 'ada'],
    ]);
  });
});

describe('time', () => {
  it('make-series fills what is missing', () => {
    expect(
      rowsOf(
        'Logons | make-series n = count() default = 0, b = sum(Bytes) on TimeGenerated from datetime(2026-02-01 08:00) to datetime(2026-02-01 12:00) step 1h',
      ),
    ).toEqual([
      [
        [2, 1, 0, 1],
        [350, 300, 0, 0],
        ['08', '09', '10', '11'].map((hour) => `2026-02-01T${hour}:00:00.0000000Z`),
      ],
    ]);
  });

  it('make-series without ends goes from the first to the last of each group', () => {
    expect(
      rowsOf('Logons | make-series count() on TimeGenerated step 30m by User | project User, count_'),
    ).toEqual([
      ['ada', [1, 0, 1]],
      ['bob', [1]],
      ['cyd', [1]],
    ]);
  });

  it('windows look at rows before and after', () => {
    expect(
      rowsOf(
        'Logons | sort by TimeGenerated asc | extend p = prev(User), n = next(User, 1, "none"), i = row_number(), s = row_cumsum(Result) | project p, n, i, s',
      ),
    ).toEqual([
      ['', 'bob', 1, 0],
      ['ada', 'ada', 2, 1],
      ['bob', 'cyd', 3, 2],
      ['ada', 'none', 4, 2],
    ]);
    expect(
      rowsOf(
        'Logons | sort by TimeGenerated asc | extend began = row_window_session(TimeGenerated, 12h, 1h) | distinct began',
      ),
    ).toEqual([[at(8)], [at(11)]]);
    expect(rowsOf('Logons | sort by User asc | extend r = row_rank_dense(User) | project r')).toEqual([
      [1],
      [1],
      [2],
      [3],
    ]);
  });
});

describe('names', () => {
  it('stand for values, tables and functions', () => {
    expect(rowsOf('let least = 200; let big = Logons | where Bytes > least; big | count')).toEqual([[2]]);
    expect(
      rowsOf(
        'let these = (T:(User:string), who:string = "ada") { T | where User == who }; these(Alerts) | count',
      ),
    ).toEqual([[2]]);
    expect(rowsOf('let twice = (x:long) { let y = x * 2; y }; print twice(4), twice(x = 5)')).toEqual([
      [8, 10],
    ]);
    expect(
      rowsOf('let these = (T:(User:string)) { T | distinct User }; Alerts | invoke these() | count'),
    ).toEqual([[2]]);
    expect(rowsOf('Alerts | as A | union A | count')).toEqual([[6]]);
    expect(
      rowsOf(
        'let most = toscalar(Logons | summarize max(Bytes)); Logons | where Bytes == most | project User',
      ),
    ).toEqual([['ada']]);
  });

  it('of saved functions may be called, with and without arguments', () => {
    expect(rowsOf('Failed | count')).toEqual([[2]]);
    expect(rowsOf('Failed() | count')).toEqual([[2]]);
    expect(rowsOf('LogonsOf("bob") | count')).toEqual([[1]]);
  });

  it('of columns win over those of tables in lists', () => {
    expect(rowsOf('Logons | where User in ((Alerts | project User)) | count')).toEqual([[2]]);
    expect(rowsOf('let who = dynamic(["bob", "eve"]); Logons | where User in (who) | count')).toEqual([[1]]);
  });
});

describe('looking everywhere', () => {
  it('search finds words in any column of any table', () => {
    expect(rowsOf('search "ada" | summarize count() by $table')).toEqual([
      ['Logons', 2],
      ['Alerts', 2],
    ]);
    expect(rowsOf('search in (Alerts) Severity:"High" and "eve" | count')).toEqual([[1]]);
    expect(rowsOf('search "be*" | count')).toEqual([[2]]);
  });

  it('find gives the columns that are asked for', () => {
    expect(rowsOf('find in (Logons, Alerts) where User == "ada" project User, Severity')).toEqual([
      ['Logons', 'ada', ''],
      ['Logons', 'ada', ''],
      ['Alerts', 'ada', 'High'],
      ['Alerts', 'ada', 'Low'],
    ]);
  });
});

describe('the rest', () => {
  it('knows tables that are written down, ranges and schemas', () => {
    expect(rowsOf('datatable(a:string, b:datetime)["x", datetime(2026-01-01)] | project b')).toEqual([
      [Date.UTC(2026, 0, 1)],
    ]);
    expect(rowsOf('range x from 1 to 7 step 3')).toEqual([[1], [4], [7]]);
    expect(rowsOf('Alerts | getschema | project ColumnName, ColumnType')).toEqual([
      ['TimeGenerated', 'datetime'],
      ['User', 'string'],
      ['Severity', 'string'],
    ]);
  });

  it('never fetches external data: the table is there and empty', () => {
    expect(rowsOf('externaldata(a:string)["https://example.com/list.csv"] | count')).toEqual([[0]]);
  });

  it('keeps how it is to be drawn', () => {
    expect(ask('Logons | summarize count() by User | render piechart with (title="By user")').render).toEqual(
      {
        visualization: 'piechart',
        title: 'By user',
      },
    );
  });

  it('partitions and nests', () => {
    expect(rowsOf('Logons | partition by User (top 1 by TimeGenerated) | project User, Result')).toEqual([
      ['ada', 1],
      ['bob', 1],
      ['cyd', 0],
    ]);
    expect(rowsOf('Logons | top-nested 1 of User by count(), top-nested 1 of Result by max(Bytes)')).toEqual([
      ['ada', 2, 1, 300],
    ]);
  });

  it('does not touch the stored rows', () => {
    const before = JSON.stringify([...smallStore.tables]);
    ask('Logons | extend User = "x" | sort by Bytes | mv-expand Details');
    expect(JSON.stringify([...smallStore.tables])).toBe(before);
  });
});
