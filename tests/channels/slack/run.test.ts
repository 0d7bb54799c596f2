import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RunButton, type RunView, runVerbs } from '../../../src/channels/run-view.ts';
import { messageFaults } from '../../../src/channels/slack/limits.ts';
import type { Message } from '../../../src/channels/slack/message.ts';
import { drawRun } from '../../../src/channels/slack/run.ts';
import { checkBlocks } from '../../../src/sandbox/slack/check-blocks.ts';
import { expectNoMarkup } from './no-markup.ts';
import { RUN, runView, standing } from './runs.ts';

const golden = (name: string) => `../golden/slack-run-${name}.json`;
const asJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const bodyOf = (message: Message) => message.attachments.flatMap((one) => one.blocks ?? []);
const drawn = (more: Partial<RunView> = {}) => drawRun(runView(more));

function expectAccepted(message: Message): void {
  expect(messageFaults(message)).toEqual([]);
  expect(checkBlocks(message.blocks, 'message')).toEqual([]);
  for (const { blocks } of message.attachments) expect(checkBlocks(blocks, 'message')).toEqual([]);
  // Slack hides what comes after the fifth.
  expect(bodyOf(message).length).toBeLessThanOrEqual(5);
}

describe('a run in Slack', () => {
  test.each([
    ['asks', runView()],
    ['standing', standing],
    ['over', runView({ tone: 'over', warning: '', progress: 'Refused by Lena Fischer.', buttons: [] })],
  ])('that %s is drawn as it was reviewed', async (name, view) => {
    const message = drawRun(view);
    expectAccepted(message);
    await expect(asJson(message)).toMatchFileSnapshot(golden(name));
  });

  test('says how it stands in icon, words and colour, each state its own', () => {
    const tones: RunView['tone'][] = ['asks', 'busy', 'done', 'standing', 'failed', 'over'];
    const looks = tones.map((tone) => {
      const { blocks, attachments } = drawn({ tone });
      expect(JSON.stringify(blocks)).toContain('waits for a lead’s yes');
      return [/"name":"(\w+)"/.exec(JSON.stringify(blocks))?.[1], attachments[0]?.color];
    });
    expect(new Set(looks.map(([icon]) => icon)).size).toBe(tones.length);
    expect(new Set(looks.map(([, colour]) => colour)).size).toBe(tones.length);
  });

  test('says what is asked, then what to know, then offers the buttons', () => {
    const said = JSON.stringify(bodyOf(drawn()));
    const places = ['Cuts vm-pay-web-01 off', 'Asked by', 'is a crown jewel', '"type":"actions"'];
    const at = places.map((text) => said.indexOf(text));
    expect(at.toSorted((a, b) => a - b)).toEqual(at);
    expect(at).not.toContain(-1);
  });

  test('has its buttons in order, the one that does the deed in red, and carries ids only', () => {
    expect(bodyOf(drawn()).at(-1)).toMatchObject({
      block_id: 'actions:3',
      elements: [
        { action_id: 'run:approve', value: `${RUN}:3`, style: 'danger', text: { text: 'Approve' } },
        { action_id: 'run:refuse', value: `${RUN}:3:dialog` },
        { action_id: 'run:change', value: `${RUN}:3:dialog` },
        { action_id: 'run:break-glass', value: `${RUN}:3:dialog` },
      ],
    });
    expect(JSON.stringify(drawRun(standing))).toContain('"style":"primary"');
    expect(JSON.stringify(drawn()).match(/"style":"(danger|primary)"/g)).toHaveLength(1);
  });

  test('shows what it gave back line by line, and links to https alone', () => {
    const outputs = [
      { label: 'Log', text: 'a\n  *b* <!channel>' },
      { label: 'Portal', url: 'https://portal.azure.com/#x' },
      { label: 'Elsewhere', url: 'javascript:alert(1)' },
    ];
    const said = JSON.stringify(drawn({ outputs }));
    expect(said).toContain(JSON.stringify([{ type: 'text', text: 'a\n  *b* <!channel>' }]));
    expect(said.match(/"type":"link"/g)).toHaveLength(1);
    expect(said).toContain('"text":"Elsewhere"');
    expect(said).not.toContain('javascript');
  });

  test('loses of what it gave back before it loses of what is asked', () => {
    const outputs = Array.from({ length: 3 }, (_, n) => ({ label: `Log ${n}`, text: '漢'.repeat(1_500) }));
    const message = drawRun({ ...standing, outputs, facts: runView().facts });
    expectAccepted(message);
    for (const fact of runView().facts)
      if ('value' in fact) expect(JSON.stringify(message)).toContain(fact.value);
  });

  test('has new block ids with every revision, so that clients draw it anew', () => {
    const idsOf = (revision: number) =>
      [...drawn({ revision }).blocks, ...bodyOf(drawn({ revision }))].map((block) => block.block_id);
    expect(idsOf(3).filter((id) => idsOf(4).includes(id))).toEqual([]);
  });

  test('says it all in a sentence for notifications and screen readers', () => {
    expect(drawn().text).toBe(runView().fallback);
  });
});

