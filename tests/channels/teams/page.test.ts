import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cardLimit, sizeOf } from '../../../src/channels/teams/check-card.ts';
import { drawPage } from '../../../src/channels/teams/draw-page.ts';
import { drawReply } from '../../../src/channels/teams/draw-reply.ts';
import type { Card } from '../../../src/channels/teams/templates.ts';
import { keepsPages } from '../../contracts/page-message.ts';
import { digestView, pageView } from '../pages.ts';
import { findCardFaults } from './card-faults.ts';
import { type Company, createCompany, SOC } from './company.ts';
import { findAll } from './find-all.ts';

const olivia = { userId: '00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1', name: 'Olivia Marsh' };
const runsOf = (card: unknown) => findAll(card, 'TextRun').map(({ text }) => text);
const rowsOf = (card: Card) => findAll(card, 'ActionSet').map(({ actions }) => actions);

describe('a page in Teams', () => {
  it('has a strong title and a quiet subtitle in a strip of its tone, then facts, then what can be said', () => {
    const card = drawPage(pageView());
    expect(findCardFaults(card)).toEqual([]);
    expect(card).toMatchObject({ version: '1.5', fallbackText: pageView().fallback });
    expect(findAll(card, 'Container')[0]).toMatchObject({
      style: 'attention',
      items: [
        { inlines: [{ text: pageView().title, weight: 'Bolder' }] },
        { inlines: [{ text: pageView().subtitle, isSubtle: true, size: 'Small' }] },
      ],
    });
    expect(runsOf(card)).toEqual([
      pageView().title,
      pageView().subtitle,
      ...['Incident', 'Reverse shell on vm-pay-web-01', 'Limit', 'Take it, or say who should.'],
    ]);
    expect(findAll(card, 'TextBlock').map(({ text }) => text)).toEqual([
      '{{DATE(2026-11-21T09:29:00Z, COMPACT)}} {{TIME(2026-11-21T09:29:00Z)}}',
    ]);
    const tones = (['plain', 'good', 'warning'] as const).map((tone) => drawPage(pageView({ tone })).body);
    expect(tones).toMatchObject(['emphasis', 'good', 'warning'].map((style) => ({ 0: { style } })));
  });

  it('carries words and nothing else in its buttons; one that asks first opens a form', () => {
    const [row] = rowsOf(drawPage(pageView()));
    const look = { title: 'Take it', style: 'positive', associatedInputs: 'none' };
    expect(row).toEqual([
      {
        type: 'Action.Execute',
        ...look,
        verb: 'watchfloor/say',
        data: { say: 'take INC-1042' },
        fallback: { type: 'Action.Submit', ...look, data: { verb: 'say', say: 'take INC-1042' } },
      },
      {
        type: 'Action.Submit',
        title: 'Silence',
        associatedInputs: 'none',
        data: { msteams: { type: 'task/fetch' }, verb: 'say/form', say: 'silence INC-1042' },
      },
    ]);
    const buttons = [{ label: 'Too much', words: 'x'.repeat(151), primary: false, form: false }];
    expect(rowsOf(drawPage(pageView({ buttons })))).toEqual([]);
  });

  it('shows at most five buttons in a row, and loses none', () => {
    const titles = rowsOf(drawPage(digestView())).map((row) =>
      (row as { title: string }[]).map(({ title }) => title),
    );
    expect(titles).toEqual([
      ['Decide 1', 'Decide 2', 'Decide 3', 'Decide 4', 'More actions'],
      ['Decide 5', 'Decide 6', 'Decide 7'],
    ]);
  });

  it('has its sections in order, each in its own form, and moments in the zone of whoever reads', () => {
    const card = drawPage(digestView());
    expect(findCardFaults(card)).toEqual([]);
    expect(sizeOf(card)).toBeLessThan(cardLimit);
    const texts = runsOf(card);
    const places = digestView().sections.map(({ title }) => texts.indexOf(title));
    expect(places).not.toContain(-1);
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(findAll(card, 'Chart.VerticalBar.Grouped')).toHaveLength(1);
    expect(texts).toEqual(expect.arrayContaining(['12', 'Rule 8', 'INC-1040  ', '4 more.']));
    expect(findAll(card, 'TextBlock').map(({ text }) => text)).toContain(
      '{{DATE(2026-11-21T08:00:00Z, COMPACT)}} {{TIME(2026-11-21T08:00:00Z)}}',
    );
  });

  it('is a reply like any other', () => {
    expect(drawReply({ kind: 'page', page: pageView() })).toMatchObject({
      summary: pageView().fallback,
      attachments: [{ content: drawPage(pageView()) }],
    });
  });

  it('calls people in a first line, by names that mean nothing else', () => {
    const card = drawPage(pageView(), [olivia, { userId: 'x', name: '**B**</at> [a](https://e.example)' }]);
    expect(findCardFaults(card)).toEqual([]);
    expect(card).toMatchObject({
      msteams: {
        entities: [
          {
            type: 'mention',
            text: '<at>Olivia Marsh</at>',
            mentioned: { id: olivia.userId, name: 'Olivia Marsh' },
          },
          { text: '<at>B at a https e.example</at>', mentioned: { name: 'B at a https e.example' } },
        ],
      },
      body: [
        { type: 'TextBlock', text: '<at>Olivia Marsh</at> <at>B at a https e.example</at>' },
        {},
        {},
        {},
        {},
      ],
    });
  });
});

describe('a page in a room of Teams', () => {
  let company: Company;
  let thread = '';
  beforeAll(async () => {
    company = await createCompany();
    const root = await company.teams.channel.postPage(
      { conversation: SOC, thread: undefined },
      pageView(),
      'root',
      [],
    );
    thread = root.message;
  });
  afterAll(() => company.stop());
  beforeEach(() => company.rest());
  const messageOf = (id: string) => company.messages().find((one) => one.id === id);

  keepsPages(() => ({
    channel: company.teams.channel,
    room: { conversation: SOC, thread: undefined },
    thread: { conversation: SOC, thread },
    to: olivia,
    look({ message }) {
      const found = messageOf(message);
      return found && { posts: found.posts, holds: JSON.stringify(found) };
    },
    count: () => company.messages().length,
    loseAnswer: () => company.faults.set('teams', { kind: 'lost-answer', count: 1 }),
    calledBy({ message }) {
      const card = messageOf(message)?.attachments[0]?.content as {
        msteams: { entities: { mentioned: { id: string } }[] };
      };
      return card.msteams.entities.map(({ mentioned }) => mentioned.id);
    },
  }));
});
