import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pictures } from '../../../src/channels/pictures.ts';
import { drawDetails, drawDetailsModal } from '../../../src/channels/slack/details.ts';
import { messageFaults, viewFaults } from '../../../src/channels/slack/limits.ts';
import type { Message } from '../../../src/channels/slack/message.ts';
import { checkBlocks } from '../../../src/sandbox/slack/check-blocks.ts';
import { checkView } from '../../../src/sandbox/slack/check-view.ts';
import { detailsOf, detailsView, failures, topology } from '../details.ts';
import { expectNoMarkup } from './no-markup.ts';

const inWords: Pictures<string> = new Map();
const drawn = (change: Parameters<typeof detailsView>[0] = {}) => drawDetails(detailsView(change), inWords);
const textOf = (message: Message) => JSON.stringify(message.blocks);
const only = (change: object) => {
  const [subject] = detailsView().subjects;
  const part = { title: 'Posture', facts: [], link: undefined, chart: undefined, map: undefined, ...change };
  return { subjects: subject ? [{ ...subject, parts: [part] }] : [] };
};

describe('what is known, in Slack', () => {
  test('is drawn as agreed', async () => {
    await expect(`${JSON.stringify(drawn(), null, 2)}\n`).toMatchFileSnapshot('../golden/slack-details.json');
  });

  test('says its tones in signs as well, and speaks a full sentence', () => {
    const message = drawn();
    expect(textOf(message)).toContain('▲\u00a0crown jewel');
    expect(textOf(message)).toContain('△\u00a0SSH open to all');
    expect(textOf(message)).toContain('✓\u00a0backed up');
    expect(message.text).toBe(detailsView().fallback);
  });

  test('shows times in the zone of whoever reads them', () => {
    expect(textOf(drawn())).toContain('"type":"date","timestamp":1795137120');
  });

  test('links only to https', () => {
    const links = (url: string) => textOf(drawn(only({ link: { label: 'Portal', url } }))).includes('"link"');
    expect(links('https://portal.azure.com/')).toBe(true);
    expect(links('http://portal.azure.com/')).toBe(false);
    expect(links('javascript:alert(1)')).toBe(false);
  });

  test('has two charts at most, and tells the others in a sentence', () => {
    const [subject] = detailsView().subjects;
    if (!subject) throw new Error('Nobody is known.');
    const part = { title: 'Load', facts: [], link: undefined, map: undefined };
    const parts = [1, 2, 3].map((n) => ({ ...part, chart: { ...failures(), title: `Load ${n}` } }));
    const message = drawn({ subjects: [{ ...subject, parts }] });
    expect(message.blocks.filter(({ type }) => type === 'data_visualization')).toHaveLength(2);
    expect(textOf(message)).toContain('Load 3: from 11 to 480, at last 14 MB.');
  });

  test('draws a map as a picture that Slack has, with words for whoever does not see it', () => {
    const map = topology();
    const message = drawDetails(detailsView(only({ map })), new Map([[map, 'F0MAP']]));
    expect(message.blocks.find(({ type }) => type === 'image')).toMatchObject({
      slack_file: { id: 'F0MAP' },
      alt_text: expect.stringContaining('Internet → Public IP pip-pay-web-01'),
    });
    expect(textOf(drawn(only({ map })))).not.toContain('slack_file');
    expect(textOf(drawn(only({ map })))).toContain('Rules nsg-payments (bad) → Network card nic-pay-web-01');
  });

  test('is told in the same words in the modal of whoever presses Details', () => {
    const modal = JSON.stringify(drawDetailsModal(detailsView()));
    for (const words of ['▲\u00a0crown jewel', '△\u00a0SSH open to all', '✓\u00a0backed up']) {
      expect(modal).toContain(words);
    }
    expect(modal).not.toContain('data_visualization');
    expect(modal).not.toContain('slack_file');
  });

  test('leaves out the last facts before it is too long, and says how many', () => {
    const facts = Array.from({ length: 30 }, (_, n) => ({ label: `Fact ${n}`, value: 'x'.repeat(200) }));
    const [subject] = detailsView().subjects;
    if (!subject) throw new Error('Nobody is known.');
    const part = { title: 'Posture', facts, link: undefined, chart: undefined, map: undefined };
    const message = drawn({ subjects: Array.from({ length: 8 }, () => ({ ...subject, parts: [part] })) });
    expect(messageFaults(message)).toEqual([]);
    expect(textOf(message)).toMatch(/… and \d+ more/);
    expect(textOf(message)).toContain('Fact 0: ');
  });

  test('stays within the limits and parses nothing, whatever far sides say', () => {
    const evil = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom(
        '',
        '<!channel> <@U0OLIVIA> <https://evil.example|https://portal.azure.com>',
        '*bold* `code` :rotating_light: > quote',
        '\u202Egnp.exe\u202C \uD800',
        '"\\'.repeat(150),
        '漢😀'.repeat(150),
      ),
    );
    fc.assert(
      fc.property(evil, fc.boolean(), (text, hasPicture) => {
        const view = detailsOf(text);
        const map = view.subjects[0]?.parts[0]?.map;
        const message = drawDetails(view, new Map(map && hasPicture ? [[map, 'F0MAP']] : []));
        expect(messageFaults(message)).toEqual([]);
        expect(checkBlocks(message.blocks, 'message')).toEqual([]);
        expectNoMarkup(message);
        const modal = drawDetailsModal(view);
        expect(viewFaults(modal)).toEqual([]);
        expect(checkView(modal)).toEqual([]);
        expectNoMarkup({ ...modal, text: '' });
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
