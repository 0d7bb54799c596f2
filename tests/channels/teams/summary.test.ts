import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cardLimit, sizeOf } from '../../../src/channels/teams/check-card.ts';
import { drawSummary } from '../../../src/channels/teams/draw-summary.ts';
import type { Card } from '../../../src/channels/teams/templates.ts';
import { Refused } from '../../../src/errors.ts';
import { incidentsOf, newIncidents, summaryView, variedIncidents } from '../storm.ts';
import { findCardFaults } from './card-faults.ts';
import { type Company, createCompany, SOC } from './company.ts';
import { findAll } from './find-all.ts';
import { cardView } from './views.ts';

/** What stands in the card, a line a block. */
const linesOf = (card: Card): string[] =>
  findAll(card, 'RichTextBlock').map((block) =>
    findAll(block, 'TextRun')
      .map(({ text }) => text)
      .join(''),
  );
const choicesOf = (card: Card): unknown[] =>
  findAll(card, 'Input.ChoiceSet').flatMap(({ choices }) => choices);

describe('a summary in Teams', () => {
  it('tells the storm in colour, numbers and words, in the time of whoever reads it', () => {
    const card = drawSummary(summaryView({ total: 214, open: 214, counts: { high: 12, medium: 202 } }));
    expect(card.body).toMatchObject({ 0: { style: 'attention' } });
    expect(linesOf(card).slice(0, 2)).toEqual([
      'Storm: 214 new incidents here since',
      '▲ 12 high · ◆ 202 medium',
    ]);
    expect(findAll(card, 'TextBlock').map(({ text }) => text)).toEqual([
      '{{DATE(2026-11-21T02:14:09Z, COMPACT)}} {{TIME(2026-11-21T02:14:09Z)}}',
    ]);
    expect(linesOf(card).at(-1)).toBe('174 more are not listed.');
    expect(card.speak).toMatch(
      /^Storm: 214 new incidents here since 02:14 UTC\. The gravest, high: INC-1001 /,
    );
    expect(drawSummary(summaryView({ open: 0, incidents: [] })).body).toMatchObject({ 0: { style: 'good' } });
  });

  it('has a line an incident: the severity as sign and word, what became of it in colour and words', () => {
    const card = drawSummary(summaryView({ incidents: variedIncidents() }));
    expect(linesOf(card).slice(2)).toEqual([
      '▲ high INC-1001  Possible reverse shell detected on vm-pay-web-01 · new',
      '▲ high INC-1002  Possible reverse shell detected on vm-pay-web-02 · active, Adam Keller has it',
      '◆ medium INC-1003  Suspicious authentication activity from an unusual location on vm-pay-web-03 · active, nobody has it',
      '◆ medium INC-1004  Suspicious authentication activity from an unusual location on vm-pay-web-04 · closed, benign positive, suspicious but expected',
      '▽ low INC-1005  Unusual number of files extracted from a storage account on vm-pay-web-05 · merged into INC-1001',
      '○ informational INC-1006  PREVIEW: container registry scan finished with findings on vm-pay-web-06 · new, Priya Nair has it',
    ]);
    const colours = findAll(card, 'TextRun').flatMap(({ color }) => (color === undefined ? [] : [color]));
    expect(colours).toEqual(['Attention', 'Accent', 'Accent', 'Good', 'Default', 'Attention']);
  });

  it('offers a card of every incident that is not part of another', () => {
    const card = drawSummary(summaryView({ incidents: variedIncidents() }));
    expect(findAll(card, 'Input.ChoiceSet')).toMatchObject([
      {
        id: 'chosen',
        style: 'compact',
        label: 'Pick one to get its card with its buttons, or type list.',
        isRequired: true,
        errorMessage: 'Pick an incident first.',
      },
    ]);
    expect(choicesOf(card)).toMatchObject([
      { title: 'INC-1001 high · Possible reverse shell detected on vm-pay-web-01', value: '1001:1' },
      { value: '1002:3' },
      { value: '1003:2' },
      { value: '1004:2' },
      { value: '1006:2' },
    ]);
    expect(findAll(card, 'Action.Execute')).toMatchObject([
      {
        title: 'Show its card',
        verb: 'watchfloor/show',
        associatedInputs: 'auto',
        fallback: { type: 'Action.Submit', associatedInputs: 'auto', data: { verb: 'show' } },
      },
    ]);
  });

  it('has no list to pick from where there is nothing to pick', () => {
    const merged = variedIncidents().filter(({ mergedInto }) => mergedInto !== undefined);
    const card = drawSummary(summaryView({ incidents: merged }));
    expect([...findAll(card, 'Input.ChoiceSet'), ...findAll(card, 'ActionSet')]).toEqual([]);
  });

  it('holds forty rows whatever they say, and stays under 25 kB', () => {
    const texts = ['', '漢'.repeat(500), '😀'.repeat(500), '{{"<at>\\'.repeat(100), 'x'.repeat(4_000)];
    for (const incidents of [newIncidents(40), ...texts.map(incidentsOf)]) {
      const card = drawSummary(summaryView({ incidents, total: 99_999 }));
      expect(choicesOf(card)).toHaveLength(40);
      expect(linesOf(card)).toHaveLength(42);
      expect(sizeOf(card)).toBeLessThanOrEqual(cardLimit);
      expect(findCardFaults(card)).toEqual([]);
    }
    expect(linesOf(drawSummary(summaryView()))[2]).toBe(
      '▲ high INC-1001  Possible reverse shell detected on vm-pay-web-01 · new',
    );
  });

  it('makes no mention, date or link of what attackers wrote', () => {
    const text =
      '<at>SOC</at> <!channel> [press](https://evil.example) {{DATE(2026-01-01T00:00:00Z)}} \u202Egpj';
    const card = drawSummary(summaryView({ incidents: incidentsOf(text) }));
    const shown = [...linesOf(card), ...choicesOf(card).map((choice) => JSON.stringify(choice))].join('\n');
    expect(shown).not.toMatch(/<\s*\/?\s*at\b|\{\{|\u202E/i);
    expect(JSON.stringify([choicesOf(card), card.fallbackText, card.speak])).not.toMatch(/\]\(|[<>]/);
    expect(findAll(card, 'Action.OpenUrl')).toEqual([]);
  });
});

describe('picking an incident in Teams', () => {
  let company: Company;
  let summary: { conversation: string; message: string };
  beforeAll(async () => {
    company = await createCompany();
  });
  afterAll(() => company.stop());
  beforeEach(async () => {
    company.rest();
    summary = await company.teams.channel.postSummary(
      SOC,
      summaryView({ incidents: newIncidents(5) }),
      'storm',
    );
    company.asked.length = 0;
    company.desk.press = async () => ({
      card: cardView(),
      told: 'INC-1003 gets a card of its own.',
      changed: true,
    });
  });

  const shown = () => company.messages().find(({ id }) => id === summary.message);
  const pick = (inputs: object) =>
    company.act('press', {
      as: 'olivia',
      conversation: SOC,
      activity: summary.message,
      verb: 'watchfloor/show',
      inputs,
    });

  it('asks for its card, and leaves the summary a summary for whoever picked', async () => {
    const { body } = await pick({ chosen: '1003:1' });
    expect(company.asked).toMatchObject([{ what: 'press', with: ['show', 1003, 1] }]);
    expect(body).toEqual({
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: 'INC-1003 gets a card of its own.',
    });
    expect(shown()?.personal).toBeUndefined();
    expect(shown()).toMatchObject({ posts: 1 });
  });

  it('says what to do where nothing is picked', async () => {
    for (const inputs of [{}, { chosen: '' }]) {
      const { body } = await pick(inputs);
      expect(body.value).toBe('Pick an incident in the list first, then press Show its card.');
    }
    expect(company.asked).toEqual([]);
  });

  it('asks nobody about what is not in our lists', async () => {
    for (const chosen of ['all', '1003', '1003:x', '-1:1', '1003:1:2', '1003:1; drop', 'x'.repeat(900)]) {
      const { body } = await pick({ chosen });
      expect(body.value).toContain('not one that Watchfloor knows');
    }
    expect(company.asked).toEqual([]);
  });

  it('works as a message too, from a client without Universal Actions', async () => {
    const before = company.messages().length;
    const send = async (value: object) => {
      company.rest();
      await company.send(company.message({ text: undefined, value }));
    };
    await send({ verb: 'show', chosen: '1003:1' });
    expect(company.asked).toMatchObject([{ what: 'press', with: ['show', 1003, 1] }]);
    await send({ verb: 'show' });
    company.desk.press = async () => {
      throw new Refused('Guests may look and nothing else.');
    };
    await send({ verb: 'show', chosen: '1004:1' });
    const inRoom = company.messages().slice(before);
    expect(inRoom.map(({ text }) => text)).toEqual(Array(2).fill('I have answered you privately.'));
    const alone = company.messages('a:1olivia').slice(-2);
    expect(alone.map(({ text }) => text)).toEqual([
      'Pick an incident in the list first, then press Show its card.',
      'Guests may look and nothing else.',
    ]);
  });
});
