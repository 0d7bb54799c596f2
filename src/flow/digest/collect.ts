import type { Decision, Digest, NoiseLine, Series } from '../../incident/digest.ts';
import { mostDecisions } from '../../incident/digest.ts';
import type { Figures, NamedCounts, Span } from '../../incident/figures.ts';
import { spreadOf } from '../../incident/load.ts';
import { type Period, steps } from '../../incident/local-span.ts';
import { isNoisy, propose } from '../../incident/proposal.ts';
import type { People } from '../../people/people.ts';
import { readFigures } from '../../store/figures.ts';
import { backtest, readInterruptions, readLoad } from '../../store/noise.ts';
import { readSeries } from '../../store/series.ts';
import {
  readContainments,
  readDrills,
  readOverdue,
  readUnowned,
  readUnreviewed,
} from '../../store/waiting.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** What is looked back at, and with what it is compared. */
export interface Look {
  period: Period | undefined;
  /** `Sunday 29 November`. */
  title: string;
  span: Span;
  before: Span;
  timeZone: string;
  /** What waits and stands is told as of then. */
  at: Date;
}

/** Rules whose cost is told; of each its history is looked at for what would have been hidden. */
const mostNoisy = 10;

/** Everything that a digest tells, read anew. Flat in memory: the database counts, and a thousand rules are a thousand rows. */
export async function collectDigest(floor: Watchfloor, people: People, look: Look): Promise<Digest> {
  const { db } = floor;
  const { span, timeZone, at } = look;
  const now = await readFigures(db, span);
  const noise = await collectNoise(floor, now, look);
  return {
    period: look.period,
    title: look.title,
    timeZone,
    now,
    before: await readFigures(db, look.before),
    series: await collectSeries(floor, look),
    noise,
    containments: await readContainments(db, span, at),
    drills: await readDrills(db, span),
    load: spreadOf(await readLoad(db, span, timeZone), idsOf(people)),
    decisions: await collectDecisions(floor, noise, look),
  };
}

/** Whoever can be given an incident can be called for one. */
export function idsOf(people: People): string[] {
  return people.search('').map(({ id }) => id);
}

const dayMs = 86_400_000;

/** Slack draws at most twenty points. */
function collectSeries({ db }: Watchfloor, { span, timeZone }: Look): Promise<Series> {
  const days = Math.round((Date.parse(span.to) - Date.parse(span.from)) / dayMs);
  if (days <= 14) {
    const count = Math.max(7, days);
    return readSeries(db, 'day', steps('day', count, span.to, timeZone));
  }
  const weeks = Math.min(20, Math.ceil(days / 7) + 4);
  return readSeries(db, 'week', steps('week', weeks, span.to, timeZone));
}

/** What rules cost, the dearest first: what interrupts people, then what takes their time. */
export async function collectNoise(
  { db }: Watchfloor,
  { byRule }: Figures,
  { span, timeZone, at }: Pick<Look, 'span' | 'timeZone' | 'at'>,
): Promise<NoiseLine[]> {
  const interruptions = await readInterruptions(db, span, timeZone);
  const lines = byRule.map((counts) => lineOf(counts, interruptions.get(counts.name))).sort(byCost);
  const dear = lines.filter((line) => costOf(line) > 0 || line.falsePositives > 0).slice(0, mostNoisy);
  const told: NoiseLine[] = [];
  for (const line of dear) {
    const mayBeQuieter = line.falsePositives > 0 && line.rule !== '';
    told.push(
      mayBeQuieter ? { ...line, proposal: propose(line.rule, await backtest(db, line.rule, at)) } : line,
    );
  }
  return told;
}

function lineOf(
  { name, opened, closed, falsePositives, minutes }: NamedCounts,
  { interruptions, nights }: { interruptions: number; nights: number } = { interruptions: 0, nights: 0 },
): NoiseLine {
  return { rule: name, opened, closed, falsePositives, minutes, interruptions, nights, proposal: undefined };
}

/** In minutes: getting back to what one was at takes about a quarter of an hour, and back to sleep about an hour. */
function costOf({ interruptions, nights, minutes }: NoiseLine): number {
  return minutes + 15 * interruptions + 45 * nights;
}

function byCost(a: NoiseLine, b: NoiseLine): number {
  return costOf(b) - costOf(a) || b.falsePositives - a.falsePositives || a.rule.localeCompare(b.rule);
}

/** One of each kind first, so that ten forgotten incidents hide no containment that nobody ended. */
async function collectDecisions({ db }: Watchfloor, noise: NoiseLine[], { at }: Look): Promise<Decision[]> {
  const unowned = await readUnowned(db, mostDecisions);
  const overdue = (await readOverdue(db, at, mostDecisions)).map(
    ({ number, incident_id, title, at: endsAt }): Decision => ({
      kind: 'overdue',
      run: number,
      incident: Number(incident_id),
      title,
      endsAt,
    }),
  );
  const unreviewed = (await readUnreviewed(db, mostDecisions)).map(
    ({ number, incident_id, title, at: brokeAt }): Decision => ({
      kind: 'unreviewed',
      run: number,
      incident: Number(incident_id),
      title,
      at: brokeAt,
    }),
  );
  const noisy = noise.filter(isNoisy).map(
    ({ rule, closed, falsePositives, proposal }): Decision => ({
      kind: 'noisy',
      rule,
      closed,
      falsePositives,
      proposal,
    }),
  );
  const kinds: Decision[][] = [unowned, overdue, unreviewed, noisy];
  const inTurns = [0, 1, 2].flatMap((n) => kinds.flatMap((kind) => kind.slice(n, n + 1)));
  return inTurns.slice(0, mostDecisions);
}
