import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageView } from '../../../src/channels/page-view.ts';
import { messageFaults } from '../../../src/channels/slack/limits.ts';
import type { Message } from '../../../src/channels/slack/message.ts';
import { drawPage } from '../../../src/channels/slack/page.ts';
import { drawReply } from '../../../src/channels/slack/reply.ts';
import { checkBlocks } from '../../../src/sandbox/slack/check-blocks.ts';
import { keepsPages } from '../../contracts/page-message.ts';
import { digestView, fullPage, pageView } from '../pages.ts';
import { expectNoMarkup } from './no-markup.ts';
import { ROOM, type Stage, setStage } from './stage.ts';

const all = ({ blocks, attachments }: Message) => [
  ...blocks,
  ...attachments.flatMap((one) => one.blocks ?? []),
];
const typesOf = (message: Message) => all(message).map(({ type }) => type);

function expectAccepted(message: Message): void {
  expect(messageFaults(message)).toEqual([]);
  expect(checkBlocks(message.blocks, 'message')).toEqual([]);
  for (const { blocks } of message.attachments) {
    expect(checkBlocks(blocks, 'message')).toEqual([]);
    // Slack hides what comes after the fifth.
    expect(blocks?.length).toBeLessThanOrEqual(5);
  }
}

describe('a page in Slack', () => {
  it('that is short stands beside a bar in its colour, its title strong and above, its subtitle small', () => {
    const message = drawPage(pageView());
    expectAccepted(message);
    expect(message).toMatchObject({
      text: pageView().fallback,
      blocks: [
        {
          type: 'rich_text',
          elements: [
            {
              elements: [
                { type: 'emoji', name: 'rotating_light' },
                {},
                { text: pageView().title, style: { bold: true } },
              ],
            },
          ],
        },
        { type: 'context', elements: [{ type: 'plain_text', text: pageView().subtitle }] },
      ],
      attachments: [{ color: '#c4314b' }],
    });
    expect(JSON.stringify(message)).toContain('{date_short_pretty} {time}');
  });

  it('that is long has its sections in order, a table and charts as Slack draws them, and no bar', () => {
    const message = drawPage(digestView());
    expectAccepted(message);
    expect(message.attachments).toEqual([]);
    expect(typesOf(message)).toEqual([
      ...['rich_text', 'context', 'rich_text', 'rich_text'],
      ...['rich_text', 'data_visualization', 'rich_text', 'table'],
      ...['rich_text', 'rich_text', 'rich_text', 'actions'],
    ]);
    const said = JSON.stringify(message);
    const places = digestView().sections.map(({ title }) => said.indexOf(title));
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(said).toContain('4 more.');
    // There is no file of a page.
    expect(said).not.toContain('CSV');
  });

  it('carries words and nothing else in its buttons; one that asks first says so by its action', () => {
    expect(all(drawPage(pageView())).at(-1)).toMatchObject({
      type: 'actions',
      elements: [
        { action_id: 'say:1', value: 'take INC-1042', style: 'primary', text: { text: 'Take it' } },
        { action_id: 'form:2', value: 'silence INC-1042' },
      ],
    });
    const words = 'x'.repeat(151);
    const buttons = [{ label: 'Too much', words, primary: false, form: false }];
    expect(typesOf(drawPage(pageView({ buttons })))).not.toContain('actions');
  });

  it('is drawn anew where it changed, and the same where it did not', () => {
    const ids = (view: PageView) => all(drawPage(view)).map((block) => block.block_id);
    expect(ids(pageView())).toEqual(ids(pageView()));
    expect(ids(pageView()).filter((id) => ids(pageView({ tone: 'good' })).includes(id))).toEqual([]);
  });

  it('is a reply like any other', () => {
    expect(drawReply({ kind: 'page', page: digestView() })).toEqual(drawPage(digestView()));
  });

  it('calls people by their ids in a first line; what is no id is a name and calls nobody', () => {
    const to = [
      { userId: 'U0OLIVIA', name: 'Olivia Marsh' },
      { userId: '!channel', name: '<!channel>' },
    ];
    const message = drawPage(pageView(), to);
    expectAccepted(message);
    expect(message.blocks[0]).toMatchObject({
      elements: [
        { elements: [{ type: 'user', user_id: 'U0OLIVIA' }, {}, { type: 'text', text: '<!channel>' }] },
      ],
    });
  });

  const evil = [
    '<!channel> <@U0OLIVIA> <https://evil.example|portal> *b* `c`',
    '😀'.repeat(1_500),
    '"\\'.repeat(700),
    '漢'.repeat(1_500),
    '',
  ];
  it.each(evil)('fits and stays text, whatever it holds (%#)', (text) => {
    const message = drawPage(fullPage(text), []);
    expectAccepted(message);
    expectNoMarkup(message);
  });

  it('fits and stays text for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const message = drawPage(fullPage(text));
        expectAccepted(message);
        expectNoMarkup(message);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a page in a room of Slack', () => {
  let stage: Stage;
  let thread = '';
  beforeEach(async () => {
    stage = await setStage();
    const { ts } = await stage.control('mention', { as: 'olivia', channel: ROOM, text: 'look at this' });
    thread = String(ts);
  });
  afterEach(() => stage[Symbol.asyncDispose]());
  const messageOf = (ts: string) => stage.messages().find((one) => one.ts === ts);

  keepsPages(() => ({
    channel: stage.slack.channel,
    room: { conversation: ROOM, thread: undefined },
    thread: { conversation: ROOM, thread },
    to: { userId: 'U0OLIVIA', name: 'Olivia Marsh' },
    look({ message }) {
      const found = messageOf(message);
      return found && { posts: found.posts, holds: JSON.stringify(found) };
    },
    count: () => stage.messages().length,
    loseAnswer: () => stage.faults.set('slack', { kind: 'lost-answer', count: 1 }),
    calledBy: ({ message }) =>
      [...JSON.stringify(messageOf(message)).matchAll(/"type":"user","user_id":"(\w+)"/g)].map(
        ([, id = '']) => id,
      ),
  }));
});
