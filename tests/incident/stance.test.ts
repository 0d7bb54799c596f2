import { describe, expect, it } from 'vitest';
import type { Alert, Closing } from '../../src/incident/alert.ts';
import {
  isSameEnding,
  stanceAfter,
  stanceAtJoin,
  stanceOf,
  withOwnChanges,
} from '../../src/incident/stance.ts';
import { adam, defenderAlert, handled, owner, priya, sentinelIncident } from './alerts.ts';
import { incidentAfter, type Past } from './given.ts';

const shown = sentinelIncident();
const opened: Past = { type: 'opened', alert: shown };
const noise: Closing = { classification: 'false-positive', reason: 'inaccurate-data', comment: '' };
const undetermined: Closing = { classification: 'undetermined', reason: undefined, comment: '' };

/** As the database gives it back: without the keys that have no value. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

describe('an alert that joins', () => {
  it('says by itself who handles it and how, so that only what is decided later is written there', () => {
    const active = handled(shown, { status: 'active', owner: owner(priya) });
    const incident = incidentAfter({ type: 'opened', alert: defenderAlert({ severity: 'high' }) });
    expect(stanceAtJoin(active, incident)).toEqual({
      status: 'active',
      owner: owner(priya),
      closing: undefined,
      decidedSeverity: undefined,
    });
  });

  it('is given the owner that the incident has already, because it does not say so itself', () => {
    const incident = incidentAfter(opened, { type: 'assigned', owner: owner(adam) });
    expect(stanceAtJoin(defenderAlert(), incident).owner).not.toEqual(stanceOf(incident).owner);
  });
});

describe('what a source shows after we wrote', () => {
  const held = stanceOf(incidentAfter(opened));
  const said = stanceOf(
    incidentAfter(opened, { type: 'acknowledged' }, { type: 'assigned', owner: owner(adam) }),
  );
  const echo = handled(shown, { status: 'active', owner: owner(adam), changedBy: 'watchfloor' });

  it('is no news where it is what we wrote', () => {
    const before = withOwnChanges(shown, echo, held, said);
    expect(before.handling).toMatchObject({ status: 'active', owner: owner(adam) });
  });

  it('is news where somebody else changed another field meanwhile', () => {
    const before = withOwnChanges(shown, { ...echo, severity: 'low' }, held, said);
    expect(before.severity).toBe(shown.severity);
  });

  it('is news where ours did not take, because somebody chose otherwise at the same moment', () => {
    const theirs = handled(echo, { status: 'closed', closing: noise, owner: owner(priya) });
    const before = withOwnChanges(shown, theirs, held, said);
    expect(before.handling).toEqual(shown.handling);
  });

  it('is news also where it happens to be what the incident has said all along', () => {
    const before = withOwnChanges(handled(shown, { status: 'active' }), shown, held, held);
    expect(before.handling.status).toBe('active');
  });

  it('is our closing in the source’s own words, which are fewer', () => {
    const closed = stanceOf(incidentAfter(opened, { type: 'closed', closing: noise }));
    const dismissed = handled(shown, { status: 'closed', closing: undetermined });
    expect(withOwnChanges(shown, dismissed, held, closed).handling).toEqual(dismissed.handling);
  });
});

describe('the stance of a source that changed', () => {
  const taken = incidentAfter(opened, { type: 'acknowledged' }, { type: 'assigned', owner: owner(adam) });

  it('becomes that of the incident in the fields that the source changed, and in no other', () => {
    const held = stanceOf(incidentAfter(opened));
    const now = { ...shown, severity: 'low' as const };
    const lowered = incidentAfter(
      opened,
      { type: 'acknowledged' },
      { type: 'assigned', owner: owner(adam) },
      { type: 'severity-changed', severity: 'low' },
    );
    // That somebody here took it has yet to be written.
    expect(stanceAfter(held, shown, now, lowered)).toEqual({ ...held, decidedSeverity: 'low' });
  });

  it('lets an alert that was dismissed on its own rest, while its incident goes on', () => {
    const active = handled(shown, { status: 'active' });
    const dismissed = handled(shown, { status: 'closed', closing: undetermined });
    expect(stanceAfter(stanceOf(taken), active, dismissed, taken).status).toBe('active');
  });

  it('stays where the source shows the same ending as before, however the database has kept it', () => {
    const before: Alert = handled(shown, { status: 'closed', closing: undetermined });
    const closed = incidentAfter(opened, { type: 'closed', closing: undetermined });
    const reopened = incidentAfter(opened, { type: 'closed', closing: undetermined }, { type: 'reopened' });
    const after = stanceAfter(
      stored(stanceOf(closed)),
      stored(before),
      { ...before, title: 'Anew' },
      reopened,
    );
    // Otherwise the reopening would pass for written.
    expect(after.status).toBe('closed');
  });
});

describe('an ending', () => {
  it('is the same by status, classification, reason and comment', () => {
    const closed = { status: 'closed', closing: undetermined } as const;
    expect(isSameEnding(closed, stored(closed))).toBe(true);
    expect(isSameEnding(closed, { status: 'closed', closing: noise })).toBe(false);
    expect(isSameEnding(closed, { status: 'closed', closing: { ...undetermined, comment: 'x' } })).toBe(
      false,
    );
    expect(isSameEnding(closed, { status: 'active', closing: undefined })).toBe(false);
  });
});
