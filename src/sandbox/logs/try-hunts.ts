import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { evaluate } from './evaluate.ts';
import { KqlError } from './kql-error.ts';
import { workspaces } from './tables-workspaces.ts';
import { SampleRows } from './worker-rows.ts';

/** Longer than any query over 90,000 rows takes on a slow machine. */
const PATIENCE_MS = 60_000;

type Outcome =
  | { kind: 'ran'; rows: number }
  /** No YAML, no query in it, or no KQL: nobody could run it. */
  | { kind: 'invalid'; why: string }
  | { kind: 'failed'; why: string };

/** `npm run hunts -- <folder> [--least 95] [--all]`: runs every hunt of a folder over the sample logs. */
function main(): void {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { least: { type: 'string', default: '0' }, all: { type: 'boolean', default: false } },
  });
  const [folder] = positionals;
  if (!folder) {
    console.error('Which folder? npm run hunts -- <folder> [--least 95] [--all]');
    process.exitCode = 2;
    return;
  }
  const run = runner();
  const counted = { ran: 0, invalid: 0, failed: 0 };
  for (const file of huntFiles(folder)) {
    const outcome = run(path.join(folder, file));
    counted[outcome.kind] += 1;
    if (outcome.kind !== 'ran') console.log(`${outcome.kind}: ${file}: ${outcome.why}`);
    else if (values.all) console.log(`ran: ${file}: ${outcome.rows} rows`);
  }
  const valid = counted.ran + counted.failed;
  const share = valid === 0 ? 0 : (100 * counted.ran) / valid;
  console.log(
    `${counted.ran} of ${valid} hunts ran, ${share.toFixed(1)} %. ${counted.invalid} more files hold no query that is KQL.`,
  );
  if (share < Number(values.least)) process.exitCode = 1;
}

function huntFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/i.test(name))
    .sort();
}

/** Tables that the sandbox has not are empty: a hunt for another product's logs shows whether it runs, not what it finds. */
function runner(): (file: string) => Outcome {
  const rows = new SampleRows();
  const now = Date.now();
  const all = workspaces.map(({ id }) => id);
  const tables = rows.tables({ now, happened: [], workspaces: all, resource: undefined });
  return (file) => {
    const query = readHunt(file);
    if (query.kind === 'invalid') return query;
    const end = Date.now() + PATIENCE_MS;
    try {
      const { rows: found } = evaluate(
        query.text,
        { tables, functions: rows.functions() },
        {
          now,
          span: undefined,
          mostRows: 500_000,
          unknownTables: 'empty',
          isOver: () => Date.now() > end,
        },
      );
      return { kind: 'ran', rows: found.length };
    } catch (failure) {
      if (!(failure instanceof KqlError)) return { kind: 'failed', why: String(failure) };
      const why = `${failure.message} (line ${failure.line}, column ${failure.column})`;
      return { kind: failure.code.startsWith('SYN') ? 'invalid' : 'failed', why };
    }
  };
}

const parameter = z.looseObject({
  name: z.string(),
  kind: z.string().catch('text'),
  default: z.union([z.string(), z.number()]).optional(),
});
const hunt = z.looseObject({ query: z.string().min(1), parameters: z.array(parameter).catch([]) });

/** What a hunt is given where it names no default: entities of the sample alerts. */
const samples: Record<string, string | number> = {
  account: 'svc-backup@contoso.com',
  host: 'vm-pay-web-01',
  ip: '203.0.113.66',
  file: 'win.dmp',
  url: 'https://evil.example/login',
  resource: 'kv-payments',
  number: 1,
  timespan: '1h',
};

/** `{{name}}` becomes a literal; a time range is one without quotation marks. */
function fill({ query, parameters }: z.infer<typeof hunt>): string {
  return query.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => {
    const found = parameters.find((one) => one.name === name);
    if (!found) return whole;
    const value = found.default ?? samples[found.kind] ?? 'x';
    const isBare = typeof value === 'number' || found.kind === 'timespan';
    return isBare ? String(value) : JSON.stringify(value);
  });
}

function readHunt(file: string): { kind: 'query'; text: string } | Extract<Outcome, { kind: 'invalid' }> {
  try {
    const read = hunt.safeParse(parse(readFileSync(file, 'utf8')));
    return read.success
      ? { kind: 'query', text: fill(read.data) }
      : { kind: 'invalid', why: 'It has no query.' };
  } catch (failure) {
    const [first = ''] = (failure instanceof Error ? failure.message : String(failure)).split('\n');
    return { kind: 'invalid', why: first };
  }
}

main();
