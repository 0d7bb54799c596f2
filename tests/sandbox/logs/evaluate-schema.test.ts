import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { columnsOf, smallStore } from './small-store.ts';

/** What this test touches of Microsoft's own analysis, which knows what columns a query has. */
interface Analysis {
  Language: {
    Symbols: {
      TableSymbol: { $ctor7: new (name: string, schema: string, description: string) => object };
      DatabaseSymbol: { $ctor1: new (name: string, tables: object[]) => object };
    };
    GlobalState: { Default: { WithDatabase(database: object): object } };
    KustoCode: {
      ParseAndAnalyze(
        text: string,
        globals: object,
      ): {
        ResultType: {
          Columns: { Count: number; getItem(place: number): { Name: string; Type: { Name: string } } };
        };
      };
    };
  };
}

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
const { Language } = (globalThis as unknown as { Kusto: Analysis }).Kusto;

const tables = [...smallStore.tables].map(([name, { columns }]) => {
  const schema = columns.map((column) => `${column.name}:${column.type}`).join(', ');
  return new Language.Symbols.TableSymbol.$ctor7(name, `(${schema})`, '');
});
const globals = Language.GlobalState.Default.WithDatabase(
  new Language.Symbols.DatabaseSymbol.$ctor1('logs', tables),
);

function columnsByMicrosoft(text: string): string {
  const { Columns } = Language.KustoCode.ParseAndAnalyze(text, globals).ResultType;
  return Array.from({ length: Columns.Count }, (_, place) => Columns.getItem(place))
    .map(({ Name, Type }) => `${Name}:${Type.Name}`)
    .join(', ');
}

/** The columns of a result are what a chart or a table is chosen by: names and types as Microsoft's parser tells them. */
describe('columns are those that Microsoft tells', () => {
  it.each([
    'Logons',
    'Logons | project User, Bytes + 1, Result + Result, Risk * 2, Bytes / 2, Bytes / Risk, -Bytes',
    'Logons | project Details.city, Details.a.b, Details["x"], Details.tags[0], Details.tags[0].name',
    'Logons | project tostring(Bytes), tolower(User), bin(TimeGenerated, 1h), strlen(User), split(User, ",")',
    'Logons | project TimeGenerated - now(), TimeGenerated + 1h, 2 * 1h, 1h / 1m, ago(1h)',
    'Logons | project a = iff(Interactive, 1, 2), b = case(Result == 1, "a", "b"), c = coalesce(Bytes, 1)',
    'Logons | project a = User == "a", b = User has "a", c = not(Interactive), d = Result in (1, 2)',
    'Logons | extend User, n = Bytes, tolower(User)',
    'Logons | summarize count(), dcount(User), sum(Result), avg(Bytes), min(TimeGenerated), max(Risk) by User',
    'Logons | summarize make_set(User), make_list(Bytes), makeset(User), percentile(Bytes, 50), percentiles(Bytes, 5, 95)',
    'Logons | summarize arg_max(TimeGenerated, User, Bytes) by Result',
    'Logons | summarize arg_max(TimeGenerated, *) by User',
    'Logons | summarize countif(Result > 1), sumif(Bytes, Result > 1), dcountif(User, Result > 1), any(User), take_any(User)',
    'Logons | summarize stdev(Bytes), variance(Bytes), avg(Risk), n = count() by bin(TimeGenerated, 1d), tolower(User)',
    'Logons | summarize by User, startofday(TimeGenerated)',
    'Logons | summarize most = max(Bytes) - min(Bytes) by who = User',
    'Logons | count',
    'Logons | distinct User, tolower(User)',
    'Logons | getschema',
    'Logons | join Alerts on User',
    'Logons | join kind=leftsemi Alerts on User',
    'Logons | join kind=rightanti Alerts on User',
    'Logons | join kind=leftouter (Alerts | project Who = User, Bytes = 1) on $left.User == $right.Who',
    'Logons | lookup Alerts on User',
    'union Logons, Alerts',
    'union withsource=From Logons, Alerts',
    'Logons | mv-expand Details',
    'Logons | mv-expand with_itemindex=i tag = Details.tags to typeof(string)',
    'Logons | mv-apply tag = Details.tags on (summarize count() by tostring(tag))',
    'Logons | make-series count(), total = sum(Bytes) on TimeGenerated from ago(1d) to now() step 1h by User',
    'Logons | parse User with a "x" b:long *',
    'Logons | top-nested 3 of User by count(), top-nested 2 of Result by sum(Bytes)',
    'Logons | project-away T* | project-rename Who = User | project-reorder Bytes, *',
    'Logons | extend (fit, slope) = series_fit_line(Details.x)',
    'Logons | extend series_decompose_anomalies(Details.x)',
    'Logons | serialize before = prev(User), i = row_number(), s = row_cumsum(Bytes)',
    'Logons | sample-distinct 3 of User',
    'Logons | evaluate narrow()',
    'Logons | project User, Result | evaluate autocluster()',
    'search in (Logons, Alerts) "ada"',
    'print 1, a = 2.0, "x", now()',
    'range x from 1 to 10 step 1',
    'range t from ago(1d) to now() step 1h',
    'datatable(a:string, b:int)["x", 1] | extend c = b * 2',
    'let f = (x:long) { x * 2 }; Logons | project y = f(Bytes)',
    'let busy = Logons | summarize n = count() by User; busy | where n > 1',
  ])('%s', (text) => {
    expect(columnsOf(text)).toBe(columnsByMicrosoft(text));
  });
});
