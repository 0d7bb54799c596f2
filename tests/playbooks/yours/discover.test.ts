import { expect, it } from 'vitest';
import { discover } from '../../../src/playbooks/yours/discover.ts';
import { runbook, startYours, workflow } from './stand-in.ts';

it('finds what could be let be run: Logic Apps that are called or that Sentinel runs, and runbooks', async () => {
  const yours = await startYours();
  try {
    const found = await discover(yours.hands.resources, AbortSignal.timeout(100_000));
    expect(found).toContainEqual({
      name: 'block-in-proxy',
      kind: 'logic-app',
      resource: workflow('block-in-proxy'),
      isReady: true,
    });
    expect(found).toContainEqual({
      name: 'collect-evidence',
      kind: 'sentinel',
      resource: workflow('collect-evidence'),
      isReady: true,
    });
    expect(found).toContainEqual({
      name: 'Collect-Triage',
      kind: 'runbook',
      resource: runbook('Collect-Triage'),
      isReady: true,
    });
    const ready = new Map(found.map(({ name, isReady }) => [name, isReady]));
    expect([ready.get('old-block'), ready.get('Stop-Everything')]).toEqual([false, false]);
    expect(ready.has('nightly-report')).toBe(false);
  } finally {
    await yours.stop();
  }
}, 120_000);
