import { sql } from 'kysely';
import type { Ref, Spot } from '../../../src/channels/channel.ts';
import type { RunVerb, RunView } from '../../../src/channels/run-view.ts';
import { change } from '../../../src/flow/change.ts';
import type { Look } from '../../../src/flow/lane.ts';
import { openAdvancing } from '../../../src/flow/runs/advance.ts';
import { runRules } from '../../../src/flow/runs/automation.ts';
import { openShowingRuns } from '../../../src/flow/runs/show.ts';
import type { Watchfloor } from '../../../src/flow/watchfloor.ts';
import type { Alert } from '../../../src/incident/alert.ts';
import type { AutomationRule, Occasion } from '../../../src/incident/automation.ts';
import { bot, type Incident } from '../../../src/incident/incident.ts';
import { type Run, runName } from '../../../src/incident/run.ts';
import type { Playbook } from '../../../src/playbooks/playbook.ts';
import { type PlaybookPolicy, usualPlaybooks } from '../../../src/playbooks/settings.ts';
import type { Database } from '../../../src/store/database.ts';
import { moveAlerts, openDraft } from '../../../src/store/draft.ts';
import { readIncident } from '../../../src/store/incidents.ts';
import { findRun, listRuns } from '../../../src/store/runs.ts';
import { save } from '../../../src/store/save.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { peopleOf } from '../../people/company.ts';
import { readEvents, storeIncident } from '../../store/open.ts';
import { inRoom, openRoom, people, setStage, userOf } from '../queries/stage.ts';

type Name = Parameters<typeof userOf>[0];

/** The engine of runs with one playbook that does what a test says, and a Slack that remembers. */
export function setRunStage(
  database: Pick<Database, 'db' | 'boss' | 'replica'>,
  changes: Partial<Watchfloor> & { policy?: Partial<PlaybookPolicy> } = {},
) {
  const { policy, ...other } = changes;
  const play = scripted();
  const shown: { spot: Spot; mark: string; views: RunView[] }[] = [];
  const room = {
    ...openRoom(),
    async postRun(spot: Spot, view: RunView, mark: string) {
      shown.push({ spot, mark, views: [view] });
      return { conversation: spot.conversation, message: mark };
    },
    async updateRun(ref: Ref, view: RunView) {
      const known = shown.find(
        ({ mark, spot }) => mark === ref.message && spot.conversation === ref.conversation,
      );
      known?.views.push(view);
    },
  };
  const all = new Map<string, Playbook>([[play.name, play]]);
  const plays = { all, open: all, policy: { ...usualPlaybooks, ...policy } };
  const stage = setStage(database, { room, plays, ...other });
  const { floor, desk, clock } = stage;
  const crew = peopleOf(people);
  const lanes = [openAdvancing(floor, crew, new AbortController().signal), openShowingRuns(floor, crew)];
  return {
    ...stage,
    play,
    shown,
    /** Everything that is to be done now, until nothing is. */
    async run(): Promise<void> {
      for (let did = true; did; ) {
        did = false;
        for (const lane of lanes) did = (await once(lane)) || did;
      }
    },
    /** The time goes on, and so does what waited for it. */
    async later(minutes: number): Promise<void> {
      clock.now += minutes * 60_000;
      await this.run();
    },
    /** With its card in the room. */
    async incident(alert: Partial<Alert> = {}): Promise<Incident> {
      const { conversation } = inRoom;
      const incident = await storeIncident(floor.db, {
        alert: defenderAlert({ sourceId: crypto.randomUUID(), entities: [aMachine()], ...alert }),
        places: [{ channel: 'slack', conversation }],
      });
      const ref = { conversation, message: `card ${incident.id}` };
      await sql`
        update cards set ref = ${JSON.stringify(ref)}::jsonb, message_id = ${ref.message}
        where incident_id = ${incident.id} and part = 'card'`.execute(floor.db);
      return incident;
    },
    say: async (as: Name, words: string) => {
      const { view, private: isPrivate } = await desk.say(userOf(as), words, inRoom.conversation, undefined);
      return { text: JSON.stringify(view), isPrivate };
    },
    /** Its number. */
    async ask({ id }: Incident, words = ''): Promise<number> {
      const { text } = await this.say('adam', `run ${play.name} INC-${id} ${words}`);
      const [, number] = /RUN-(\d+)/.exec(text) ?? [];
      if (!number) throw new Error(`No run was asked for: ${text}`);
      await this.run();
      return Number(number);
    },
    async press(as: Name, verb: RunVerb, number: number, fields?: Record<string, string>) {
      const { id, version } = await this.state(number);
      const outcome = fields
        ? await desk.submitRun(userOf(as), verb, id, version, fields)
        : await desk.pressRun(userOf(as), verb, id, version);
      await this.run();
      return outcome;
    },
    async state(number: number): Promise<Run> {
      const run = await findRun(floor.db, number);
      if (!run) throw new Error(`There is no ${runName(number)}.`);
      return run;
    },
    /** Its message in that conversation, as it is now. */
    async message(number: number, conversation = inRoom.conversation): Promise<RunView | undefined> {
      const { id } = await this.state(number);
      return shown.find(({ mark, spot }) => mark === id && spot.conversation === conversation)?.views.at(-1);
    },
    stored: ({ id }: Incident) => readIncident(floor.db, id),
    /** As where a Sentinel incident holds what another one is about. */
    async merge(part: Incident, whole: Incident): Promise<void> {
      const draft = openDraft();
      change(floor, draft, part, { type: 'merge', into: whole.id }, bot);
      moveAlerts(draft, part.id, whole.id);
      await save(floor.db, draft);
    },
    events: ({ id }: Incident) => readEvents(floor.db, id),
    runsOf: ({ id }: Incident) => listRuns(floor.db, { incident: id, forPerson: undefined, limit: 100 }),
    async rule(incident: Incident, occasion: Occasion) {
      const stored = await readIncident(floor.db, incident.id);
      if (stored) await runRules(floor, stored.incident, occasion);
    },
  };
}

