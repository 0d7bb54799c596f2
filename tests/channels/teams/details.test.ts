// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what attackers write looks like templates.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetailsView } from '../../../src/channels/details-view.ts';
import { cardLimit, sizeOf } from '../../../src/channels/teams/check-card.ts';
import { drawDetails } from '../../../src/channels/teams/draw-details.ts';
import { replyMessage } from '../../../src/channels/teams/reply-message.ts';
import type { Card } from '../../../src/channels/teams/templates.ts';
import { detailsOf, detailsView, topology } from '../details.ts';
import { findCardFaults } from './card-faults.ts';
import { findAll } from './find-all.ts';

const drawn = (change: Partial<DetailsView> = {}): Card => drawDetails(detailsView(change), new Map());
const runsOf = (card: unknown) => findAll(card, 'TextRun').map(({ text }) => text);
const only = (change: object): Partial<DetailsView> => {
  const [subject] = detailsView().subjects;
  const part = { title: 'Posture', facts: [], link: undefined, chart: undefined, map: undefined, ...change };
  return { subjects: subject ? [{ ...subject, parts: [part] }] : [] };
};
async function withPictures(details: DetailsView): Promise<Card> {
  const message = await replyMessage({ kind: 'details', details });
  if (!('attachments' in message)) throw new Error('The answer is text.');
  return message.attachments[0]?.content ?? {};
}

describe('what is known, in Teams', () => {
  // The first of them also makes the schema of all cards.
  it('is drawn as agreed', { timeout: 120_000 }, async () => {
    expect(findCardFaults(drawn())).toEqual([]);
    await expect(`${JSON.stringify(drawn(), null, 2)}\n`).toMatchFileSnapshot('../golden/teams-details.json');
  });

  it('says its tones in colour, sign and word', () => {
    const chips = findAll(drawn(), 'TextRun').filter(({ color }) => color !== undefined);
    expect(chips.slice(0, 3)).toMatchObject([
      { text: expect.stringContaining('▲\u00a0crown jewel'), color: 'Attention' },
      { text: expect.stringContaining('△\u00a0SSH open to all'), color: 'Warning' },
      { text: expect.stringContaining('✓\u00a0backed up'), color: 'Good' },
    ]);
  });

  it('opens the first subject, and each other at a press', () => {
    const card = drawn();
    const inside = findAll(card, 'Container').filter(({ id }) => id !== undefined);
    expect(inside.map(({ id, isVisible }) => ({ id, isVisible }))).toEqual([
      { id: 'subject-1', isVisible: true },
      { id: 'subject-2', isVisible: false },
    ]);
    expect(findAll(card, 'Action.ToggleVisibility').map(({ targetElements }) => targetElements)).toEqual([
      ['subject-1'],
      ['subject-2'],
      ['subject-3'],
    ]);
  });

  it('shows who says that something is bad before anything is pressed', () => {
    const said = 'Malicious: VirusTotal (12 of 94 engines), AbuseIPDB (100 %)';
    const hidden = findAll(drawn(), 'Container').filter(({ isVisible }) => isVisible === false);
    expect(runsOf(drawn())).toContain(said);
    expect(runsOf(hidden)).not.toContain(said);
  });

  it('links only by https', () => {
    const links = (url: string) =>
      findAll(drawn(only({ link: { label: 'Portal', url } })), 'Action.OpenUrl').map((link) => link.url);
    expect(links('https://portal.azure.com/')).toEqual(['https://portal.azure.com/']);
    expect(links('http://portal.azure.com/')).toEqual([]);
    expect(links('javascript:alert(1)')).toEqual([]);
  });

  it('draws a map as a picture, with words for whoever does not see it', async () => {
    const card = await withPictures(detailsView());
    expect(findCardFaults(card)).toEqual([]);
    expect(sizeOf(card)).toBeLessThanOrEqual(cardLimit);
    expect(findAll(card, 'Image')).toMatchObject([
      {
        url: expect.stringMatching(/^data:image\/png;base64,iVBORw0KGgo/),
        altText: expect.stringContaining('Internet → Public IP pip-pay-web-01'),
      },
    ]);
  });

  it('tells a map in words where its picture has no room', async () => {
    const nodes = Array.from({ length: 24 }, (_, n) => ({
      id: `n${n}`,
      label: `machine-${n} with a name of two lines`,
      kind: 'peer' as const,
      tone: 'warning' as const,
    }));
    const edges = nodes.map(({ id }, n) => ({ from: 'n0', to: id, label: `TCP ${n}, ${n * 7}` }));
    const facts = Array.from({ length: 30 }, (_, n) => ({ label: `Fact ${n}`, value: 'y'.repeat(150) }));
    const part = {
      title: 'Network',
      facts,
      link: undefined,
      chart: undefined,
      map: topology({ nodes, edges }),
    };
    const subjects = detailsView().subjects.map((subject) => ({ ...subject, parts: [part, part, part] }));
    const card = await withPictures(detailsView({ subjects }));
    expect(sizeOf(card)).toBeLessThanOrEqual(cardLimit);
    expect(findAll(card, 'Image')).toEqual([]);
    expect(runsOf(card).join('\n')).toContain('Peer machine-0 with a name of two lines (warning) → ');
  });

  it('never becomes a mention, markdown, a date or a link, and always fits, whatever far sides say', () => {
    const evil = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 100 }),
      fc.constantFrom(
        '',
        '<at>SOC</at> [x](https://evil.example) {{DATE(2026-01-01T00:00:00Z)}} ${1+1} "}],"actions":[',
        '\u202Egnp.exe\u202C',
        '"\\'.repeat(150),
        '漢😀'.repeat(150),
      ),
    );
    fc.assert(
      fc.property(evil, (text) => {
        const card = drawDetails(detailsOf(text), new Map());
        expect(sizeOf(card)).toBeLessThanOrEqual(cardLimit);
        for (const { text: own } of findAll(card, 'TextBlock'))
          expect(own).toMatch(/^\{\{DATE\([\d:TZ-]+, COMPACT\)\}\} \{\{TIME\([\d:TZ-]+\)\}\}$/);
        for (const run of runsOf(card)) expect(run).not.toMatch(/\{\{|<\s*\/?\s*at\b/i);
        expect(findAll(card, 'FactSet')).toEqual([]);
        expect(findCardFaults(card)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
