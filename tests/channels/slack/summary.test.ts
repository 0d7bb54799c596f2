import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageFaults } from '../../../src/channels/slack/limits.ts';
import { drawSummary } from '../../../src/channels/slack/summary.ts';
import { Refused } from '../../../src/errors.ts';
import { checkBlocks } from '../../../src/sandbox/slack/check-blocks.ts';
import { incidentsOf, newIncidents, summaryView, variedIncidents } from '../storm.ts';
import { expectNoMarkup } from './no-markup.ts';
import { ROOM, setStage } from './stage.ts';

type Drawn = ReturnType<typeof drawSummary>;
type Part = { [key: string]: unknown };
const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null;
const partsIn = (value: unknown): Part[] =>
  isPart(value) ? [value, ...Object.values(value).flatMap(partsIn)] : [];

/** Blocks of the message and beside its bar, in order. */
const blocksOf = ({ blocks, attachments }: Drawn) => [
  ...blocks,
  ...attachments.flatMap((one) => one.blocks ?? []),
];
const menuOf = (drawn: Drawn) => partsIn(drawn).find(({ type }) => type === 'static_select');
const optionsOf = (drawn: Drawn) => {
  const options = menuOf(drawn)?.options;
  return Array.isArray(options) ? options.filter(isPart) : [];
};
const linesOf = (drawn: Drawn): string[] =>
  partsIn(blocksOf(drawn).find(({ block_id }) => block_id?.startsWith('rows:')))
    .map(({ text }) => text)
    .filter((text) => typeof text === 'string')
    .join('')
    .split('\n');

describe('a summary in Slack', () => {
  test('tells the storm in colour, numbers and words, and speaks a full sentence', () => {
    const drawn = drawSummary(summaryView({ total: 214, open: 214, counts: { high: 12, medium: 202 } }));
    expect(drawn.attachments[0]?.color).toBe('#c4314b');
    expect(JSON.stringify(drawn.blocks)).toContain('Storm: 214 new incidents here since');
    expect(JSON.stringify(drawn.blocks)).toContain('"type":"date","timestamp":1795227249');
    expect(JSON.stringify(drawn)).toContain(
      '{"type":"emoji","name":"red_circle"},{"type":"text","text":" 12 high   "}',
    );
    expect(drawn.text).toMatch(
      /^Storm: 214 new incidents here since 02:14 UTC\. The gravest, high: INC-1001 /,
    );
    expect(linesOf(drawn).at(-1)).toBe('174 more are not listed.');
  });

  test('has a line an incident, the severity as sign and word and what became of it', () => {
    expect(linesOf(drawSummary(summaryView({ incidents: variedIncidents() })))).toEqual([
      '🔴 high INC-1001 Possible reverse shell detected on vm-pay-web-01 · new',
      '🔴 high INC-1002 Possible reverse shell detected on vm-pay-web-02 · active, Adam Keller has it',
      '🟠 medium INC-1003 Suspicious authentication activity from an unusual location on vm-pay-web-03 · active, nobody has it',
      '🟠 medium INC-1004 Suspicious authentication activity from an unusual location on vm-pay-web-04 · closed, benign positive, suspicious but expected',
      '🟡 low INC-1005 Unusual number of files extracted from a storage account on vm-pay-web-05 · merged into INC-1001',
      '⚪ informational INC-1006 PREVIEW: container registry scan finished with findings on vm-pay-web-06 · new, Priya Nair has it',
    ]);
  });

  test('offers a card of every incident that is not part of another', () => {
    const drawn = drawSummary(summaryView({ incidents: variedIncidents() }));
    expect(menuOf(drawn)).toMatchObject({
      action_id: 'incident:show',
      placeholder: { text: 'Show a card …' },
    });
    expect(optionsOf(drawn).map(({ value }) => value)).toEqual([
      '1001:1:show',
      '1002:3:show',
      '1003:2:show',
      '1004:2:show',
      '1006:2:show',
    ]);
    expect(optionsOf(drawn)[0]).toMatchObject({
      text: { text: 'INC-1001 high · Possible reverse shell detected on vm-pay-web-01' },
    });
  });

  test('has no empty menu, which Slack would refuse', () => {
    const merged = variedIncidents().filter(({ mergedInto }) => mergedInto !== undefined);
    for (const incidents of [merged, []]) {
      const drawn = drawSummary(summaryView({ incidents, total: 3 }));
      expect(menuOf(drawn)).toBeUndefined();
      expect(messageFaults(drawn)).toEqual([]);
    }
  });

  test('holds forty rows and their menu, with titles of the usual length whole', () => {
    const drawn = drawSummary(summaryView({ total: 214 }));
    expect(optionsOf(drawn)).toHaveLength(40);
    expect(linesOf(drawn)).toHaveLength(41);
    expect(linesOf(drawn)[0]).toBe('🔴 high INC-1001 Possible reverse shell detected on vm-pay-web-01 · new');
    expect(messageFaults(drawn)).toEqual([]);
  });

  test('shows all its parts at once: Slack hides what comes after the fifth block beside the bar', () => {
    expect(drawSummary(summaryView()).attachments[0]?.blocks).toHaveLength(3);
  });

  test('changes the ids of the blocks that changed, and of no others', () => {
    const ids = (total: number) =>
      blocksOf(drawSummary(summaryView({ total, open: total }))).map((b) => b.block_id);
    const changed = ids(300).filter((id) => !ids(214).includes(id));
    expect(changed.map((id) => id?.split(':')[0])).toEqual(['headline', 'rows']);
  });

  test('keeps an escaped <!channel> as text, in the fallback too', () => {
    const drawn = drawSummary(
      summaryView({ incidents: incidentsOf('<!channel> &lt;!here&gt;').slice(0, 9) }),
    );
    expect(drawn.text).toContain('&lt;!channel&gt; &amp;lt;!here&amp;gt;');
    expect(linesOf(drawn)[0]).toContain('<!channel> &lt;!here&gt;');
    expectNoMarkup(drawn);
  });
});

