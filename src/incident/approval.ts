import { everyDay, type Hours, hoursAt } from '../time/hours.ts';
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
  hours?: ApprovalHours | undefined;
}

/** Of every day, from the first minute up to but not including the last. */
export interface ApprovalHours extends Pick<Hours, 'from' | 'to'> {
  /** `Europe/Berlin`. */
  timeZone: string;
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

const isWithin = ({ from, to, timeZone }: ApprovalHours, at: Date): boolean =>
  hoursAt({ days: everyDay, from, to }, at.getTime(), timeZone) !== undefined;
