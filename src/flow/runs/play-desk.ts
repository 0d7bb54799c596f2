import { clean } from '../../channels/clean.ts';
import { type Audience, hang, named } from '../../channels/clearance.ts';
import { durationInWords, runStateInWords } from '../../channels/run-words.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { PlayDesk } from '../../commands/play-desk.ts';
import { Refused } from '../../errors.ts';
import { subjectName } from '../../incident/enrichment.ts';
import { incidentName } from '../../incident/incident.ts';
import { glanceOf, type Run, runName } from '../../incident/run.ts';
import { admit } from '../../people/permissions.ts';
import type { Playbook } from '../../playbooks/playbook.ts';
import { readIncident } from '../../store/incidents.ts';
import { findRun, listRuns } from '../../store/runs.ts';
import { readFor } from '../reader.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { changeAutomation, tellAutomation } from './automation.ts';
import { findTarget, offersFor } from './offer.ts';
import { admitToPlay, decideRun } from './press.ts';
import { requestRun } from './request.ts';

/** Rows of a list; more would not fit a phone. */
const listed = 15;
/** So few playbooks are told of with what they need in Azure. */
const inFull = 3;

/** What somebody's words may do with playbooks, as far as they may. */
export function openPlayDesk(floor: Watchfloor, { person: caller, audience, alone }: Visitor): PlayDesk {
  const forPerson = caller.assurance === 'full' ? caller.id : undefined;
  return {
    async playbooks(about) {
      const wanted = about.toLowerCase();
      const all = [...floor.plays.open.values()].filter(({ name, title }) =>
        `${name} ${title}`.toLowerCase().includes(wanted),
      );
      if (all.length === 0)
        return text(wanted ? `No playbook is called like that. Type "playbooks" for all.` : noneSetUp);
      return {
        kind: 'lines',
        title: `${all.length} ${all.length === 1 ? 'playbook' : 'playbooks'}. Under a card: Act, or run and the name`,
        rows: all.map((play) => ({
          lead: play.name,
          text: aboutPlay(play) + (all.length <= inFull ? ` Needs ${play.permission}.` : ''),
        })),
      };
    },

    async offered(id) {
      const { incident } = await readFor(floor, caller, id);
      const show = hang(incident, incident.restrictedTo ? named : audience);
      const offers = offersFor(floor, incident).slice(0, listed);
      if (offers.length === 0) return text(`No playbook fits what ${incidentName(id)} names.`);
      return {
        kind: 'lines',
        title: `What could be done about ${incidentName(id)}, best first`,
        rows: offers.map(({ play, target, fitsTactic }) => ({
          lead: `run ${play.name} --target ${show(subjectName(target), 60)}`,
          text: `${show(play.effect(target, {}), 200)} ${fitsTactic ? 'Fits the tactic, ' : 'Of '}${play.risk} risk.`,
        })),
      };
    },

    async discover() {
      if (!floor.plays.find) throw new Refused('Azure is not asked here: no credentials are set up.');
      const found = await floor.plays.find();
      if (found.length === 0)
        return text('I see no Logic App and no runbook in Azure that is not allowed already.');
      return {
        kind: 'lines',
        title: 'In Azure, and not allowed to be run from here; playbooks.yours in the settings allows them',
        rows: found.slice(0, listed).map(({ kind, name, resource }) => ({
          lead: `${kind} ${clean(name, 80)}`,
          text: clean(resource, 300),
        })),
      };
    },

    async request({ incident: id, play: name, target, parameters, minutes, reason }) {
      const play = floor.plays.open.get(name);
      if (!play) throw new Refused(`There is no playbook "${clean(name, 40)}". Type "playbooks" for all.`);
      admitToPlay(caller, { play });
      const { incident } = await readFor(floor, caller, id);
      const by = { kind: 'person', id: caller.id, name: caller.name, upn: caller.upn } as const;
      const show = hang(incident, incident.restrictedTo ? named : audience);
      const wish = {
        play,
        target: findTarget(play, incident, target, show),
        parameters,
        minutes,
        reason,
        by,
      };
      return text(askedFor(await requestRun(floor, incident, wish)));
    },

    async runs({ incident, unreviewed }) {
      if (incident !== undefined) await readFor(floor, caller, incident);
      const runs = await listRuns(floor.db, { incident, unreviewed, forPerson, limit: listed });
      if (runs.length === 0)
        return text(unreviewed ? 'Nothing was run without approval and not looked at.' : 'No runs.');
      return { kind: 'lines', title: 'Runs, the newest first', rows: await rowsOf(floor, runs, audience) };
    },

    async contained() {
      const runs = await listRuns(floor.db, { standing: true, forPerson, limit: 100 });
      const [first] = runs;
      if (!first) return text('Nothing is contained right now.');
      return {
        kind: 'lines',
        title: `${runs.length === 1 ? '1 containment stands' : `${runs.length} containments stand`}; to end one: undo ${runName(first.number)}`,
        rows: await rowsOf(floor, runs, audience),
      };
    },

    async approve(number) {
      const run = await runOf(floor, number);
      const decided = await decideRun(floor, caller, 'approve', asTyped(run));
      if ('faults' in decided) return text('Not approved.');
      const { told, incident } = decided;
      if (incident.restrictedTo) alone();
      // They are told what exactly they approved: words are said to no message.
      const show = hang(incident, incident.restrictedTo ? named : audience);
      return text(`${told} ${show(decided.run.play.effect, 200)}`);
    },

    async undo(number) {
      const run = await runOf(floor, number);
      const decided = await decideRun(floor, caller, 'undo', asTyped(run));
      if ('faults' in decided) return text('Not taken back.');
      if (decided.incident.restrictedTo) alone();
      return text(decided.told);
    },

    async automation(order) {
      if (order === 'tell') return text(await tellAutomation(floor));
      admit(caller, 'automation');
      const by = { id: caller.id, name: caller.name, upn: caller.upn };
      return text(await changeAutomation(floor, by, order));
    },
  };
}

