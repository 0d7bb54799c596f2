import { clean } from '../../channels/clean.ts';
import { Refused } from '../../errors.ts';
import type { Owner } from '../../incident/alert.ts';
import type { AutomationRule, Occasion } from '../../incident/automation.ts';
import { type Subject, subjectKey } from '../../incident/enrichment.ts';
import { exerciseOf } from '../../incident/exercise.ts';
import type { Incident } from '../../incident/incident.ts';
import { mismatch } from '../../incident/match.ts';
import { subjectsOf } from '../../incident/subjects.ts';
import {
  countOfRule,
  readAutomation,
  runsOfRule,
  startAutomation,
  stopAutomation,
} from '../../store/runs.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { requestRun, type Wish } from './request.ts';

/** An hour, in which a rule may want so much and no more. */
const hourMs = 3_600_000;

/**
 * What the settings' rules want done about an incident on this occasion: each becomes a run like anybody's, once for each
 * target however often it is looked.
 */
export async function runRules(floor: Watchfloor, incident: Incident, occasion: Occasion): Promise<void> {
  // It is made up to be looked at, and rules would only be rehearsed.
  if (exerciseOf(incident) === 'proof') return;
  const wanted = floor.plays.policy.rules.filter((rule) => rule.on === occasion && fits(rule, incident));
  if (wanted.length === 0) return;
  if ((await readAutomation(floor.db)).stoppedBy) {
    floor.log.info({ incident: incident.id, rules: wanted.map(({ name }) => name) }, 'automation is stopped');
    return;
  }
  for (const rule of wanted) await runRule(floor, incident, rule);
}

async function runRule(floor: Watchfloor, incident: Incident, rule: AutomationRule): Promise<void> {
  const play = floor.plays.open.get(rule.run);
  if (!play) return;
  const asked = await runsOfRule(floor.db, rule.name, incident.id);
  const done = new Set(asked.map(({ order }) => subjectKey(order.target)));
  const targets = targetsOf(rule, incident).filter(
    (target) =>
      !done.has(subjectKey(target)) && play.about.includes(target.kind) && (play.concerns?.(target) ?? true),
  );
  for (const target of targets) {
    const wish = {
      play,
      target,
      parameters: rule.parameters,
      minutes: rule.minutes,
      reason: `Rule "${rule.name}"`,
      by: { kind: 'rule', name: rule.name } as const,
      once: `${rule.name} ${incident.id} ${subjectKey(target)}`,
    };
    const fields = { rule: rule.name, incident: incident.id };
    try {
      if (await requestWithin(floor, incident, rule, wish)) continue;
      floor.log.warn(fields, 'rule has run as often as it may in an hour');
      return;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      floor.log.warn({ ...fields, why: error.message }, 'rule cannot be run');
    }
  }
}

/** Whether the rule may want one more within this hour, however many incidents are looked at at the same time. */
async function requestWithin(
  floor: Watchfloor,
  incident: Incident,
  { name, mostPerHour }: AutomationRule,
  wish: Wish,
): Promise<boolean> {
  const since = new Date(floor.now().getTime() - hourMs).toISOString();
  const isAsked = await floor.db.transaction().execute(async (trx) => {
    if ((await countOfRule(trx, name, since)) >= mostPerHour) return false;
    await requestRun(floor, incident, wish, trx);
    return true;
  });
  if (isAsked) floor.ringRuns();
  return isAsked;
}

function fits(rule: AutomationRule, incident: Incident): boolean {
  if (!incident.alerts.some((alert) => !mismatch(rule.match, alert))) return false;
  if (rule.classification.length === 0) return true;
  return incident.closing !== undefined && rule.classification.includes(incident.closing.classification);
}

/** Entities of the rule's kind; where it names marks, those that are marked so. */
function targetsOf(rule: AutomationRule, incident: Incident): Subject[] {
  const marked = new Set(
    (incident.learned ?? []).filter(({ mark }) => rule.marks.includes(mark)).map(({ subject }) => subject),
  );
  return subjectsOf(incident)
    .filter(({ kind }) => kind === rule.target)
    .filter(
      (target) => rule.marks.length === 0 || target.kind === 'incident' || marked.has(subjectKey(target)),
    );
}

/** Whether rules may run anything now, as a sentence. */
export async function tellAutomation(floor: Watchfloor): Promise<string> {
  const { rules } = floor.plays.policy;
  const { stoppedBy, stoppedAt, reason } = await readAutomation(floor.db);
  const count = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
  if (!stoppedBy)
    return rules.length === 0
      ? 'No rules are set up: playbooks.rules in the settings.'
      : `Automation is on: ${count}.`;
  const since = stoppedAt?.slice(0, 16).replace('T', ' ');
  return `Automation is STOPPED by ${clean(stoppedBy.name, 60)} since ${since} UTC: ${clean(reason, 300)}. ${count} do nothing.`;
}

/** Stops every rule, or lets them go on; on record. */
export async function changeAutomation(
  floor: Watchfloor,
  by: Owner,
  order: { stop: string } | 'start',
): Promise<string> {
  const at = floor.now().toISOString();
  const isStop = order !== 'start';
  const changed = isStop
    ? await stopAutomation(floor.db, by, order.stop, at)
    : await startAutomation(floor.db);
  if (changed) {
    await floor.recorder.note({
      at,
      by: { kind: 'person', id: by.id, name: by.name },
      type: isStop ? 'automation-stopped' : 'automation-started',
      data: isStop ? { reason: order.stop } : {},
    });
  }
  return tellAutomation(floor);
}
