import type { Span } from '../../src/incident/figures.ts';
import type { IncidentEvent } from '../../src/incident/incident.ts';

const dayMs = 86_400_000;

/** One incident as its events tell of it, with nothing of the product's own sums. */
export type Story = { id: number; events: IncidentEvent[] };

/** The figures of docs/digests.md, counted by hand from raw events. */
export function recount(stories: Story[], span: Span) {
  const from = Date.parse(span.from);
  const to = Date.parse(span.to);
  const isWithin = (at: number) => at >= from && at < to;
  const sums = {
    opened: 0,
    silenced: 0,
    closed: 0,
    reopened: 0,
    open: 0,
    backlog: [0, 0, 0, 0],
    truePositives: 0,
    falsePositives: 0,
    acknowledge: [] as number[],
    remediate: [] as number[],
    minutes: 0,
    limits: { acknowledge: { kept: 0, missed: 0 }, remediate: { kept: 0, missed: 0 } },
  };
  for (const { events } of stories) {
    const [first] = events;
    if (first?.type !== 'opened' || ['drill', 'proof'].includes(first.alert.source)) continue;
    if (events.some(({ type }) => type === 'merged')) continue;
    const isRestricted =
      events.findLast(({ type }) => type === 'restricted' || type === 'unrestricted')?.type === 'restricted';
    if (isRestricted) continue;
    const openedAt = Date.parse(first.at);
    const isSilenced = events.some(({ type }) => String(type) === 'silenced');
    if (isWithin(openedAt)) {
      sums.opened += 1;
      if (isSilenced) sums.silenced += 1;
    }
    const looked = events.find(
      ({ type, by }) => type === 'acknowledged' || (type === 'closed' && by.kind !== 'bot'),
    );
    const lookedAt = looked && Date.parse(looked.at);
    if (lookedAt !== undefined && isWithin(lookedAt) && lookedAt > openedAt && !isSilenced)
      sums.acknowledge.push((lookedAt - openedAt) / 1_000);
    const told: { type: string; limit?: string; missed?: string | null }[] = events;
    const hasLimits = told.some(({ type }) => type === 'escalation-begun');
    const missed = (limit: 'acknowledge' | 'remediate') =>
      told.find((event) => event.type === 'escalated' && event.limit === limit && event.missed)?.missed;
    for (const limit of ['acknowledge', 'remediate'] as const) {
      const at = missed(limit);
      if (at && isWithin(Date.parse(at))) sums.limits[limit].missed += 1;
    }
    if (lookedAt !== undefined && isWithin(lookedAt) && hasLimits && !missed('acknowledge'))
      sums.limits.acknowledge.kept += 1;
    sums.reopened += events.filter(({ type, at }) => type === 'reopened' && isWithin(Date.parse(at))).length;
    // How it stood when the span ended.
    const last = events.findLast(
      ({ type, at }) => ['closed', 'reopened'].includes(type) && Date.parse(at) < to,
    );
    if (openedAt >= to) continue;
    if (last?.type !== 'closed') {
      sums.open += 1;
      const days = (to - openedAt) / dayMs;
      const age = days < 1 ? 0 : days < 7 ? 1 : days < 30 ? 2 : 3;
      sums.backlog[age] = (sums.backlog[age] ?? 0) + 1;
      continue;
    }
    const closedAt = Date.parse(last.at);
    if (!isWithin(closedAt)) continue;
    sums.closed += 1;
    if (hasLimits && !missed('remediate')) sums.limits.remediate.kept += 1;
    if (last.closing.classification === 'true-positive') sums.truePositives += 1;
    if (last.closing.classification === 'false-positive') sums.falsePositives += 1;
    if (closedAt > openedAt && !isSilenced) sums.remediate.push((closedAt - openedAt) / 1_000);
    if (lookedAt !== undefined && closedAt > lookedAt)
      sums.minutes += Math.min(60, (closedAt - lookedAt) / 60_000);
  }
  return { ...sums, acknowledge: timesOf(sums.acknowledge), remediate: timesOf(sums.remediate) };
}

function timesOf(seconds: number[]) {
  const sorted = seconds.toSorted((a, b) => a - b);
  // As spreadsheets and PostgreSQL's percentile_cont do it: between neighbours, in proportion.
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? 0;
    return below + ((sorted[Math.ceil(place)] ?? 0) - below) * (place % 1);
  };
  if (sorted.length === 0) return { count: 0, median: undefined, p90: undefined, mean: undefined };
  const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length;
  return { count: sorted.length, median: at(0.5), p90: at(0.9), mean };
}