let machines = 0;
/** Another one each time: nothing is done twice to the same one at a time. */
function aMachine() {
  machines += 1;
  return { kind: 'host' as const, name: `vm-web-${machines}`, resourceId: '' };
}

async function once(look: Look): Promise<boolean> {
  const found = await look(20);
  if (typeof found === 'number' || found.tasks.length === 0) return false;
  await Promise.all(found.tasks.map((task) => task()));
  return true;
}

/** Does at once what it is asked for, unless a test puts something else in the place. */
function scripted(): Playbook & Required<Pick<Playbook, 'undo'>> {
  return {
    name: 'contain',
    title: 'Contain a machine',
    about: ['machine'],
    tactics: [],
    risk: 'medium',
    effect: (target) => `${'name' in target ? target.name : 'It'} reaches nothing.`,
    reverse: { title: 'Release', effect: () => 'It is back.' },
    lasts: { minutes: 60, mostMinutes: 120 },
    parameters: [{ name: 'why', label: 'Why so', required: false, usual: '' }],
    api: 'Contoso v1',
    permission: 'Machine.Contain',
    look: async () => ({ facts: [{ label: 'Now', value: 'reachable' }], warning: '', memory: { was: 'on' } }),
    act: async () => ({ state: 'done', says: 'It is contained.' }),
    undo: async () => ({ state: 'done', says: 'It is back.' }),
  };
}

/** A rule that wants it done to whatever machine an incident names. */
export function ruleOf(changes: Partial<AutomationRule> = {}): AutomationRule {
  return {
    name: 'contain all',
    on: 'opened',
    match: {},
    marks: [],
    classification: [],
    run: 'contain',
    target: 'machine',
    parameters: {},
    mostPerHour: 5,
    ...changes,
  };
}
