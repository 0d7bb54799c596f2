import { clean } from '../../channels/clean.ts';
import type { Curtain } from '../../channels/clearance.ts';
import { Refused } from '../../errors.ts';
import { type Subject, subjectKey, subjectName } from '../../incident/enrichment.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Risk } from '../../incident/run.ts';
import { subjectsOf } from '../../incident/subjects.ts';
import type { Playbook } from '../../playbooks/playbook.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Something that could be done about an incident: a playbook and what it would be done to. */
export interface Offer {
  play: Playbook;
  target: Subject;
  /** It answers one of the incident's tactics. */
  fitsTactic: boolean;
}

/** What fits an incident's entities, best first: what answers its tactics, then what does least harm. */
export function offersFor({ plays }: Pick<Watchfloor, 'plays'>, incident: Incident): Offer[] {
  const tactics = new Set(
    incident.alerts.flatMap((alert) => alert.tactics.map((tactic) => tactic.toLowerCase())),
  );
  const subjects = subjectsOf(incident);
  const bad = new Set((incident.learned ?? []).map(({ subject }) => subject));
  const offers = [...plays.open.values()].flatMap((play) =>
    subjects
      .filter((target) => fits(play, target))
      .map((target) => ({ play, target, fitsTactic: answers(play, tactics) })),
  );
  const rank = ({ play, target, fitsTactic }: Offer) =>
    (fitsTactic ? 0 : 10) + (bad.has(subjectKey(target)) ? 0 : 3) + riskRank[play.risk];
  return offers
    .map((offer, place) => ({ offer, place }))
    .sort((a, b) => rank(a.offer) - rank(b.offer) || a.place - b.place)
    .map(({ offer }) => offer);
}

const riskRank: Record<Risk, number> = { low: 0, medium: 1, high: 2 };

function fits(play: Playbook, target: Subject): boolean {
  return play.about.includes(target.kind) && (play.concerns?.(target) ?? true);
}

function answers({ tactics }: Playbook, wanted: Set<string>): boolean {
  return tactics.some((tactic) => wanted.has(tactic.toLowerCase()));
}

/** The one entity that is meant by typed words, or the only one there is. Throws `Refused` where none or several are. */
export function findTarget(play: Playbook, incident: Incident, said: string, show: Curtain): Subject {
  const able = subjectsOf(incident).filter((target) => fits(play, target));
  const wanted = said.trim().toLowerCase();
  const exact = able.filter((target) => names(target).includes(wanted));
  const found = wanted
    ? exact.length > 0
      ? exact
      : able.filter((target) => names(target).some((name) => name.includes(wanted)))
    : able;
  const [first, ...others] = found;
  if (first && others.length === 0) return first;
  const list = able
    .map((target) => show(subjectName(target), 60))
    .slice(0, 8)
    .join(', ');
  if (able.length === 0)
    throw new Refused(
      `The incident names nothing that "${play.title}" could be done to: it is for ${play.about.join(', ')}.`,
    );
  if (!first) throw new Refused(`The incident names no "${clean(said, 60)}". It names: ${list}.`);
  throw new Refused(`Say to what: --target with one of ${list}.`);
}

function names(target: Subject): string[] {
  const all = [
    subjectName(target),
    'upn' in target ? target.name : '',
    'oid' in target ? target.oid : '',
    'resourceId' in target ? target.resourceId : '',
  ];
  return all.filter(Boolean).map((name) => name.toLowerCase());
}