const evil = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    '',
    '<!channel> <!here> <@U0OLIVIA> <#C0SOC> <!subteam^S1>',
    '<https://evil.example|https://portal.azure.com>',
    '*bold* _it_ ~no~ `code` ```pre``` > quote',
    '\u202Egnp.exe\u202C \u200B\u2066x\u2069',
    '\uD800 half an emoji',
    ':rotating_light:'.repeat(50),
  ),
  fc.constantFrom('&', '"', '\\', '漢', '😀', '\n').map((unit) => unit.repeat(1_500)),
);
const button = fc.record({
  verb: fc.constantFrom(...runVerbs),
  label: evil,
  style: fc.constantFrom('primary', 'danger', 'plain'),
  dialog: fc.boolean(),
}) satisfies fc.Arbitrary<RunButton>;
const view = fc.record({
  id: fc.constant(RUN),
  revision: fc.nat(),
  tone: fc.constantFrom('asks', 'busy', 'done', 'standing', 'failed', 'over'),
  headline: evil,
  effect: evil,
  facts: fc.array(
    fc.oneof(
      fc.record({ label: evil, value: evil }),
      fc.record({ label: evil, at: fc.constantFrom('2026-11-21T09:14:00.000Z', 'no instant', '') }),
    ),
    { maxLength: 14 },
  ),
  warning: evil,
  progress: evil,
  outputs: fc.array(
    fc.oneof(fc.record({ label: evil, text: evil }), fc.record({ label: evil, url: fc.webUrl() })),
    { maxLength: 4 },
  ),
  buttons: fc.array(button, { maxLength: 8 }),
  fallback: evil,
}) satisfies fc.Arbitrary<RunView>;

test('whatever names and far sides say, a run stays within the limits by our count and the stand-in’s, and mentions, links or formats nothing', () => {
  fc.assert(
    fc.property(view, (one) => {
      const message = drawRun(one);
      expectAccepted(message);
      expectNoMarkup(message);
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('the fullest run there can be still fits, and so does the emptiest', () => {
  const long = '😀'.repeat(1_500);
  expectAccepted(
    drawn({
      headline: long,
      effect: long,
      facts: Array.from({ length: 20 }, () => ({ label: long, value: long })),
      warning: long,
      progress: long,
      outputs: Array.from({ length: 3 }, () => ({ label: long, text: long })),
      buttons: runVerbs.slice(0, 6).map((verb) => ({ verb, label: long, style: 'danger', dialog: true })),
      fallback: long,
    }),
  );
  const nothing = { headline: '', effect: '', facts: [], warning: '', buttons: [], fallback: '' };
  const message = drawn(nothing);
  expectAccepted(message);
  expect(message.attachments).toEqual([]);
});
