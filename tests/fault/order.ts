import { bot, team } from '../../src/sandbox/slack/ids.ts';
import { signRequest } from '../../src/sandbox/slack/signing.ts';
import { actAtRandom, appear, appearAndPush, keepActing } from './acts.ts';
import { readRooms } from './cards.ts';
import type { Fault, Opening, Setting } from './fault.ts';
import { begin, look, openLedger } from './ledger.ts';
import { typeUntilTold } from './presses.ts';
import { bodyOf, isStored, sendPush } from './pushes.ts';
import { settle, type Tally } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

/** Everything comes again, late, and in the wrong order. */
export const orderFaults: Fault[] = [
  { name: 'twice-and-late', on: ['PostgreSQL', 'embedded'], quick: true, run: sendAgain },
  { name: 'older-than-ours', on: ['PostgreSQL'], run: overtake },
];

export async function sendAgain({ create, roll }: Opening): Promise<Tally> {
  const stage = await openStage(await create());
  const ledger = openLedger();
  try {
    // Three times at once, and a poll besides.
    for (let n = 0; n < 4; n += 1) {
      await appear(stage, ledger, roll);
      await appearAndPush(stage, ledger, roll);
      const story = begin(ledger, 'defender', undefined);
      const push = { source: 'defender', body: JSON.stringify(bodyOf(story, roll)) };
      const stored = await Promise.all([1, 2, 3].map(() => isStored(stage, push)));
      if (stored.some(Boolean)) ledger.stories.push(story);
    }
    await stage.until(
      'all cards',
      () => look(stage, ledger).then(() => ledger.stories.every((s) => s.name)),
      30_000,
    );

    const violations: string[] = [];
    const known = ledger.stories.filter((story) => story.source === 'defender' && story.alert);
    for (const story of known.slice(0, 3)) {
      await typeUntilTold(stage, story, `take ${story.name}`, 'taken', 'is yours');
      // What Defender sent when nobody had it yet arrives only now, in other bytes than before.
      await sendPush(stage, { source: 'defender', body: `${JSON.stringify(bodyOf(story, roll))} ` });
    }
    const [first] = ledger.stories.filter((story) => story.alert && story.may[0] === 'open');
    if (first) violations.push(...(await mentionThrice(stage, `take ${first.name}`)));
    if (first) Object.assign(first, { may: ['taken'], told: true });
    const tally = await settle(stage, ledger, 'pushes three times, late pushes, one event three times', {
      crashes: 0,
    });
    tally.violations.push(...violations);
    return tally;
  } finally {
    await stage.close();
  }
}

/** Slack sends an event again when our answer was slow: the same id, signed anew. It is answered once. */
async function mentionThrice(stage: Stage, text: string): Promise<string[]> {
  const { ts } = await stage.control<{ ts: string }>('POST', '/slack/mention', {
    as: 'adam',
    channel: 'C0SOC',
    text: 'I shall take that one.',
  });
  const raw = JSON.stringify({
    token: 'unused',
    team_id: team.id,
    api_app_id: bot.app,
    type: 'event_callback',
    event_id: `Ev${ts.replace('.', '')}`,
    event_time: Math.floor(Date.now() / 1_000),
    event: {
      type: 'app_mention',
      user: 'U0ADAM',
      text: `<@${bot.user}> ${text}`,
      ts,
      event_ts: ts,
      channel: 'C0SOC',
      team: team.id,
    },
  });
  const send = async (again: Record<string, string>) => {
    const signed = signRequest(stage.env.SLACK_SIGNING_SECRET ?? '', Math.floor(Date.now() / 1_000), raw);
    const headers = { ...signed, ...again, 'content-type': 'application/json' };
    await fetch(`${stage.productUrl}/slack/events`, { method: 'POST', headers, body: raw });
  };
  await Promise.all([send({}), send({ 'X-Slack-Retry-Num': '1', 'X-Slack-Retry-Reason': 'http_timeout' })]);
  await send({ 'X-Slack-Retry-Num': '2', 'X-Slack-Retry-Reason': 'http_timeout' });
  const answers = async () => (await readRooms(stage)).slack.filter((m) => m.thread === ts);
  await stage.until('the answer', async () => (await answers()).length > 0, 30_000);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const times = (await answers()).length;
  return times === 1 ? [] : [`one event that came three times was answered ${times} times`];
}

/** What Azure told before our decision arrives after it. */
async function overtake({ create, roll }: Setting): Promise<Tally> {
  const stage = await openStage(await create(), { rooms: 4 });
  const ledger = openLedger(4);
  try {
    const late = { side: 'azure', kind: 'late-answer', ms: 1_500, rate: 0.5, seed: roll(10_000) };
    await stage.control('POST', '/faults', late);
    const acts = await keepActing(stage, ledger, roll, {
      milliseconds: 15_000,
      everyMs: 400,
      acts: [actAtRandom],
    });
    await stage.control('POST', '/faults', { side: 'azure', kind: 'none' });
    return await settle(stage, ledger, `polls overtaken by decisions, during ${acts} acts`, { crashes: 0 });
  } finally {
    await stage.close();
  }
}
