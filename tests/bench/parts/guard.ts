import fs from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { GuardRules } from '../../../src/kql/guard.ts';
import type { LogSchema } from '../../../src/kql/logs.ts';
import { openGuard } from '../../../src/kql/open-guard.ts';
import { now } from '../clock.ts';
import { percentile } from '../percentiles.ts';
import type { Scale } from '../scale.ts';
import type { Ground } from '../stage.ts';

const folder = new URL('../../../examples/hunts/', import.meta.url);
const rounds = 4;

/**
 * Every starter hunt, again and again: the bare parser, our rules around it, and the same in a thread of its own. The
 * machine's noise is in all three alike: they take turns query by query.
 */
export async function measureGuard({ note }: Ground, { repetitions }: Scale): Promise<void> {
  const hunts = readHunts();
  const schema = largeWorkspace(hunts);
  const rules: GuardRules = {
    schema,
    closed: { EmailEvents: 'Leads may.' },
    isReviewed: true,
    mostRows: 500,
  };

  const before = process.memoryUsage().rss;
  const begin = now();
  const guard = openGuard({ mostWaitMs: 60_000 });
  try {
    await Promise.all([guard.check('print 1', rules), guard.check('print 1', rules)]);
    note('guard: two threads ready', 'ms', { ours: now() - begin });
    note('guard: memory of two threads', 'MB', { ours: (process.memoryUsage().rss - before) / 2 ** 20 });
    // Here and not above: it takes memory and time of this thread too.
    const { judge } = await import('../../../src/kql/judge.ts');
    const { parse, tablesOf } = await import('../../../src/kql/kusto.ts');
    const tables = tablesOf(schema.tables);
    for (let n = 0; n <= repetitions; n += 1) {
      const taken = { parser: [] as number[], rules: [] as number[], thread: [] as number[] };
      // The first time all of it is compiled.
      for (let round = 0; round < (n === 0 ? 1 : rounds); round += 1)
        for (const text of hunts) {
          taken.parser.push(await time(() => parse(text).analyse(tables).faults));
          taken.rules.push(await time(() => judge(text, rules, tables)));
          taken.thread.push(await time(() => guard.check(text, rules)));
        }
      if (n === 0) continue;
      for (const [name, share] of [
        ['p50', 0.5],
        ['p99', 0.99],
      ] as const) {
        const [parser, ours, thread] = [taken.parser, taken.rules, taken.thread].map((all) =>
          percentile(all, share),
        );
        note(`guard: a query beside the bare parser, ${name}`, 'ms', { ours, floor: parser });
        note(`guard: in its thread beside in this one, ${name}`, 'ms', { ours: thread, floor: ours });
      }
    }
  } finally {
    await guard.close();
  }
}

async function time(work: () => unknown): Promise<number> {
  const begin = now();
  await work();
  return now() - begin;
}

const huntFile = z.object({ query: z.string() });

/** As they are run: with a value wherever one is put in. */
function readHunts(): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map(
      (name) =>
        huntFile.parse(parseYaml(fs.readFileSync(new URL(path.basename(name), folder), 'utf8'))).query,
    )
    .map((text) => text.replace(/\{\{[^}]*\}\}/g, '"10.0.0.4"'));
}

/** As many tables and columns as a workspace of a large company has; of those that hunts read columns are not known. */
function largeWorkspace(hunts: string[]): LogSchema {
  const columns = Array.from({ length: 60 }, (_, n) => ({
    name: `Column${n}`,
    type: n % 3 ? 'string' : 'long',
  }));
  const many = Array.from({ length: 700 }, (_, n) => ({
    name: `Table${n}_CL`,
    columns,
    plan: 'analytics' as const,
  }));
  const words = new Set(hunts.flatMap((text) => text.match(/\b[A-Z]\w+\b/g) ?? []));
  const read = [...words].map((name) => ({ name, columns: [], plan: 'analytics' as const }));
  return { tables: [...many, ...read], functions: ['_GetWatchlist'] };
}
