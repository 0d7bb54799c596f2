import { describe, expect, it } from 'vitest';
import { shortcomingsOf } from '../../src/incident/contacts.ts';
import { isOverdue, nextStep, secondsOf } from '../../src/incident/proof.ts';
import { compare, type KnownHere, type OpenThere } from '../../src/incident/reconciliation.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString();
const bounds = { since: '2026-11-14T10:00:00.000Z', until: at(57) };
const there = (sourceId: string, changedAt = at(0)): OpenThere => ({
  sourceId,
  address: `/${sourceId}`,
  label: sourceId,
  changedAt,
});
const here = (sourceId: string, changes: Partial<KnownHere> = {}): KnownHere => ({
  sourceId,
  address: `/${sourceId}`,
  label: sourceId,
  incident: 1042,
  isOpenThere: true,
  isClosedHere: false,
  isBehind: false,
  isFresh: false,
  ...changes,
});
const differences = (open: OpenThere[], known: KnownHere[]) =>
  compare('sentinel', open, known, bounds).differences.map(({ kind, sourceId }) => `${sourceId} ${kind}`);

describe('what is open at a source and here', () => {
  it('is the same where each knows of the other’s', () => {
    expect(compare('sentinel', [there('a'), there('b')], [here('a'), here('b')], bounds)).toEqual({
      there: 2,
      here: 2,
      differences: [],
    });
  });

  it('differs where one side has what the other has not', () => {
    expect(differences([there('a')], [])).toEqual(['a unknown here']);
    expect(differences([], [here('a')])).toEqual(['a open here']);
    expect(differences([there('a')], [here('a', { isClosedHere: true })])).toEqual(['a closed here']);
    expect(differences([there('a')], [here('a', { isClosedHere: true, isBehind: true })])).toEqual([
      'a unwritten',
    ]);
  });

  it('does not differ by what is on its way, or was never ours', () => {
    expect(differences([there('a', at(59))], [])).toEqual([]);
    expect(differences([there('a', '2026-10-01T10:00:00.000Z')], [])).toEqual([]);
    expect(differences([], [here('a', { isFresh: true })])).toEqual([]);
    expect(differences([there('a')], [here('a', { isClosedHere: true, isFresh: true })])).toEqual([]);
    // One alert of several was closed there, and its incident goes on.
    expect(differences([], [here('a', { isOpenThere: false })])).toEqual([]);
  });
});

describe('a delivery proof', () => {
  const times = { accepted: at(0), opened: at(0), posted: at(1) };

  it('goes from step to step, each within its time', () => {
    expect(nextStep(times)).toBe('read');
    expect(isOverdue({ times }, at(1), 60)).toBe(false);
    expect(isOverdue({ times }, at(3), 60)).toBe(true);
    expect(secondsOf({ times })).toEqual([
      { step: 'accepted', seconds: 0 },
      { step: 'opened', seconds: 0 },
      { step: 'posted', seconds: 60 },
    ]);
  });
});

describe('whom Azure warns', () => {
  const contact = {
    emails: ['soc@contoso.com'],
    phone: '+49 69 900 0100',
    isEnabled: true,
    roles: ['Owner'],
    alertsFrom: 'Medium',
  };
  const lacking = (changes: Partial<typeof contact>) =>
    shortcomingsOf({ ...contact, ...changes }).map(({ what }) => what);

  it('is enough where somebody is written to about alerts, and can be called', () => {
    expect(lacking({})).toEqual([]);
    expect(lacking({ emails: [] })).toEqual([]);
    expect(shortcomingsOf(undefined).map(({ what }) => what)).toEqual(['no-contact']);
    expect(lacking({ isEnabled: false })).toEqual(['switched-off']);
    expect(lacking({ emails: [], roles: [], phone: '' })).toEqual(['nobody-written-to', 'no-phone']);
    expect(lacking({ alertsFrom: 'High' })).toEqual(['only-high']);
  });
});
