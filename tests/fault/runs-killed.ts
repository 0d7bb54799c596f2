import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '../support/databases.ts';
import { appear, objectsIn, typeInSlack } from '../support/hands.ts';
import { slackMessages } from '../support/rooms.ts';
import type { Dice } from './acts.ts';
import type { Tally } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

/** Whoever asks says yes, so that kills fall into what runs do and not into waiting for people. */
const settings = { playbooks: { approval: [{ name: 'drill', needs: 'own' }] } };
const plays = ['isolate-machine', 'scan-machine', 'collect-package'] as const;
const patienceMs = 180_000;

/** A run as its message in Slack shows it. */
interface Shown {
  name: string;
  ts: string;
  id: string;
  headline: string;
  verbs: string[];
}

/**
 * SIGKILL `points` times, while people ask for runs, start them and take them back. In the end every run is over, and Defender
 * for Endpoint was told of each exactly once, and of each that was taken back once more.
 */
export async function killRunsAtAnyPoint(database: TestDatabase, roll: Dice, points: number): Promise<Tally> {
  const stage = await openStage(database, { settings });
  const done = new Map<string, number>();
  const note = (what: string) => done.set(what, (done.get(what) ?? 0) + 1);
  try {
    await appear(stage, 'vm-reverse-shell');
    const incident = await stage.until(
      'a card in Slack',
      async () => (await slackMessages(stage)).find(({ name }) => name)?.name,
      60_000,
    );
    for (let point = 0; point < points; point += 1) {
      const act = doSomething(stage, incident, roll).catch(() => 'unheard');
      await sleep(roll(2) === 0 ? roll(200) : roll(2_500));
      await stage.replica.kill();
      note(await act);
      await stage.replica.start();
    }
    return await bringToAnEnd(
      stage,
      `${points} kills (${[...done].map(([what, n]) => `${n} × ${what}`).join(', ')})`,
    );
  } finally {
    await stage.close();
  }
}

async function doSomething(stage: Stage, incident: string, roll: Dice): Promise<string> {
  const runs = await runsIn(stage);
  const next = runs.find(({ verbs }) => verbs.includes('confirm'));
  if (next && roll(4) > 0) return press(stage, next, 'confirm');
  const standing = runs.find(({ headline }) => headline.includes('stands'));
  if (standing && roll(2) === 0) return press(stage, standing, 'undo');
  await typeInSlack(stage, 'adam', `run ${plays[roll(plays.length)]} ${incident}`);
  return 'asked for';
}

async function press(stage: Stage, { ts }: Shown, verb: 'confirm' | 'undo'): Promise<string> {
  await stage.control('POST', '/slack/press', {
    as: 'adam',
    channel: 'C0SOC',
    ts,
    action_id: `run:${verb}`,
  });
  return verb;
}

/** People go on until nothing is left to press, and nothing is under way. */
async function bringToAnEnd(stage: Stage, done: string): Promise<Tally> {
  const end = Date.now() + patienceMs;
  let runs = await runsIn(stage);
  while (Date.now() < end && runs.some((run) => !isOver(run))) {
    for (const run of runs) {
      if (run.verbs.includes('confirm')) await press(stage, run, 'confirm').catch(() => {});
      else if (run.headline.includes('stands')) await press(stage, run, 'undo').catch(() => {});
    }
    await sleep(1_000);
    runs = await runsIn(stage);
  }
  const { actions } = await stage.control<{ actions: { type: string; requestorComment: string }[] }>(
    'GET',
    '/machine-actions',
  );
  const violations = runs.flatMap((run) => {
    const ours = actions.filter(({ requestorComment }) => requestorComment.includes(run.id));
    const back = ours.filter(({ type }) => type === 'Unisolate').length;
    const there = ours.length - back;
    return wrongWith(run, there, back);
  });
  return {
    done: `${done}; ${runs.map(({ headline }) => headline).join('; ')}`,
    alerts: 1,
    cards: 1,
    lost: runs.filter((run) => !isOver(run)).length,
    doubledInSlack: runs.length - new Set(runs.map(({ name }) => name)).size,
    doubledInTeams: 0,
    acknowledgements: 0,
    acknowledgementsLost: 0,
    violations,
    printed: stage.printed().slice(-4_000),
  };
}

function wrongWith(run: Shown, there: number, back: number): string[] {
  if (!isOver(run)) return [`${run.headline}: it came to no end`];
  if (/is done|is taken back/.test(run.headline) && there !== 1)
    return [`${run.headline}: done ${there} times`];
  if (/is taken back/.test(run.headline) && back !== 1) return [`${run.headline}: taken back ${back} times`];
  // What was refused did nothing, or was begun once and ended badly.
  return there > 1 || back > 1 ? [`${run.headline}: done ${there} times, taken back ${back} times`] : [];
}

const isOver = ({ headline }: Shown): boolean =>
  /is done|is taken back|failed|withdrawn|not decided/.test(headline);

async function runsIn(stage: Stage): Promise<Shown[]> {
  const messages = await slackMessages(stage);
  return messages.flatMap(({ id: ts, raw }) => {
    const objects = objectsIn(raw);
    const headline = objects.find(({ text }) => typeof text === 'string' && /^RUN-\d+ · /.test(text))?.text;
    if (typeof headline !== 'string') return [];
    const buttons = objects.filter(
      ({ action_id }) => typeof action_id === 'string' && action_id.startsWith('run:'),
    );
    const verbs = buttons.map(({ action_id }) => String(action_id).slice('run:'.length));
    return [{ name: headline.split(' · ', 1)[0] ?? '', ts, id: idIn(objects), headline, verbs }];
  });
}

/** Of a message that offers nothing any more the mark that it was posted with. */
function idIn(objects: Record<string, unknown>[]): string {
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
  const texts = objects.flatMap(({ mark, value }) => [mark, value].filter((one) => typeof one === 'string'));
  return texts.map((one) => uuid.exec(one)?.[0]).find(Boolean) ?? 'unknown';
}
