import { describe, expect, it } from 'vitest';
import { deedInWords } from '../../src/incident/summary.ts';
import { adam, defenderAlert, owner, priya } from './alerts.ts';
import { given, incidentAfter } from './given.ts';

const opened = { type: 'opened', alert: defenderAlert() } as const;
const adamHasIt = { type: 'assigned', owner: owner(adam) } as const;
const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;

describe('how an incident stands', () => {
  it('keeps what is not said anew', () => {
    const { note } = incidentAfter(
      opened,
      { type: 'noted', hypothesis: 'stolen token', next: 'revoke sessions' },
      { type: 'noted', next: '', waitingOn: 'the owner of the machine' },
    );
    expect(note).toEqual({ hypothesis: 'stolen token', next: '', waitingOn: 'the owner of the machine' });
  });

  it('tells only what is new, and nothing where nothing is', () => {
    const noted = { type: 'noted', hypothesis: 'stolen token' } as const;
    const said = { hypothesis: 'stolen token', next: 'revoke sessions', waitingOn: '' };
    given(opened, noted)
      .when({ type: 'note', noted: said }, adam)
      .follows({ type: 'noted', next: 'revoke sessions' });
    given(opened, noted)
      .when({ type: 'note', noted: { hypothesis: 'stolen token' } }, adam)
      .nothingFollows();
    given(opened, { type: 'closed', closing })
      .when({ type: 'note', noted: said }, adam)
      .isRefused('INC-1042 is closed. Reopen it first.');
  });

  it('is told in words, also what is no longer so', () => {
    const { deeds } = incidentAfter(opened, {
      type: 'noted',
      hypothesis: 'stolen token',
      waitingOn: '',
      by: adam,
    });
    expect(deeds.map(deedInWords)).toEqual([
      'Adam Keller noted hypothesis: stolen token; waiting on: nobody any more',
    ]);
  });
});

describe('handing over', () => {
  it('makes the receiver the owner and says from whom, by which handover', () => {
    given(opened, adamHasIt)
      .when({ type: 'hand-over', to: owner(priya), handover: 7 }, priya)
      .follows(
        { type: 'handed-over', from: owner(adam), to: owner(priya), handover: 7 },
        { type: 'assigned', owner: owner(priya) },
      );
    given(opened, adamHasIt)
      .when({ type: 'hand-over', to: owner(adam), handover: 7 }, adam)
      .nothingFollows();
    const { deeds } = incidentAfter(opened, {
      type: 'handed-over',
      from: owner(adam),
      to: owner(priya),
      handover: 7,
      by: priya,
    });
    expect(deeds.map(deedInWords)).toEqual(['Priya Nair took it over from Adam Keller (handover 7)']);
  });
});

describe('taking back that it was closed', () => {
  it('leaves it as it was before, new or active', () => {
    given(opened, { type: 'closed', closing })
      .when({ type: 'undo-close', was: 'new' }, adam)
      .follows({ type: 'reopened' }, { type: 'released' });
    given(opened, { type: 'closed', closing })
      .when({ type: 'undo-close', was: 'active' }, adam)
      .follows({ type: 'reopened' });
    given(opened).when({ type: 'undo-close', was: 'new' }, adam).isRefused('INC-1042 is open.');
  });
});
