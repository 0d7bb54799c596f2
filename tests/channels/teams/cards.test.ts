// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what attackers write looks like templates.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chip } from '../../../src/channels/details-view.ts';
import { cardLimit, checkCard, sizeOf } from '../../../src/channels/teams/check-card.ts';
import { drawCard } from '../../../src/channels/teams/draw-card.ts';
import { drawDialog } from '../../../src/channels/teams/draw-dialog.ts';
import { drawLog } from '../../../src/channels/teams/draw-log.ts';
import { drawReply } from '../../../src/channels/teams/draw-reply.ts';
import { drawSummary } from '../../../src/channels/teams/draw-summary.ts';
import { type Card, fill, templateNames } from '../../../src/channels/teams/templates.ts';
import type { ButtonView, CardView } from '../../../src/channels/views.ts';
import { incidentsOf, summaryView } from '../storm.ts';
import { findCardFaults } from './card-faults.ts';
import { everyCard } from './every-card.ts';
import { findAll } from './find-all.ts';
import {
  cardView,
  closeDialog,
  closedView,
  incidentsReply,
  logView,
  mergedView,
  takenView,
} from './views.ts';

const folder = new URL('../../../adaptive-cards/', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

describe('every card template', () => {
  it('is drawn by the product, and has a sample beside it', () => {
    const files = templateNames.flatMap((name) => [`${name}.json`, `${name}.sample.json`]);
    expect(readdirSync(folder).sort()).toEqual(files.sort());
  });

  // The first of them also makes the schema of all cards.
  it.each(templateNames)('%s is filled by its sample in every place', { timeout: 120_000 }, (name) => {
    const card = fill(name, read(`${name}.sample.json`));
    expect(JSON.stringify(card)).not.toMatch(/\$\{|\$data|\$when/);
    expect(findCardFaults(card)).toEqual([]);
    expect(card).toMatchObject({
      version: '1.5',
      msteams: { width: 'full' },
      fallbackText: card.speak,
    });
  });
});

describe('the cards that the product draws', () => {
  it.each(everyCard)('%s: Teams draws it, nothing is unfilled, it is not too large', (_name, card) => {
    expect(findCardFaults(card)).toEqual([]);
    // What attackers wrote may hold `${1+1}`; our own places may not be left.
    expect(JSON.stringify(card)).not.toMatch(/\$\{(?!1)|\$data|\$when|undefined/);
    expect(sizeOf(card)).toBeLessThanOrEqual(cardLimit);
  });

  it('are small where nobody writes too much', () => {
    const sizes = everyCard
      .filter(([name]) => !/hostile|endless|longest/.test(name))
      .map(([, card]) => sizeOf(card));
    // Help names every command, and an entity's answer is several in one.
    expect(Math.max(...sizes)).toBeLessThan(23_000);
  });

  it('shows the status as colour and the severity as sign and word', () => {
    expect(drawCard(cardView()).body).toMatchObject({ 0: { style: 'attention' } });
    expect(drawCard(takenView('Olivia Marsh')).body).toMatchObject({ 0: { style: 'accent' } });
    expect(JSON.stringify(drawCard(cardView()))).toContain('▲ HIGH · NEW');
    expect(JSON.stringify(drawCard(cardView({ severity: 'low' })))).toContain('▽ ');
  });

  it('is neutral and has no buttons where the incident is part of another one', () => {
    const buttons: ButtonView[] = [{ verb: 'reopen', label: 'Reopen', primary: false, dialog: false }];
    for (const card of [drawCard(mergedView()), drawCard({ ...mergedView(), buttons, more: buttons })]) {
      expect(card.body).toMatchObject({ 0: { style: 'emphasis' } });
      expect(findAll(card, 'ActionSet')).toEqual([]);
    }
    expect(drawCard(closedView()).body).toMatchObject({ 0: { style: 'good' } });
  });

  it('says at a glance what is known of whom, in colour, sign and word, three things at most', () => {
    const chips: Chip[] = [
      { text: 'no MFA', tone: 'bad' },
      { text: 'risk high', tone: 'warning' },
      { text: 'on call', tone: 'good' },
      { text: 'Finance', tone: 'neutral' },
    ];
    const card = drawCard(cardView({ entities: [{ kind: 'Account', name: 'nina.berg', chips }] }));
    const drawn = findAll(card, 'TextRun').map(({ text, color }) => ({ text, color }));
    const at = drawn.findIndex(({ text }) => text === 'nina.berg');
    expect(drawn.slice(at + 1, at + 5)).toEqual([
      { text: '\u00a0 ▲\u00a0no MFA', color: 'Attention' },
      { text: ' · △\u00a0risk high', color: 'Warning' },
      { text: ' · ✓\u00a0on call', color: 'Good' },
      expect.objectContaining({ text: 'and' }),
    ]);
  });

  it('says how it went before and what is not known yet, until it is closed', () => {
    const said = [cardView().precedent, cardView().missing];
    const runs = (card: Card) => findAll(card, 'TextRun').map(({ text }) => text);
    expect(runs(drawCard(cardView()))).toEqual(expect.arrayContaining(said));
    for (const text of said) expect(runs(drawCard(closedView()))).not.toContain(text);
  });

  it('shows times in the zone of whoever reads them', () => {
    const times = findAll(drawCard(cardView()), 'TextBlock').map(({ text }) => text);
    expect(times).toContain('{{DATE(2026-11-20T22:41:07Z, COMPACT)}} {{TIME(2026-11-20T22:41:07Z)}}');
  });

  it('opens with one press what acts, and by a dialog what asks', () => {
    const card = drawCard(cardView());
    const about = { incident: 1042, version: 1 };
    expect(findAll(card, 'ActionSet')[0]?.actions).toMatchObject([
      {
        type: 'Action.Execute',
        title: 'Take it',
        style: 'positive',
        verb: 'watchfloor/take',
        data: about,
        fallback: { type: 'Action.Submit', title: 'Take it', data: { verb: 'take', ...about } },
      },
      {
        type: 'Action.Submit',
        title: 'Assign',
        data: { msteams: { type: 'task/fetch' }, verb: 'assign', ...about },
      },
      {},
      {},
    ]);
  });

  it('never shows more than five buttons in a row, and loses none', () => {
    const button = (n: number): ButtonView => ({
      verb: 'comment',
      label: `B${n}`,
      primary: false,
      dialog: true,
    });
    const card = drawCard(
      cardView({ buttons: [1, 2, 3, 4, 5, 6].map(button), more: [7, 8, 9, 10].map(button) }),
    );
    const rows = findAll(card, 'ActionSet').map(({ actions }) => findTitles(actions));
    expect(rows).toEqual([['B1', 'B2', 'B3', 'B4', 'More'], ['B5', 'B6', 'B7', 'B8', 'B9'], ['B10']]);
  });

  it('names the incident as people say it', () => {
    for (const view of [cardView(), closedView()]) {
      expect(findAll(drawCard(view), 'TextRun').map(({ text }) => text)).toContain('INC-1042  ');
    }
  });

  it('offers the repair where it says what is broken', () => {
    const retry: ButtonView = { verb: 'retry', label: 'Retry sync', primary: false, dialog: false };
    const { buttons } = cardView();
    const sync = 'Microsoft Sentinel does not hold this yet: it refuses the change.';
    const card = drawCard(cardView({ sync, buttons: [...buttons, retry, ...buttons] }));
    const [box] = findAll(card, 'Container').filter(({ style }) => style === 'warning');
    expect(findAll(box, 'TextRun').map(({ text }) => text)).toEqual([sync]);
    expect(findAll(box, 'Action.Execute')).toMatchObject([{ title: 'Retry sync' }]);
    expect(findAll(card, 'Action.Execute').filter(({ title }) => title === 'Retry sync')).toHaveLength(1);
  });

  it('links only by https', () => {
    for (const url of ['javascript:alert(1)', 'http://portal.azure.com', 'portal', undefined]) {
      expect(findAll(drawCard(cardView({ url })), 'Action.OpenUrl')).toEqual([]);
    }
    expect(findAll(drawCard(cardView()), 'Action.OpenUrl')).toHaveLength(1);
  });

  it('refuses a card over 25 kB', () => {
    expect(() => checkCard({ text: 'x'.repeat(25_000) })).toThrow(/at most 25000/);
  });
});

describe('text that an attacker wrote', () => {
  const fragment = fc.constantFrom(
    '<at>SOC</at>',
    '< at id="0">all</ at >',
    '[press me](https://evil.example)',
    '**bold**',
    '{{DATE(2026-01-01T00:00:00Z)}}',
    '{{{TIME(2026-01-01T00:00:00Z)}}',
    '${jndi:ldap://x}',
    '${string(actions)}',
    '<speak><audio src="x"/></speak>',
    '![x](https://evil.example/pixel.png)',
    '"}],"actions":[',
    ']: https://evil.example',
  );
  const hostile = fc
    .array(fc.oneof(fragment, fc.string({ unit: 'grapheme', maxLength: 12 })), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join(''));
  const view = fc.record({ title: hostile, name: hostile, value: hostile, by: hostile, url: hostile });

  const cards = (text: { title: string; name: string; value: string; by: string; url: string }): Card[] => {
    const change: Partial<CardView> = {
      title: text.title,
      headline: text.by,
      url: text.url,
      why: [text.value],
      entities: [{ kind: text.by, name: text.name, chips: [{ text: text.value, tone: 'bad' }] }],
      precedent: text.by,
      missing: text.title,
      facts: [{ label: text.name, value: text.value }],
      lastChange: { text: text.by, at: '2026-11-20T22:41:07.120Z' },
      sync: text.value,
      buttons: [{ verb: 'take', label: text.by, primary: true, dialog: false }],
      fallback: text.title,
    };
    const [choice, person, comment] = closeDialog().fields;
    if (choice?.kind !== 'choice' || !person || comment?.kind !== 'text') throw new Error('other fields');
    const choices = [{ value: 'x', label: text.name, description: text.value }];
    const fields = [
      { ...choice, label: text.title, choices },
      person,
      { ...comment, placeholder: text.value },
    ];
    return [
      drawCard(cardView(change), text.name),
      drawCard({ ...closedView(), ...change }),
      drawLog(logView(text.title, text.value)),
      drawSummary(summaryView({ incidents: incidentsOf(text.title).slice(0, 4) })),
      drawDialog(
        { ...closeDialog(), about: text.title, submit: text.by, fields },
        [{ value: 'y', label: text.name }],
        {
          values: { comment: text.value },
          faults: { comment: text.by },
        },
      ),
      cardOf(
        drawReply({
          kind: 'incidents',
          title: text.title,
          more: 0,
          rows: incidentsReply().rows.map((row) => ({
            ...row,
            title: text.title,
            owner: text.by,
            url: text.url,
          })),
        }),
      ),
      cardOf(drawReply({ kind: 'lines', title: text.title, rows: [{ lead: text.name, text: text.value }] })),
    ];
  };

  it('never becomes a mention, markdown, a date, a template, or a link', () => {
    fc.assert(
      fc.property(view, (text) => {
        for (const card of cards(text)) {
          // Only our own instants stand in text that is read as markdown or for dates.
          for (const { text: own } of findAll(card, 'TextBlock')) {
            expect(own).toMatch(/^\{\{DATE\([\d:TZ-]+, COMPACT\)\}\} \{\{TIME\([\d:TZ-]+\)\}\}$/);
          }
          for (const { text: run } of findAll(card, 'TextRun'))
            expect(run).not.toMatch(/\{\{|<\s*\/?\s*at\b/i);
          const spoken = [card.fallbackText, card.speak, ...findTitles(findAll(card, 'Input.ChoiceSet'))];
          for (const words of spoken) expect(words).not.toMatch(/\]\(|[<>]|\{\{/);
          for (const { url } of findAll(card, 'Action.OpenUrl')) expect(url).toMatch(/^https:/);
          expect(findAll(card, 'FactSet')).toEqual([]);
          expect(card).not.toHaveProperty('msteams.entities');
          expect(findCardFaults(card)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is not expanded as a template, and is shown as it was written', () => {
    const title = 'cat ${IFS}/etc/passwd ${1+1}';
    expect(findAll(drawCard(cardView({ title })), 'TextRun').map(({ text }) => text)).toContain(title);
  });

  it('stays plain in answers that are text', () => {
    const message = drawReply({ kind: 'text', text: 'No <at>SOC</at> [x](https://evil.example)' });
    expect(message).toMatchObject({
      textFormat: 'plain',
      text: 'No ‹at›SOC‹/at› [x] (https://evil.example)',
    });
  });
});

function cardOf(message: ReturnType<typeof drawReply>): Card {
  if (!('attachments' in message)) throw new Error('The reply is text.');
  return message.attachments[0]?.content ?? {};
}

function findTitles(nodes: unknown): string[] {
  return JSON.parse(JSON.stringify(nodes), (_key, value) => value).flatMap(
    (node: { title?: string; choices?: { title: string }[] }) => [
      ...(node.title === undefined ? [] : [node.title]),
      ...(node.choices ?? []).map(({ title }) => title),
    ],
  );
}
