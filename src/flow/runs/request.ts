import { createHash, randomUUID } from 'node:crypto';
import { clean, written } from '../../channels/clean.ts';
import { durationInWords } from '../../channels/run-words.ts';
import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { needOf, type TargetValue } from '../../incident/approval.ts';
import { type Subject, subjectKey, subjectName } from '../../incident/enrichment.ts';
import { isExercise } from '../../incident/exercise.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import { mismatch } from '../../incident/match.ts';
import { later, type PlayGlance, type Requester, type Run, type RunOrder } from '../../incident/run.ts';
import { newRun } from '../../incident/run-course.ts';
import type { Playbook } from '../../playbooks/playbook.ts';
import type { Db, Trx } from '../../store/database.ts';
import { nextRunNumber } from '../../store/runs.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { startRun } from './move.ts';

/** What somebody wants done, as far as they said it. */
export interface Wish {
  play: Playbook;
  target: Subject;
  parameters: Record<string, string>;
  /** As long as the playbook usually lasts where `undefined`. */
  minutes: number | undefined;
  reason: string;
  by: Requester;
  /** Makes the same run of the same wish: an event that may come twice. Any where absent. */
  once?: string;
}

/** Asks for a run: nothing is changed, it is looked at how things are. Throws `Refused` with what to say otherwise. */
export async function requestRun(
  floor: Watchfloor,
  incident: Incident,
  wish: Wish,
  db: Db | Trx = floor.db,
): Promise<Run> {
  refuseUnfit(floor, wish);
  if (wish.by.kind === 'person' && incident.status === 'closed' && incident.mergedInto === undefined)
    throw new Refused(`${incidentName(incident.id)} is closed. Reopen it first.`);
  const order = orderOf(wish);
  const run = newRun({
    id: wish.once ? uuidOf(wish.once) : randomUUID(),
    number: await nextRunNumber(db),
    incident: incident.id,
    play: glanceAt(wish.play, order),
    order,
    reason: written(wish.reason, 500),
    requestedBy: wish.by,
    requestedAt: floor.now().toISOString(),
    ...decision(floor, incident, wish),
    ...(isExercise(incident) && { rehearsed: true }),
  });
  await startRun(floor, run, db);
  return run;
}

/** Whose yes it needs, and until when. */
export function decision(
  floor: Watchfloor,
  incident: Incident,
  { play, target, by }: Pick<Wish, 'play' | 'target' | 'by'>,
): Pick<Run, 'need' | 'because' | 'decideBy'> {
  const at = floor.now();
  const facts = {
    risk: play.risk,
    play: play.name,
    values: worthOf(floor, incident, target),
    environment: environmentsOf(incident),
    at,
    isRule: by.kind === 'rule',
  };
  const decideBy = new Date(at.getTime() + floor.plays.policy.decideWithinMinutes * 60_000).toISOString();
  return { ...needOf(floor.plays.policy.approval, facts), decideBy };
}

export function orderOf({
  play,
  target,
  parameters,
  minutes,
}: Pick<Wish, 'play' | 'target' | 'parameters' | 'minutes'>): RunOrder {
  return {
    play: play.name,
    target,
    parameters: readParameters(play, parameters),
    minutes: readMinutes(play, minutes),
  };
}

export function glanceAt(play: Playbook, { target, parameters }: RunOrder): PlayGlance {
  return {
    title: play.title,
    risk: play.risk,
    effect: play.effect(target, parameters),
    reverse: play.reverse && { title: play.reverse.title, effect: play.reverse.effect(target) },
  };
}

function refuseUnfit(floor: Watchfloor, { play, target }: Wish): void {
  if (!floor.plays.open.has(play.name)) throw new Refused(`There is no playbook "${play.name}".`);
  const name = clean(subjectName(target), 80);
  if (!play.about.includes(target.kind) || play.concerns?.(target) === false)
    throw new Refused(`"${play.title}" cannot be done to ${name}: it is for ${play.about.join(', ')}.`);
}

