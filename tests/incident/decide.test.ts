import { describe, expect, it } from 'vitest';
import { type Classification, type ClassificationReason, reasonsOf } from '../../src/incident/alert.ts';
import { decide, type Intent } from '../../src/incident/decide.ts';
import type { IncidentFact } from '../../src/incident/incident.ts';
import type { Learned } from '../../src/incident/worth.ts';
import { adam, defenderAlert, handled, owner, priya, sentinelIncident } from './alerts.ts';
import { given, incidentAfter } from './given.ts';

const opened = { type: 'opened', alert: defenderAlert() } satisfies IncidentFact;
const acknowledged = { type: 'acknowledged' } satisfies IncidentFact;
const adamHasIt = { type: 'assigned', owner: owner(adam) } satisfies IncidentFact;
const truePositive = {
  classification: 'true-positive',
  reason: 'suspicious-activity',
  comment: 'contained',
} as const;
const closed = { type: 'closed', closing: truePositive } satisfies IncidentFact;
const merged = { type: 'merged', into: 1001 } satisfies IncidentFact;

describe('opening', () => {
  it('begins with the alert', () => {
    given().when({ type: 'open', alert: defenderAlert() }).follows(opened);
  });

  it('takes over who handles it in the portal already', () => {
    const alert = handled(sentinelIncident(), { status: 'active', owner: owner(priya) });
    given()
      .when({ type: 'open', alert })
      .follows({ type: 'opened', alert }, acknowledged, { type: 'assigned', owner: owner(priya) });
  });
});

describe('what enrichers tell', () => {
  const bad = {
    mark: 'malicious',
    subject: 'ip 203.0.113.9',
    name: '203.0.113.9',
    says: 'is malicious, says VirusTotal (12 of 94 engines)',
    by: 'verdict',
  } as const;
  const priority = { before: 4, after: 6 };
  const learn = (...learned: Learned[]): Intent => ({ type: 'learn', learned, priority });
  const told = { type: 'worth-learned', learned: [bad], priority } satisfies IncidentFact;

  it('is an event where it adds to the worth, or takes from it', () => {
    given(opened).when(learn(bad)).follows(told);
    given(opened, told)
      .when(learn())
      .follows({ ...told, learned: [] });
    given(opened, told)
      .when(learn({ ...bad, subject: 'ip 203.0.113.7' }))
      .follows({ ...told, learned: [{ ...bad, subject: 'ip 203.0.113.7' }] });
  });

  it('is none where the same weighs as much in other words', () => {
    given(opened, told)
      .when(learn({ ...bad, says: 'is malicious, says VirusTotal (13 of 94 engines)', by: 'another' }))
      .nothingFollows();
  });
});

describe('taking', () => {
  const take: Intent = { type: 'take', as: owner(adam) };

  it('acknowledges and owns', () => {
    given(opened).when(take, adam).follows(acknowledged, adamHasIt);
  });

  it('of two people the first has it and the second is told who', () => {
    given(opened, acknowledged, adamHasIt)
      .when({ type: 'take', as: owner(priya) }, priya)
      .isRefused('Adam Keller has INC-1042. Ask them, or assign it to yourself.');
  });

  it('what one has already changes nothing', () => {
    given(opened, acknowledged, adamHasIt).when(take, adam).nothingFollows();
  });

  it('what one was assigned acknowledges it', () => {
    given(opened, adamHasIt).when(take, adam).follows(acknowledged);
  });

  it('what was acknowledged and left lying owns it', () => {
    given(opened, acknowledged).when(take, adam).follows(adamHasIt);
  });

  it('what is closed is refused', () => {
    given(opened, closed).when(take, adam).isRefused('INC-1042 is closed. Reopen it first.');
  });
});

describe('acknowledging', () => {
  it('says that somebody has seen it, without an owner', () => {
    given(opened).when({ type: 'acknowledge' }, adam).follows(acknowledged);
  });

  it('twice by the same person changes nothing, even where an alert joined between', () => {
    const joined = { type: 'alert-joined', alert: defenderAlert({ sourceId: 'shell-2' }) } as const;
    given(opened, { ...acknowledged, by: adam })
      .when({ type: 'acknowledge' }, adam)
      .nothingFollows();
    given(opened, { ...acknowledged, by: adam }, joined)
      .when({ type: 'acknowledge' }, adam)
      .nothingFollows();
  });

  it('after somebody else is refused with who has it', () => {
    given(opened, { ...acknowledged, by: adam }, { ...adamHasIt, by: adam })
      .when({ type: 'acknowledge' }, priya)
      .isRefused('INC-1042 was acknowledged already and Adam Keller has it.');
    given(opened, { ...acknowledged, by: adam }, { type: 'commented', text: 'looking', by: priya })
      .when({ type: 'acknowledge' }, priya)
      .isRefused('INC-1042 was acknowledged already.');
  });
});

