import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chip } from '../../../src/channels/details-view.ts';
import { drawCard } from '../../../src/channels/slack/card.ts';
import { drawDialog } from '../../../src/channels/slack/dialog.ts';
import { messageFaults, viewFaults } from '../../../src/channels/slack/limits.ts';
import { drawLog } from '../../../src/channels/slack/log.ts';
import { drawReply } from '../../../src/channels/slack/reply.ts';
import { type ButtonView, buttonVerbs, type CardView } from '../../../src/channels/views.ts';
import { checkBlocks } from '../../../src/sandbox/slack/check-blocks.ts';
import { checkView } from '../../../src/sandbox/slack/check-view.ts';
import { expectNoMarkup } from './no-markup.ts';
import { cardView, closeDialog } from './stage.ts';

/** The words of a card's rich text, in order. */
function linesOf(view: CardView): string {
  const blocks = drawCard(view).attachments.flatMap((one) => one.blocks ?? []);
  const parts = blocks.flatMap((block) =>
    block.type === 'rich_text' && 'elements' in block ? block.elements : [],
  );
  const elements = parts.flatMap((part) => (part.type === 'rich_text_section' ? part.elements : []));
  return elements.map((element) => ('text' in element ? element.text : '')).join('');
}

/** What attackers write into alerts. */
const evil = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    '',
    ' ',
    '<!channel> <!here> <@U0OLIVIA> <#C0SOC> <!subteam^S1>',
    '&lt;!channel&gt;',
    '<https://evil.example|https://portal.azure.com>',
    '*bold* _it_ ~no~ `code` ```pre``` > quote',
    '\u202Egnp.exe\u202C \u200B\u2066x\u2069',
    '\uD800 half an emoji',
    ':rotating_light:'.repeat(50),
    '<!date^1^{date}^https://evil.example|x>',
  ),
  fc
    .constantFrom('x', '&', '"', '漢', '😀', '<!channel>', '\n')
    .map((unit) => unit.repeat(1_000_000 / unit.length)),
);
const instant = fc.constantFrom('2026-11-21T09:14:00.000Z', 'no instant', '');
const button = fc.record({
  verb: fc.constantFrom(...buttonVerbs),
  label: evil,
  primary: fc.boolean(),
  dialog: fc.boolean(),
}) satisfies fc.Arbitrary<ButtonView>;
const chip = fc.record({
  text: evil,
  tone: fc.constantFrom('bad', 'warning', 'good', 'neutral'),
}) satisfies fc.Arbitrary<Chip>;
const view = fc.record({
  incident: fc.nat(),
  name: evil,
  version: fc.nat(),
  status: fc.constantFrom('new', 'active', 'closed'),
  merged: fc.boolean(),
  existsOnly: fc.boolean(),
  severity: fc.constantFrom('high', 'medium', 'low', 'informational'),
  headline: evil,
  title: evil,
  url: fc.option(fc.oneof(evil, fc.constantFrom('javascript:alert(1)', 'https://portal.azure.com/')), {
    nil: undefined,
  }),
  why: fc.array(evil, { maxLength: 8 }),
  entities: fc.array(fc.record({ kind: evil, name: evil, chips: fc.array(chip, { maxLength: 9 }) }), {
    maxLength: 5,
  }),
  moreEntities: fc.nat(),
  precedent: fc.option(evil, { nil: undefined }),
  missing: fc.option(evil, { nil: undefined }),
  deadlines: fc.array(fc.record({ text: evil, at: instant }), { maxLength: 9 }),
  facts: fc.array(
    fc.oneof(fc.record({ label: evil, value: evil }), fc.record({ label: evil, at: instant })),
    { maxLength: 15 },
  ),
  lastChange: fc.option(fc.record({ text: evil, at: instant }), { nil: undefined }),
  sync: fc.option(evil, { nil: undefined }),
  buttons: fc.array(button, { maxLength: 9 }),
  more: fc.array(button, { maxLength: 9 }),
  fallback: evil,
}) satisfies fc.Arbitrary<CardView>;

