import { describe, expect, it } from 'vitest';
import { drawCard } from '../../src/channels/card.ts';
import { Refused } from '../../src/errors.ts';
import type { Alert } from '../../src/incident/alert.ts';
import { correlationKey } from '../../src/incident/correlate.ts';
import { decide } from '../../src/incident/decide.ts';
import { exerciseOf, isExercise } from '../../src/incident/exercise.ts';
import { route } from '../../src/incident/route.ts';
import { glanceOf, isStanding, type Run } from '../../src/incident/run.ts';
import { begin, looked, newRun, succeeded } from '../../src/incident/run-course.ts';
import { beginUndo, confirm } from '../../src/incident/run-decisions.ts';
import { sources } from '../../src/sources/index.ts';
import { adam, defenderAlert, owner } from './alerts.ts';
import { incidentAfter } from './given.ts';

const at = '2026-11-21T10:00:00.000Z';
const room = { channel: 'slack', conversation: 'C0DRILL' } as const;

const drillAlert = (changes: Record<string, unknown> = {}): Alert =>
  sources.drill().normalise({
    id: 'drill-7/1',
    drill: 'drill-7',
    rooms: [],
    at,
    title: 'A shell was opened to an outside address',
    description: '',
    severity: 'high',
    type: 'VM_ReverseShell',
    product: 'Microsoft Defender for Cloud',
    target: 'vm-pay-web-01',
    entities: [{ kind: 'host', name: 'vm-pay-web-01', resourceId: '' }],
    tactics: ['Execution'],
    techniques: ['T1059'],
    remediation: [],
    ...changes,
  });
const proofAlert = (): Alert => sources.proof().normalise({ id: 'proof-12', rooms: [room], at });

describe('what is made up', () => {
  it('is known by where it comes from, and says so loudly on its card', () => {
    const drill = incidentAfter({ type: 'opened', alert: drillAlert() });
    const proof = incidentAfter({ type: 'opened', alert: proofAlert() });
    expect([exerciseOf(drill), exerciseOf(proof)]).toEqual(['drill', 'proof']);
    expect(isExercise(incidentAfter({ type: 'opened', alert: defenderAlert() }))).toBe(false);

    const card = drawCard(drill, { reasons: [], failures: [] });
    expect(card.headline).toBe('DRILL · HIGH · NEW · nobody has it');
    expect(card.title).toBe('DRILL: A shell was opened to an outside address');
    expect(card.fallback).toContain('DRILL');
    expect(drawCard(proof, { reasons: [], failures: [] }).headline).toMatch(/^PROOF · /);
  });

  it('is one story of its own, and never joins what happened', () => {
    const real = correlationKey(defenderAlert());
    expect(correlationKey(drillAlert())).not.toBe(real);
    expect(correlationKey(drillAlert({ id: 'drill-7/2', type: 'Other', target: 'other' }))).toBe(
      correlationKey(drillAlert()),
    );
    expect(correlationKey(drillAlert({ id: 'drill-8/1', drill: 'drill-8' }))).not.toBe(
      correlationKey(drillAlert()),
    );
  });

  it('is shown in a room of its own where it has one, and else where real alerts are', () => {
    const root = {
      name: 'everything',
      match: {},
      priority: 0,
      to: [{ channel: 'slack' as const, conversation: 'C0SOC' }],
      continue: false,
      routes: [],
    };
    expect(route(root, drillAlert(), 24).destinations).toEqual(root.to);
    expect(route(root, drillAlert({ rooms: [room] }), 24).destinations).toEqual([room]);
    expect(route(root, proofAlert(), 1).destinations).toEqual([room]);
  });

  it('asks nobody whether it was them', () => {
    const drill = incidentAfter({ type: 'opened', alert: drillAlert() });
    const asked = owner(adam);
    const question = {
      id: 'q1',
      about: asked,
      asked,
      note: '',
      at,
      dueAt: at,
    } as unknown as Extract<Parameters<typeof decide>[1], { type: 'ask' }>['question'];
    expect(() => decide(drill, { type: 'ask', question }, adam)).toThrow(Refused);
  });
});

describe('a playbook that is rehearsed', () => {
  const by = owner(adam);
  const asked = newRun({
    id: '00000000-0000-4000-8000-000000000001',
    number: 7,
    incident: 1042,
    play: {
      title: 'Isolate a machine',
      risk: 'high',
      effect: 'vm-pay-web-01 is cut off.',
      reverse: { title: 'Release', effect: '' },
    },
    order: {
      play: 'isolate-machine',
      target: { kind: 'incident', id: 1042 } as unknown as Run['order']['target'],
      parameters: {},
      minutes: 60,
    },
    reason: '',
    requestedBy: { kind: 'person', ...by },
    requestedAt: at,
    need: 'own',
    because: '',
    decideBy: '2026-11-21T10:30:00.000Z',
    rehearsed: true,
  });
  const waiting = looked(asked, { facts: [], warning: '', memory: undefined });
  const done = succeeded(
    begin(confirm(waiting, by, waiting.hash, at), at),
    { says: '', outputs: [], memory: undefined },
    at,
  );

  it('goes through request and yes like any other, and leaves nothing that stands or ends', () => {
    expect(done.state).toBe('succeeded');
    expect(isStanding(done)).toBe(false);
    expect(done.endsAt).toBeUndefined();
    expect(glanceOf(done).rehearsed).toBe(true);
  });

  it('cannot be taken back: nothing was done', () => {
    expect(() => beginUndo(done, adam.name, at)).toThrow(/rehearsed/);
  });
});