describe('assigning', () => {
  it('makes somebody else the owner', () => {
    given(opened, adamHasIt)
      .when({ type: 'assign', owner: owner(priya) }, adam)
      .follows({ type: 'assigned', owner: owner(priya) });
  });

  it('to nobody gives it back', () => {
    given(opened, adamHasIt)
      .when({ type: 'assign', owner: undefined })
      .follows({ type: 'assigned', owner: undefined });
  });

  it('to who has it already changes nothing', () => {
    given(opened, adamHasIt)
      .when({ type: 'assign', owner: owner(adam) })
      .nothingFollows();
    given(opened).when({ type: 'assign', owner: undefined }).nothingFollows();
  });

  it('what is closed is refused', () => {
    given(opened, closed)
      .when({ type: 'assign', owner: owner(priya) })
      .isRefused('INC-1042 is closed. Reopen it first.');
  });
});

describe('closing', () => {
  const classifications = Object.keys(reasonsOf) as Classification[];
  const reasons = [...new Set(Object.values(reasonsOf).flat()), undefined];
  const pairs = classifications.flatMap((classification) =>
    reasons.map((reason) => ({
      classification,
      reason,
      fits: reason ? reasonsOf[classification].includes(reason) : classification === 'undetermined',
    })),
  );
  const close = (classification: Classification, reason: ClassificationReason | undefined): Intent => ({
    type: 'close',
    closing: { classification, reason, comment: '' },
  });

  it.each(pairs.filter((pair) => pair.fits))(
    'as $classification, $reason is what Sentinel knows',
    ({ classification, reason }) => {
      given(opened, acknowledged)
        .when(close(classification, reason))
        .follows({ type: 'closed', closing: { classification, reason, comment: '' } });
    },
  );

  it.each(pairs.filter((pair) => !pair.fits))(
    'as $classification, $reason is refused',
    ({ classification, reason }) => {
      const { when } = given(opened, acknowledged);
      const fitting = reasonsOf[classification];
      when(close(classification, reason)).isRefused(
        fitting.length > 0
          ? `${classification} needs a reason: ${fitting.join(' or ')}.`
          : `${classification} goes without a reason.`,
      );
    },
  );

  it('what nobody has acknowledged is possible: noise goes with one press', () => {
    given(opened).when({ type: 'close', closing: truePositive }).follows(closed);
  });

  it('twice is refused, so that a second opinion does not vanish', () => {
    given(opened, closed)
      .when(close('undetermined', undefined))
      .isRefused('INC-1042 is closed already. Reopen it to classify it anew.');
  });
});

describe('reopening', () => {
  it('what is closed opens it', () => {
    given(opened, closed).when({ type: 'reopen' }).follows({ type: 'reopened' });
  });

  it('what is open is refused', () => {
    given(opened).when({ type: 'reopen' }).isRefused('INC-1042 is open.');
  });
});

describe('severity and comments', () => {
  it('another severity counts, the same does not', () => {
    given(opened)
      .when({ type: 'set-severity', severity: 'high' })
      .follows({ type: 'severity-changed', severity: 'high' });
    given(opened).when({ type: 'set-severity', severity: 'medium' }).nothingFollows();
  });

  it('what is closed can still be commented on', () => {
    given(opened, closed)
      .when({ type: 'comment', text: 'the user called back' })
      .follows({ type: 'commented', text: 'the user called back' });
  });
});

describe('a merged incident', () => {
  const intents: Intent[] = [
    { type: 'take', as: owner(adam) },
    { type: 'acknowledge' },
    { type: 'assign', owner: owner(priya) },
    { type: 'set-severity', severity: 'high' },
    { type: 'close', closing: truePositive },
    { type: 'reopen' },
  ];
  it.each(intents)('sends whoever wants to $type it to the other one', (intent) => {
    given(opened, merged).when(intent, adam).isRefused('INC-1042 was merged into INC-1001. Go on there.');
  });

  it('is restricted with the whole, not by anybody for itself', () => {
    const restrict = { type: 'restrict' as const, to: [owner(adam)] };
    given(opened, merged)
      .when(restrict)
      .follows({ type: 'restricted', to: [owner(adam)] });
    for (const intent of [restrict, { type: 'unrestrict' as const }])
      given(opened, merged).when(intent, adam).isRefused('INC-1042 was merged into INC-1001. Go on there.');
  });

  it('is merged once', () => {
    given(opened).when({ type: 'merge', into: 1001 }).follows(merged);
    given(opened, merged).when({ type: 'merge', into: 1001 }).nothingFollows();
  });
});

