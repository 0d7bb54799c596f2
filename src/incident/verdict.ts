import { type Trait, type Verdict, type VerdictLevel, verdictLevels } from './enrichment.ts';

/**
 * What many sources think of one subject, as one: its level, and a sentence that names who says so on what grounds, and
 * who says otherwise. `undefined` where nobody said anything.
 *
 * A source calls something malicious on grounds that stand by themselves; weaker ones make it suspicious. So one is
 * enough, unless somebody knows it as harmless: then a second one decides, and without one it is in doubt.
 */
export function combine(verdicts: readonly Verdict[]): { level: VerdictLevel; says: string } | undefined {
  const all = worstOfEach(verdicts);
  if (all.length === 0) return undefined;
  const sides = verdictLevels
    .map((level) => ({ level, by: all.filter((one) => one.level === level) }))
    .filter(({ by }) => by.length > 0);
  // Who does not know it adds nothing to what others know.
  const telling = sides.length > 1 ? sides.filter(({ level }) => level !== 'unknown') : sides;
  return { level: levelOf(all), says: telling.map(sentence).join('; ') };
}

/** The same for a card: a chip beside the name, and a reason where it is malicious. Nothing where nobody knows it. */
export function chipOf(verdicts: readonly Verdict[]): Trait | undefined {
  const combined = combine(verdicts);
  if (!combined) return undefined;
  const { level } = combined;
  const all = worstOfEach(verdicts);
  const saying = all.filter((one) => one.level === level);
  switch (level) {
    case 'malicious':
      return {
        chip: 'malicious',
        says: `is malicious, ${verb(saying)} ${named(saying)}`,
        tone: 'bad',
        mark: 'malicious',
      };
    case 'suspicious':
      return isDisputed(all)
        ? { chip: 'sources disagree', says: `is in doubt: ${combined.says}`, tone: 'warning' }
        : {
            chip: 'suspicious',
            says: `is suspicious, ${verb(saying)} ${named(saying)}`,
            tone: 'warning',
          };
    case 'harmless':
      return {
        chip: 'known as harmless',
        says: `is harmless, ${verb(saying)} ${named(saying)}`,
        tone: 'good',
      };
    case 'unknown':
      return undefined;
  }
}

function levelOf(all: readonly Verdict[]): VerdictLevel {
  const count = (level: VerdictLevel) => all.filter((one) => one.level === level).length;
  if (count('malicious') > 0) return isDisputed(all) ? 'suspicious' : 'malicious';
  if (count('suspicious') > 0) return 'suspicious';
  return count('harmless') > 0 ? 'harmless' : 'unknown';
}

function isDisputed(all: readonly Verdict[]): boolean {
  const malicious = all.filter(({ level }) => level === 'malicious');
  return malicious.length === 1 && all.some(({ level }) => level === 'harmless');
}

/** A source counts once, however many of its answers there are. */
function worstOfEach(verdicts: readonly Verdict[]): Verdict[] {
  const rank = ({ level }: Verdict) => verdictLevels.indexOf(level);
  const bySource = Map.groupBy(verdicts, ({ by }) => by);
  return [...bySource.values()].flatMap((its) => its.sort((a, b) => rank(a) - rank(b)).slice(0, 1));
}

/** `Malicious say VirusTotal (12 of 94 engines) and AbuseIPDB (100 %)`, `GreyNoise says harmless`. */
function sentence({ level, by }: { level: VerdictLevel; by: readonly Verdict[] }): string {
  if (level === 'unknown') return `Not known to ${named(by)}`;
  const [first, ...more] = by;
  return first && more.length === 0
    ? `${named([first])} says ${level}`
    : `${level.charAt(0).toUpperCase()}${level.slice(1)} say ${named(by)}`;
}

const verb = (by: readonly Verdict[]) => (by.length === 1 ? 'says' : 'say');

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const named = (by: readonly Verdict[]) =>
  list.format(by.map((one) => (one.says ? `${one.by} (${one.says})` : one.by)));
