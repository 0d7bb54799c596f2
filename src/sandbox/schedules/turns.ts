const dayMs = 24 * 60 * 60 * 1000;
/** A Monday at nine, UTC: schedules of the sandbox have no clocks that are changed. */
const first = Date.parse('2026-01-05T09:00:00Z');

/** Turns that overlap a stretch, each whole, as all three vendors give them. */
export function turnsBetween(
  members: readonly string[],
  days: number,
  { from, to }: { from: number; to: number },
): { who: string; from: number; to: number }[] {
  const length = days * dayMs;
  const turns: { who: string; from: number; to: number }[] = [];
  for (let turn = Math.floor((from - first) / length); first + turn * length < to; turn += 1) {
    const who = members[((turn % members.length) + members.length) % members.length];
    if (who) turns.push({ who, from: first + turn * length, to: first + (turn + 1) * length });
  }
  return turns;
}