describe('whatever an alert says', () => {
  test('its card stays within the limits, by our count and by the count of the Slack stand-in', () => {
    fc.assert(
      fc.property(view, (one) => {
        const card = drawCard(one);
        expect(messageFaults(card)).toEqual([]);
        expect(checkBlocks(card.blocks, 'message')).toEqual([]);
        // Slack hides what comes after the fifth.
        expect(card.attachments[0]?.blocks?.length).toBeLessThanOrEqual(5);
        for (const { blocks } of card.attachments) expect(checkBlocks(blocks, 'message')).toEqual([]);
        expectNoMarkup(card);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test('so do logs and answers', () => {
    const row = fc.record({
      name: evil,
      existsOnly: fc.boolean(),
      severity: fc.constantFrom('high' as const, 'low' as const),
      status: fc.constantFrom('new' as const, 'closed' as const),
      owner: evil,
      title: evil,
      openedAt: instant,
      url: fc.option(evil, { nil: undefined }),
    });
    const answer = fc.oneof(
      fc.record({ kind: fc.constant('text' as const), text: evil }),
      fc.record({
        kind: fc.constant('incidents' as const),
        title: evil,
        rows: fc.array(row, { maxLength: 40 }),
        more: fc.nat(),
      }),
      fc.record({
        kind: fc.constant('lines' as const),
        title: evil,
        rows: fc.array(fc.record({ lead: evil, text: evil }), { maxLength: 40 }),
      }),
    );
    const log = fc.record({
      lines: fc.array(fc.record({ at: instant, text: evil }), { maxLength: 60 }),
      fallback: evil,
    });
    fc.assert(
      fc.property(answer, log, (one, lines) => {
        for (const drawn of [drawReply(one), drawLog(lines)]) {
          expect(messageFaults(drawn)).toEqual([]);
          expect(checkBlocks(drawn.blocks, 'message')).toEqual([]);
          expectNoMarkup(drawn);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('so do dialogs', () => {
    fc.assert(
      fc.property(evil, evil, evil, (title, about, words) => {
        const dialog = closeDialog(42, 3);
        const drawn = drawDialog({ ...dialog, title, about, submit: words }, 'C0SOC');
        expect(viewFaults(drawn)).toEqual([]);
        expect(checkView(drawn)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('a card', () => {
  test('says status and severity in colour, icon and words, and speaks a full sentence', () => {
    const card = drawCard(cardView());
    expect(card.attachments[0]?.color).toBe('#c4314b');
    expect(JSON.stringify(card.blocks)).toContain('red_circle');
    expect(JSON.stringify(card.blocks)).toContain('HIGH · NEW · nobody has it');
    expect(card.text).toBe('High severity incident INC-1042: Reverse shell on vm-pay-web-01; nobody has it.');
  });

  test('keeps an escaped <!channel> as text, in the fallback too', () => {
    const card = drawCard(
      cardView({ title: '<!channel> &lt;!here&gt;', fallback: '<!channel> &lt;!here&gt;' }),
    );
    expect(card.text).toBe('&lt;!channel&gt; &amp;lt;!here&amp;gt;');
    expect(card.attachments[0]?.fallback).toBe('&lt;!channel&gt; &amp;lt;!here&amp;gt;');
    expect(JSON.stringify(card.attachments[0]?.blocks)).toContain(
      '{"type":"link","url":"https://portal.azure.com/#incident/1042","text":"<!channel> &lt;!here&gt;","style":{"bold":true}}',
    );
  });

  test('says at a glance what is known of whom, in signs and words, three things at most', () => {
    const chips: Chip[] = [
      { text: 'no MFA', tone: 'bad' },
      { text: 'risk high', tone: 'warning' },
      { text: 'on call', tone: 'good' },
      { text: 'Finance', tone: 'neutral' },
    ];
    const entities = [{ kind: 'Account', name: 'nina.berg', chips }];
    const shown = linesOf(cardView({ entities, moreEntities: 0 }));
    expect(shown).toContain('Account nina.berg  ▲\u00a0no MFA · △\u00a0risk high · ✓\u00a0on call\n');
    expect(shown).not.toContain('Finance');
  });

  test('says how it went before, and last what is not known yet', () => {
    const precedent = 'Seen 9 times in 90 days: 8 benign, 1 true positive';
    const missing = 'Still asking Entra ID, Log Analytics.';
    const card = drawCard(cardView({ precedent, missing, moreEntities: 0 }));
    expect(linesOf(cardView({ precedent, moreEntities: 0 }))).toContain(
      `vm-pay-web-01\n${precedent}\nProduct`,
    );
    const small = card.attachments[0]?.blocks?.find((block) => block.type === 'context');
    expect(small).toMatchObject({ elements: [{}, {}, { type: 'plain_text', text: missing }] });
  });

  test('says nothing of what is not known yet once it is closed', () => {
    const card = drawCard(cardView({ status: 'closed', missing: 'Still asking Entra ID.' }));
    expect(JSON.stringify(card)).not.toContain('Still asking');
  });

  test('links only to https', () => {
    const links = (url: string) => JSON.stringify(drawCard(cardView({ url }))).includes('"type":"link"');
    expect(links('https://portal.azure.com/')).toBe(true);
    expect(links('javascript:alert(1)')).toBe(false);
    expect(links('http://portal.azure.com/')).toBe(false);
    expect(links('https://user:password@portal.azure.com/')).toBe(false);
  });

  test('has its buttons in order with ids only, and the rest behind "…"', () => {
    const blocks = drawCard(cardView()).attachments[0]?.blocks ?? [];
    const actions = blocks.find((block) => block.type === 'actions');
    expect(actions).toMatchObject({
      block_id: 'actions:3',
      elements: [
        { action_id: 'incident:take', value: '42:3:take', style: 'primary' },
        { action_id: 'incident:assign', value: '42:3:assign:dialog' },
        { action_id: 'incident:close', value: '42:3:close:dialog' },
        {
          type: 'overflow',
          action_id: 'incident:more',
          options: [{ value: '42:3:comment:dialog' }, { value: '42:3:severity:dialog' }],
        },
      ],
    });
  });

  test('shows what Slack’s menu has no room for beside its first buttons', () => {
    const take = { verb: 'take', label: 'Take it', primary: true, dialog: false } as const;
    const others = buttonVerbs.filter((verb) => verb !== 'take');
    const rowsOf = (count: number) => {
      const more = others.slice(0, count).map((verb) => ({ ...take, verb }));
      const blocks = drawCard(cardView({ buttons: [take], more })).attachments[0]?.blocks ?? [];
      return blocks.flatMap((block) =>
        block.type === 'actions' && 'elements' in block
          ? [block.elements.map((one) => (one.type === 'overflow' ? one.options.length : one.action_id))]
          : [],
      );
    };
    expect(rowsOf(5)).toEqual([['incident:take', 5]]);
    expect(rowsOf(7)).toEqual([['incident:take', 'incident:acknowledge', 'incident:assign', 5]]);
  });

  test('offers Retry where writing back failed', () => {
    const retry = { verb: 'retry', label: 'Retry', primary: false, dialog: false } as const;
    const card = drawCard(cardView({ sync: 'Sync with Microsoft Sentinel failed', buttons: [retry] }));
    expect(JSON.stringify(card)).toContain('Sync with Microsoft Sentinel failed');
    expect(JSON.stringify(card)).toContain('"value":"42:3:retry"');
  });

  test('shrinks to three lines and Reopen when closed', () => {
    const reopen = { verb: 'reopen', label: 'Reopen', primary: false, dialog: false } as const;
    const card = drawCard(cardView({ status: 'closed', buttons: [reopen], more: [] }));
    expect(card.blocks).toHaveLength(1);
    expect(card.attachments[0]?.color).toBe('#2eb886');
    expect(card.attachments[0]?.blocks?.map((block) => block.type)).toEqual([
      'rich_text',
      'context',
      'actions',
    ]);
    expect(JSON.stringify(card)).not.toContain('Microsoft Defender for Servers');
  });

  test('is grey and has no buttons when its incident is part of another one', () => {
    const reopen = { verb: 'reopen', label: 'Reopen', primary: false, dialog: false } as const;
    const card = drawCard(cardView({ status: 'closed', merged: true, buttons: [reopen], more: [reopen] }));
    expect(card.attachments[0]?.color).toBe('#8d8d8d');
    expect(card.attachments[0]?.blocks?.map((block) => block.type)).toEqual(['rich_text', 'context']);
  });

  test('changes its block ids with its version, or Slack keeps showing the old ones', () => {
    const ids = (version: number) =>
      drawCard(cardView({ version })).attachments.flatMap((one) =>
        one.blocks?.map((block) => block.block_id),
      );
    expect(ids(3).filter((id) => ids(4).includes(id))).toEqual([]);
  });
});