/** Only what the playbook asks for, each like it has to be. */
function readParameters(play: Playbook, said: Record<string, string>): Record<string, string> {
  const stranger = Object.keys(said).find((name) => !play.parameters.some((one) => one.name === name));
  if (stranger !== undefined) {
    const known = play.parameters.map(({ name }) => name).join(', ') || 'none';
    throw new Refused(`${play.name} has no parameter "${clean(stranger, 40)}". It has: ${known}.`);
  }
  return Object.fromEntries(
    play.parameters.map(({ name, label, required, usual, choices, like }) => {
      const value = written(said[name] ?? usual, 300).trim();
      if (required && !value) throw new Refused(`${label} is missing: say ${name}=…`);
      if (value && choices && !choices.some((one) => one.value === value))
        throw new Refused(`${label} is one of ${choices.map((one) => one.value).join(', ')}.`);
      if (value && like && !like.pattern.test(value)) throw new Refused(`${label} is ${like.says}.`);
      return [name, value];
    }),
  );
}

function readMinutes({ reverse, lasts, title }: Playbook, said: number | undefined): number | undefined {
  if (!reverse) {
    if (said !== undefined) throw new Refused(`"${title}" cannot end by itself: nothing takes it back.`);
    return undefined;
  }
  const most = lasts?.mostMinutes ?? usualMost;
  if (said !== undefined && said > most)
    throw new Refused(`"${title}" lasts ${durationInWords(most)} at most. Extend it before it ends.`);
  return said ?? lasts?.minutes;
}

/** A month. */
const usualMost = 43_200;

/** However often it is extended, it ends as soon from then as if it were asked for anew. */
export function refuseTooLong(
  play: Playbook | undefined,
  { endsAt, play: { title } }: Run,
  at: Instant,
): void {
  const most = play?.lasts?.mostMinutes ?? usualMost;
  if (endsAt === undefined) {
    if (!play?.lasts) return;
    throw new Refused(`"${title}" has to end. Say for how long, and extend it again before it does.`);
  }
  if (endsAt > later(at, most))
    throw new Refused(
      `"${title}" may stand for ${durationInWords(most)} from now at most. Extend it again before it ends.`,
    );
}

/** What the target is worth, as enrichers told it and as the settings' values say. */
function worthOf(floor: Watchfloor, incident: Incident, target: Subject): TargetValue[] {
  const key = subjectKey(target);
  const isIt = (subject: string) => target.kind === 'incident' || subject === key;
  const learned = (incident.learned ?? []).filter(({ subject }) => isIt(subject));
  const marked = learned.flatMap(({ mark }): TargetValue[] =>
    mark === 'crown-jewel' || mark === 'privileged' ? [mark] : [],
  );
  return [...new Set([...marked, ...worthBySettings(floor, incident, target)])];
}

/** From this factor on a value of the settings is a high one: one and a half is `faces the internet`. */
const highWorth = 2;

function worthBySettings(
  { worth }: Watchfloor,
  { alerts: [alert] }: Incident,
  target: Subject,
): TargetValue[] {
  if (!alert) return [];
  const name = subjectName(target);
  const resourceId = 'resourceId' in target ? target.resourceId : '';
  const seen =
    target.kind === 'account'
      ? [{ kind: 'account' as const, name: target.name, upn: target.upn, oid: target.oid }]
      : [
          { kind: 'host' as const, name, resourceId },
          { kind: 'resource' as const, name, resourceId },
        ];
  const alone = { ...alert, target: name, entities: target.kind === 'incident' ? alert.entities : seen };
  const fits = worth.rules.some(({ match, weight }) => weight >= highWorth && !mismatch(match, alone));
  if (!fits) return [];
  return [target.kind === 'account' ? 'privileged' : 'crown-jewel'];
}

function environmentsOf({ alerts }: Incident): string[] {
  const tags = alerts.flatMap(({ tags }) => tags);
  return tags.flatMap((tag) => /^env(?:ironment)?\s*[=:]\s*(\S+)$/i.exec(tag)?.[1] ?? []);
}

/** The same text gives the same id: what may come twice asks for one run. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