describe('what a source tells', () => {
  const before = sentinelIncident();
  const start = { type: 'opened', alert: before } satisfies IncidentFact;
  const observe = (now: typeof before, othersOpen = 0, seen = before): Intent => ({
    type: 'observe',
    before: seen,
    now,
    othersOpen,
  });

  it('yields nothing where it is the echo of our own write back', () => {
    const echo = handled(
      { ...before, severity: 'high', etag: '"2"', modifiedAt: '2026-11-21T10:05:00.000Z' },
      { status: 'closed', owner: owner(adam), closing: truePositive, changedBy: 'Watchfloor' },
    );
    given(start, acknowledged, adamHasIt, { type: 'severity-changed', severity: 'high' }, closed)
      .when(observe(echo))
      .nothingFollows();
  });

  it('yields what somebody did in the portal', () => {
    const now = handled(
      { ...before, severity: 'high', notes: [note('n1', 'Priya Nair', 'user on holiday')] },
      { status: 'active', owner: owner(priya) },
    );
    given(start)
      .when(observe(now))
      .follows(
        { type: 'severity-changed', severity: 'high' },
        { type: 'assigned', owner: owner(priya) },
        { type: 'commented', text: 'Priya Nair: user on holiday' },
        acknowledged,
      );
  });

  it('keeps the decision of the chat where the portal changed something else meanwhile', () => {
    given(start, acknowledged, closed)
      .when(observe(handled(before, { owner: owner(priya) })))
      .follows({ type: 'assigned', owner: owner(priya) });
  });

  it('leaves alone what only the chat changed', () => {
    given(start, acknowledged, adamHasIt)
      .when(observe({ ...before, modifiedAt: '2026-11-21T10:05:00.000Z' }))
      .nothingFollows();
  });

  it('yields nothing where chat and portal decided the same', () => {
    given(start, acknowledged, adamHasIt)
      .when(observe(handled(before, { status: 'active', owner: owner(adam) })))
      .nothingFollows();
  });

  it('closes with what was chosen in the portal, undetermined where nothing was', () => {
    given(start)
      .when(observe(handled(before, { status: 'closed', closing: truePositive })))
      .follows(closed);
    given(start)
      .when(observe(handled(before, { status: 'closed' })))
      .follows({
        type: 'closed',
        closing: { classification: 'undetermined', reason: undefined, comment: '' },
      });
  });

  it('reopens what was closed, and releases what was set back to new', () => {
    const closedThere = handled(before, { status: 'closed', closing: truePositive });
    given(start, closed)
      .when(observe(handled(before, { status: 'active' }), 0, closedThere))
      .follows({ type: 'reopened' });
    given(start, acknowledged)
      .when(observe(before, 0, handled(before, { status: 'active' })))
      .follows({ type: 'released' });
  });

  it('does not end the incident where one of several Defender alerts is dismissed', () => {
    const alert = defenderAlert();
    const dismissed = handled(alert, { status: 'closed' });
    given(opened)
      .when(observe(dismissed, 1, alert))
      .nothingFollows();
    expect(decide(incidentAfter(opened), observe(dismissed, 0, alert), adam)).toMatchObject([
      { type: 'closed' },
    ]);
  });

  it('brings each note from the portal once', () => {
    const one = { ...before, notes: [note('n1', 'Priya Nair', 'user on holiday')] };
    const two = { ...one, notes: [...one.notes, note('n2', '', 'playbook ran')] };
    given(start)
      .when(observe(two, 0, one))
      .follows({ type: 'commented', text: 'playbook ran' });
  });

  it('tells where the alert itself reads differently', () => {
    const now = { ...before, title: 'Password spray against 61 accounts' };
    given(start).when(observe(now)).follows({ type: 'alert-changed', alert: now });
  });

  it('about a merged incident changes its alert and nothing else', () => {
    const now = handled({ ...before, title: 'Renamed', severity: 'high' }, { status: 'closed' });
    given(start, merged).when(observe(now)).follows({ type: 'alert-changed', alert: now });
  });
});

function note(id: string, by: string, text: string) {
  return { id, by, text, at: '2026-11-21T10:04:00.000Z' };
}
