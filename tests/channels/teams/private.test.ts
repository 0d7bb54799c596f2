import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Denied, Refused } from '../../../src/errors.ts';
import { type Company, createCompany, openly, SOC } from './company.ts';
import { cardView } from './views.ts';

const whole = { kind: 'incident', card: cardView({ title: 'For you alone' }) } as const;
let company: Company;

beforeAll(async () => {
  company = await createCompany();
});
beforeEach(() => {
  company.rest();
  company.faults.set('teams', { kind: 'none' });
});
afterAll(() => company.stop());

const lastOf = (conversation: string) => company.messages(conversation).at(-1);

describe('what only one person may read in Teams', () => {
  it('goes to their direct chat, and the room reads only that it did', async () => {
    company.desk.say = async () => ({ view: whole, private: true });
    await company.act('say', { as: 'adam', conversation: SOC, text: '@Watchfloor show 1042' });
    expect(lastOf(SOC)?.text).toBe('I have answered you privately.');
    expect(JSON.stringify(lastOf('a:1adam'))).toContain('For you alone');
    expect(JSON.stringify(company.messages(SOC))).not.toContain('For you alone');
  });

  it('is answered in the direct chat where they asked there', async () => {
    company.desk.say = async () => ({ view: whole, private: true });
    const before = company.messages('a:1priya').length;
    await company.act('say', { as: 'priya', conversation: 'a:1priya', text: 'show 1042' });
    const said = company.messages('a:1priya').slice(before);
    expect(said.map(({ from }) => from.id === 'watchfloor')).toEqual([false, true]);
  });

  it('is why somebody may not, too: it can name those who may', async () => {
    company.desk.say = async () => {
      throw new Denied('restricted', 'It is restricted to Lena Fischer. Ask them.');
    };
    await company.act('say', { as: 'olivia', conversation: SOC, text: '@Watchfloor take 1042' });
    expect(lastOf(SOC)?.text).toBe('I have answered you privately.');
    expect(lastOf('a:1olivia')?.text).toContain('Lena Fischer');
  });

  it('is why nothing came of it: what was asked about may be for named people', async () => {
    company.desk.say = async () => {
      throw new Refused('Olivia Marsh has INC-1042. Ask them, or assign it to yourself.');
    };
    await company.act('say', { as: 'adam', conversation: SOC, text: '@Watchfloor take 1042' });
    expect(lastOf(SOC)?.text).toBe('I have answered you privately.');
    expect(lastOf('a:1adam')?.text).toContain('Olivia Marsh has');
  });

  it('is said nowhere where no chat with them can be opened', async () => {
    company.desk.say = async () => ({ view: whole, private: true });
    const from = { id: '29:1nobody', name: 'Nobody', aadObjectId: '00000000-0000-4000-8000-000000000000' };
    await company.send(company.message({ from, text: 'show 1042' }));
    expect(lastOf(SOC)?.text).toContain('write to me directly');
    expect(JSON.stringify(company.messages(SOC))).not.toContain('For you alone');
  });

  it('is the presser’s own card after a press, without refresh, and nobody else’s', async () => {
    const button = { verb: 'show', label: 'Show', primary: false, dialog: false } as const;
    const card = cardView({
      existsOnly: true,
      version: 0,
      headline: 'INC-1042 · restricted incident',
      buttons: [button],
      more: [],
      fallback: 'INC-1042 is a restricted incident.',
    });
    const ref = await company.teams.channel.post(SOC, card, 'mark');
    company.desk.press = async () => ({ card, told: 'Shown to you alone.', changed: false, reply: whole });
    const { body } = await company.act('press', {
      as: 'adam',
      conversation: SOC,
      activity: ref.message,
      verb: 'watchfloor/show',
      data: { incident: 1042, version: 0 },
    });
    expect(JSON.stringify(body)).toContain('For you alone');
    expect(JSON.stringify(body)).not.toContain('refresh');
    const shown = company.messages(SOC).find(({ id }) => id === ref.message);
    expect(Object.keys(shown?.personal ?? {})).toEqual(['adam']);
    expect(JSON.stringify({ ...shown, personal: undefined })).not.toMatch(
      /For you alone|Reverse shell|HIGH|attention/,
    );
  });

  it('goes to the direct chat after a choice in a storm’s message, which stays one', async () => {
    company.desk.press = async () => ({
      card: cardView(),
      told: 'INC-1042 is shown to you alone.',
      changed: false,
      reply: whole,
    });
    const before = company.messages('a:1adam').length;
    const ref = await company.teams.channel.post(SOC, cardView(), 'mark');
    const { body } = await company.act('press', {
      as: 'adam',
      conversation: SOC,
      activity: ref.message,
      verb: 'watchfloor/show',
      inputs: { chosen: '1042:0' },
      data: {},
    });
    expect(JSON.stringify(body)).toContain('INC-1042 is shown to you alone.');
    expect(JSON.stringify(body)).not.toContain('For you alone');
    expect(JSON.stringify(company.messages('a:1adam').slice(before))).toContain('For you alone');
  });

  it('goes there, too, from a client that sends a press as a message', async () => {
    company.desk.press = async () => ({ card: cardView(), told: 'Shown.', changed: false, reply: whole });
    const value = { verb: 'show', incident: 1042, version: 0 };
    await company.send(company.message({ text: undefined, value }));
    expect(lastOf(SOC)?.text).toBe('I have answered you privately.');
    company.desk.say = async () => openly({ kind: 'text', text: 'For all.' });
    await company.act('say', { as: 'adam', conversation: SOC, text: '@Watchfloor list' });
    expect(lastOf(SOC)?.text).toBe('For all.');
  });
});
