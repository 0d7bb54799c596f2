import type { Severity } from '../../src/incident/alert.ts';
import type { Finding } from '../../src/sources/hunt.ts';
import { dice } from '../support/dice.ts';

/** A finding, and when it comes. */
export interface Drop {
  at: number;
  body: Finding;
}

/** Rules as a team has them: a few are loud, most are rare. The share is out of a thousand. */
const rules: { name: string; severity: Severity; share: number }[] = [
  { name: 'Sign-in from an unfamiliar place', severity: 'low', share: 330 },
  { name: 'Failed sign-ins in a row', severity: 'low', share: 190 },
  { name: 'Port scan seen', severity: 'informational', share: 140 },
  { name: 'Mass download from a site', severity: 'medium', share: 90 },
  { name: 'Rare process on a server', severity: 'medium', share: 70 },
  { name: 'Inbox rule that forwards', severity: 'medium', share: 60 },
  { name: 'Consent to an unknown application', severity: 'medium', share: 40 },
  { name: 'Mail with a known bad link', severity: 'low', share: 30 },
  { name: 'Reverse shell on a server', severity: 'high', share: 18 },
  { name: 'Role given to a new account', severity: 'high', share: 14 },
  { name: 'Storage opened to everybody', severity: 'high', share: 10 },
  { name: 'Ransom note on a share', severity: 'high', share: 8 },
];
const hosts = 40;

/**
 * Alerts of a month, oldest first, the same for one seed: twice as many by day as by night, fewer at weekends, and a few
 * hosts that have most of them. Times are whole half minutes.
 */
export function weather(seed: number, from: number, days: number, count: number): Drop[] {
  const throwDice = dice(seed);
  const drops = Array.from({ length: count }, (_, n): Drop => {
    const at = moment(throwDice, from, days);
    const { name, severity } = ruleOf(throwDice(1_000));
    // The cube of a random number is small more often than not.
    const host = `srv-${1 + Math.floor((throwDice(1_000) / 1_000) ** 3 * hosts)}`;
    const when = new Date(at).toISOString();
    return {
      at,
      body: {
        id: `drop-${n}`,
        title: `${name}: ${host}`,
        description: '',
        severity,
        type: name,
        target: host,
        workspace: 'soc',
        entities: [],
        tactics: [],
        techniques: [],
        from: when,
        to: when,
      },
    };
  });
  return drops.sort((a, b) => a.at - b.at);
}

function moment(throwDice: (below: number) => number, from: number, days: number): number {
  for (;;) {
    const at = from + throwDice(days * 2_880) * 30_000;
    const date = new Date(at);
    const isNight = date.getUTCHours() < 6 || date.getUTCHours() >= 20;
    const isWeekend = date.getUTCDay() % 6 === 0;
    if (throwDice(100) < (isNight ? 50 : 100) * (isWeekend ? 0.6 : 1)) return at;
  }
}

function ruleOf(thrown: number): (typeof rules)[number] {
  let left = thrown;
  for (const rule of rules) {
    left -= rule.share;
    if (left < 0) return rule;
  }
  throw new Error(`No rule has the share of ${thrown} in a thousand.`);
}
