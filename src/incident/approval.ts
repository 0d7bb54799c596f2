import { type Need, needs, type Risk } from './run.ts';

/** What makes a target worth a second look: marks that somebody gave it. */
export const targetValues = ['crown-jewel', 'privileged'] as const;
export type TargetValue = (typeof targetValues)[number];

/** A rule of the settings about whose yes is needed. */
export interface ApprovalRule {
  /** Shown to whoever is asked: `night`. */
  name: string;
  match: ApprovalMatch;
  needs: Need;
}

/** Every named field must fit; within a field any of its words may. Nothing named fits everything. */
export interface ApprovalMatch {
  risk?: readonly Risk[] | undefined;
  /** Playbooks by name. */
  play?: readonly string[] | undefined;
  value?: readonly TargetValue[] | undefined;
  /** As the tag of the resource says it; case does not count. */
  environment?: readonly string[] | undefined;
  hours?: Hours | undefined;
}

/** By the clock on the wall of that zone, from the first minute up to but not including the last; over midnight where `to` is earlier. */
export interface Hours {
  /** `22:00`. */
  from: string;
  to: string;
  /** `Europe/Berlin`. */
  zone: string;
}

export interface ApprovalFacts {
  risk: Risk;
  play: string;
  values: readonly TargetValue[];
  environment: readonly string[];
  at: Date;
  /** A rule of the settings wants it, and no person. `own` is then the yes of whoever wrote the rule: it goes by itself. */
  isRule: boolean;
}

/** Whose yes it needs, and why that much: the first rule that fits says, else its risk and what its target is worth. */
export function needOf(
  rules: readonly ApprovalRule[],
  facts: ApprovalFacts,
): { need: Need; because: string } {
  const rule = rules.find(({ match }) => fits(match, facts));
  if (rule) return { need: rule.needs, because: `the rule "${rule.name}"` };
  const worth = targetValues.find((value) => facts.values.includes(value));
  const need = worth ? more(usualNeed[facts.risk]) : usualNeed[facts.risk];
  const because = [
    `${facts.risk} risk`,
    ...(worth ? [worthWords[worth]] : []),
    ...(facts.isRule && need === 'own' ? ['wanted by a rule of the settings'] : []),
  ];
  return { need, because: because.join(', ') };
}

/** Where neither a rule nor what the target is worth says otherwise. */
export const usualNeed: Record<Risk, Need> = { low: 'own', medium: 'peer', high: 'lead' };
const worthWords: Record<TargetValue, string> = {
  'crown-jewel': 'a crown jewel',
  privileged: 'a privileged account',
};

const more = (need: Need): Need => needs[needs.indexOf(need) + 1] ?? need;

function fits({ risk, play, value, environment, hours }: ApprovalMatch, facts: ApprovalFacts): boolean {
  const named = environment?.map((one) => one.toLowerCase());
  return (
    (!risk || risk.includes(facts.risk)) &&
    (!play || play.includes(facts.play)) &&
    (!value || value.some((one) => facts.values.includes(one))) &&
    (!named || facts.environment.some((one) => named.includes(one.toLowerCase()))) &&
    (!hours || isWithin(hours, facts.at))
  );
}

/** Texts of the form `hh:mm` are in the order of the clock. */
function isWithin({ from, to, zone }: Hours, at: Date): boolean {
  const now = clockIn(zone).format(at);
  return from <= to ? from <= now && now < to : from <= now || now < to;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `22:05`, daylight saving and all. Made once a zone: making one reads the zone's whole history. */
function clockIn(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(zone, clock);
  return clock;
}
