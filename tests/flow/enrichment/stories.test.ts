import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { appear, openInTeams, pressInSlack, sayInTeams, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { type Seen, slackCard, slackMessages, teamsCard } from '../../support/rooms.ts';
import { withEnrichment } from '../../support/settings.ts';
import { stories } from '../../support/stories.ts';

/** A busy machine takes its time; how long an idle one takes the bench measures. */
const patience = 60_000;

describe.each(databases)('what is known of ten stories, on $name', { timeout: 2 * patience }, (kind) => {
  let house: House;
  const names = new Map<string, string>();
  beforeAll(async () => {
    // Nothing is polled after the start, so that the newest card is the one that was asked for.
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: withEnrichment(), POLL_SECONDS: '3600' });
  }, 2 * patience);
  afterAll(() => house?.close());

  const isComplete = ({ text }: Seen) => !/Still asking|Not answered/.test(text);
  const complete = async (look: () => Promise<Seen | undefined>, facts: string[]) => {
    let seen = '';
    await house
      .until(
        'the whole card',
        async () => {
          const card = await look();
          seen = card?.text ?? '';
          return card && isComplete(card) && facts.every((fact) => seen.includes(fact));
        },
        patience,
      )
      .catch(() => {});
    expect(facts.filter((fact) => !seen.includes(fact))).toEqual([]);
    expect(seen).not.toMatch(/Still asking|Not answered/);
  };

  it.each(stories)('$sample tells $facts', async ({ sample, facts }) => {
    const before = (await slackCard(house))?.name;
    await appear(house, sample, { push: true });
    const card = await house.until(
      'its card',
      async () => {
        const newest = await slackCard(house);
        return newest?.name === before ? undefined : newest;
      },
      patience,
    );
    names.set(sample, card.name);
    await complete(() => slackCard(house, card.name), facts);
    await complete(() => teamsCard(house, card.name), facts);
  });

  it('is told in whole to whoever presses Details, in a dialog of their own', async () => {
    const name = names.get('vm-reverse-shell') ?? '';
    const modal = JSON.stringify(await pressInSlack(house, 'adam', name, 'details'));
    for (const fact of [
      'payments-team@contoso.com',
      'https://wiki.contoso.com/payments/runbook',
      'VirusTotal',
    ])
      expect(modal).toContain(fact);
    const dialog = await openInTeams(house, 'adam', name, 'details');
    const shown = JSON.stringify(dialog);
    for (const fact of ['payments-team@contoso.com', 'VirusTotal']) expect(shown).toContain(fact);
    const whole = await sayInTeams(house, 'adam', `details ${name} vm-pay-web-01`, 'direct');
    expect(whole.text).toContain('https://wiki.contoso.com/payments/runbook');
  });

  it('is told to whoever types, about an incident and about anybody outside of one', async () => {
    const name = names.get('identity-impossible-travel') ?? '';
    expect(await typeInSlack(house, 'olivia', `details ${name} nina`)).toContain('Accountant');
    expect(await typeInSlack(house, 'olivia', 'enrich 198.51.100.201')).toContain('Tor');
    // Of whom Slack vouches for an address alone.
    const refusal = 'needs to know for sure that it is you';
    expect(await typeInSlack(house, 'priya', `details ${name}`)).toContain(refusal);
    expect(await typeInSlack(house, 'priya', 'enrich 198.51.100.201')).toContain(refusal);
    const whois = await sayInTeams(house, 'lena', 'enrich adm-keller@contoso.com', 'direct');
    expect(whois.text).toContain('Global Administrator');
    const netcheck = await sayInTeams(house, 'lena', 'netcheck 203.0.113.9 to vm-jump-01:3389', 'direct');
    expect(netcheck.text).toContain('can reach');
    expect(await typeInSlack(house, 'lena', 'recover vm-dc-01')).toContain('backup');
    expect(await typeInSlack(house, 'lena', 'posture stcontosobackup')).toMatch(/recommendation|policy/i);
    expect(await typeInSlack(house, 'vera', 'enrichers')).toContain('identity');
    expect(await typeInSlack(house, 'vera', 'enrich 198.51.100.201')).toContain('"enrich" is for');
  });

  it('is asked anew when a responder says so', async () => {
    const name = names.get('vm-rdp-brute-force') ?? '';
    expect(await typeInSlack(house, 'adam', `enrich ${name}`)).toContain('Asking anew');
    expect(await typeInSlack(house, 'vera', `enrich ${name}`)).toContain('"enrich" is for');
  });

  it('says who does not answer, offers to ask again, and recovers', async () => {
    await house.control('POST', '/faults', { side: 'graph', kind: 'failing' });
    const before = new Set((await slackMessages(house)).map((message) => message.name));
    await appear(house, 'break-glass-tested', { push: true });
    const fresh = async () =>
      (await slackMessages(house)).find(({ name, thread }) => name && !thread && !before.has(name));
    const lacking = await house.until(
      'what is missing',
      async () => {
        const card = await fresh();
        return card?.text.includes('Not answered: Entra ID (not available). I keep trying.')
          ? card
          : undefined;
      },
      patience,
    );
    await house.control('POST', '/faults', { side: 'graph', kind: 'none' });
    await pressInSlack(house, 'adam', lacking.name, 'enrich');
    await complete(() => slackCard(house, lacking.name), ['Privileged account: bg-01@contoso.com']);
    await complete(() => teamsCard(house, lacking.name), ['Privileged account: bg-01@contoso.com']);
  });

  it('raises the priority, and the history says by what', async () => {
    const name = names.get('identity-impossible-travel') ?? '';
    const history = await typeInSlack(house, 'lena', `audit ${name}`);
    expect(history).toMatch(/priority \d+ → \d+: /);
    expect(history).toContain('nina.berg@contoso.com is at high risk (account-risk)');
  });
});