describe('whatever alerts say in a storm', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(
      '',
      '<!channel> <@U0OLIVIA>',
      '*b* `c` <https://evil.example|x>',
      '\u202Egnp.exe\u202C',
      ':rotating_light:'.repeat(20),
      '\uD800',
    ),
    fc.constantFrom('x', '"', '\\', '漢', '😀', '&').map((unit) => unit.repeat(400)),
  );

  test('every one of forty stays reachable within the limits, by our count and by that of the stand-in', () => {
    fc.assert(
      fc.property(hostile, fc.nat(9_999_999), (text, first) => {
        const incidents = incidentsOf(text).map((one, n) => ({
          ...one,
          id: first + n + 1,
          severity: 'informational' as const,
          alertCount: 9_999,
        }));
        const drawn = drawSummary(summaryView({ incidents, total: 99_999 }));
        expect(messageFaults(drawn)).toEqual([]);
        expect(checkBlocks(drawn.blocks, 'message')).toEqual([]);
        for (const { blocks } of drawn.attachments) expect(checkBlocks(blocks, 'message')).toEqual([]);
        expect(optionsOf(drawn)).toHaveLength(40);
        expect(linesOf(drawn)).toHaveLength(41);
        expectNoMarkup(drawn);
      }),
      { numRuns: 120 },
    );
  }, 60_000);
});

describe('picking an incident in Slack', () => {
  async function pick(stage: Awaited<ReturnType<typeof setStage>>, value: string) {
    const { conversation, message } = await stage.slack.channel.postSummary(
      ROOM,
      summaryView({ incidents: newIncidents(5) }),
      'mark',
    );
    return stage.control('press', {
      as: 'olivia',
      channel: conversation,
      ts: message,
      action_id: 'incident:show',
      value,
    });
  }

  test('asks for its card, for the one who picked', async () => {
    await using stage = await setStage();
    expect(await pick(stage, '1003:1:show')).toMatchObject({ status: 200 });
    const user = { channel: 'slack', id: 'U0OLIVIA' };
    expect(stage.asked).toMatchObject([{ what: 'press', user, verb: 'show', incident: 1003, version: 1 }]);
  });

  test('tells a refusal to the presser alone', async () => {
    await using stage = await setStage();
    stage.desk.press = async () => {
      throw new Refused('INC-1003 has a card of its own already.');
    };
    await pick(stage, '1003:1:show');
    await expect
      .poll(() => stage.standIn.state().ephemerals.map(({ user, text }) => ({ user, text })))
      .toEqual([{ user: 'U0OLIVIA', text: 'INC-1003 has a card of its own already.' }]);
    expect(stage.messages()).toHaveLength(1);
  });
});

test('a summary that was forty and is one is the same message', async () => {
  await using stage = await setStage();
  const { channel } = stage.slack;
  const ref = await channel.postSummary(ROOM, summaryView(), 'mark');
  await channel.updateSummary(ref, summaryView({ incidents: newIncidents(1) }));
  expect(stage.messages()).toMatchObject([{ ts: ref.message, posts: 2 }]);
  expect(JSON.stringify(stage.messages())).not.toContain('INC-1002');
});
