import { clean } from './channels/clean.ts';
import { describe, Refused } from './errors.ts';
import type { Verdict } from './kql/guard.ts';
import type { Hunt } from './kql/hunt.ts';
import { huntRules, openHuntFolders } from './kql/hunt-folder.ts';
import { openGuard } from './kql/open-guard.ts';
import { exampleOf } from './kql/plan-hunt.ts';

/** Answers a query over sample logs; throws where it cannot. Returns how many rows there are. */
export type TryOut = (text: string) => number;

/**
 * What a folder of hunts is worth, on standard output: files that are none, what the guard says of each query, and with
 * `tryOut` whether sample logs answer it. Returns whether every file is a hunt that the guard lets through.
 */
export async function checkHunts(folder: string, tryOut: TryOut | undefined): Promise<boolean> {
  const { library, read } = openHuntFolders([folder], undefined);
  await read;
  const bad = library.refused();
  const hunts = library.all();
  if (hunts.length + bad.length === 0) throw new Refused(`There is no .yaml file in ${folder}.`);
  for (const { file, reason } of bad) say('not loaded', file, reason);
  const guard = openGuard({ workers: 1 });
  const counts = { allowed: 0, refused: 0, answered: 0 };
  for (const hunt of hunts) {
    const verdict = await guard.check(exampleOf(hunt), huntRules(undefined));
    counts[verdict.kind] += 1;
    if (verdict.kind === 'refused') {
      say('refused', hunt.file, inWords(verdict));
      continue;
    }
    const failure = tryOut && tryIt(tryOut, verdict.bounded);
    if (failure === undefined) counts.answered += 1;
    say(
      failure === undefined ? 'allowed' : 'not answered',
      hunt.file,
      failure ?? aboutOf(hunt, verdict.tables),
    );
  }
  await guard.close();
  console.log(`\n${hunts.length} of ${hunts.length + bad.length} files are hunts.`);
  console.log(`The guard lets ${counts.allowed} through and refuses ${counts.refused}.`);
  if (tryOut)
    console.log(`The sample logs answer ${counts.answered} of those ${counts.allowed}${share(counts)}.`);
  return bad.length === 0 && counts.refused === 0;
}

function tryIt(tryOut: TryOut, text: string): string | undefined {
  try {
    tryOut(text);
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

function inWords({ rule, message, at }: Extract<Verdict, { kind: 'refused' }>): string {
  return `${rule}${at ? ` at ${at.start}` : ''}: ${message}`;
}

function aboutOf({ name }: Hunt, tables: string[]): string {
  return `${name} (${tables.join(', ') || 'no table'})`;
}

function share({ answered, allowed }: { answered: number; allowed: number }): string {
  return allowed === 0 ? '' : `, ${((100 * answered) / allowed).toFixed(1)} %`;
}

/** Text of files stands in it, and a terminal obeys control characters. */
function say(what: string, file: string, text: string): void {
  console.log(`${what.padEnd(12)}  ${clean(file, 200)}  ${clean(text, 500)}`);
}