/** What whoever asked is told: nothing is done yet. */
export function askedFor({ number, need }: Pick<Run, 'number' | 'need'>): string {
  const then = need === 'own' ? 'where you run it' : 'where whoever may approve is asked';
  return `${runName(number)}: I look at how things are now. It follows in the thread, ${then}.`;
}

function aboutPlay({ title, about, risk, reverse, lasts }: Playbook): string {
  const back = reverse ? 'taken back by hand' : 'cannot be taken back';
  const ends = lasts ? `taken back after ${durationInWords(lasts.minutes)}` : back;
  return `${title} (${about.join(', ')}): ${risk} risk, ${ends}.`;
}

async function rowsOf(floor: Watchfloor, runs: Run[], audience: Audience) {
  const now = floor.now().toISOString();
  const rows = runs.map(async (run) => {
    const stored = await readIncident(floor.db, run.incident);
    const incident = stored?.incident;
    const show = incident ? hang(incident, incident.restrictedTo ? named : audience) : clean;
    const { requestedBy } = run;
    const who = requestedBy.kind === 'person' ? requestedBy.name : `rule "${requestedBy.name}"`;
    const glance = glanceOf(run);
    const loud = glance.unreviewed ? ' · WITHOUT APPROVAL, not reviewed' : '';
    return {
      lead: `${runName(run.number)} · ${incidentName(run.incident)}`,
      text: clean(
        `${run.play.title} · ${show(glance.target, 60)} · ${runStateInWords(glance, now)} · asked by ${who}${loud}`,
        250,
      ),
    };
  });
  return Promise.all(rows);
}

const asTyped = ({ id }: Run) => ({ id, revision: undefined, fields: {} });

async function runOf(floor: Watchfloor, number: number): Promise<Run> {
  const run = await findRun(floor.db, number);
  if (!run) throw new Refused(`There is no ${runName(number)}.`);
  return run;
}

const noneSetUp = 'No playbooks are set up: docs/playbooks.md.';
const text = (said: string): ReplyView => ({ kind: 'text', text: said });
