import { describe, expect, it } from 'vitest';
import { type Happening, measure } from '../../src/incident/drill.ts';
import { readScenario } from '../../src/preparation/read-scenario.ts';
import { readScenarios } from '../../src/preparation/scenario-folder.ts';
import { everyPlaybook } from '../playbooks/all.ts';

const startedAt = '2026-11-21T10:00:00.000Z';
const minute = (minutes: number) => new Date(Date.parse(startedAt) + minutes * 60_000).toISOString();
const yaml = `
name: till
title: A till is broken into
about: For tests.
lasts: 30m
alerts:
  - { title: A shell on till-01, severity: high, type: Shell, target: till-01, entities: [{ host: till-01 }] }
  - { after: 90s, title: It talks to the outside, severity: medium, type: Talk }
expect:
  - { step: acknowledge, within: 5m }
  - { step: assign, within: 5m }
  - { step: run, playbook: isolate-machine, within: 10m }
  - { step: approve, playbook: isolate-machine, within: 15m }
  - { step: close, as: true-positive, within: 30m }
`;
const scenario = readScenario(yaml, 'till.yaml');
const measured = (...happened: Happening[]) =>
  measure({ scenario, startedAt }, happened).map(({ step, tookSeconds, outcome, note }) => [
    step,
    tookSeconds,
    outcome,
    note,
  ]);

describe('how a drill went', () => {
  it('tells what was quick, what was slow, and what nobody did', () => {
    expect(
      measured(
        { at: minute(0.1), by: '', what: 'card' },
        { at: minute(2), by: 'Olivia Marsh', what: 'acknowledge' },
        { at: minute(8), by: 'Olivia Marsh', what: 'assign' },
        { at: minute(9), by: 'Adam Keller', what: 'run', play: 'isolate-machine' },
        { at: minute(31), by: 'Adam Keller', what: 'close', as: 'true-positive' },
      ),
    ).toEqual([
      ['card', 6, 'in time', ''],
      ['acknowledge', 120, 'in time', 'Olivia Marsh'],
      ['assign', 480, 'late', 'Olivia Marsh'],
      ['run', 540, 'in time', 'Adam Keller'],
      ['approve', undefined, 'missed', ''],
      ['close', 1_860, 'late', 'Adam Keller'],
    ]);
  });

  it('says what was done where something else was expected', () => {
    const steps = measured(
      { at: minute(1), by: 'Adam Keller', what: 'run', play: 'stop-vm' },
      { at: minute(2), by: 'Adam Keller', what: 'close', as: 'true-positive' },
      { at: minute(3), by: 'Lena Fischer', what: 'close', as: 'false-positive' },
    );
    expect(steps[3]).toEqual(['run', 60, 'wrong', 'Adam Keller: stop-vm']);
    // Closed anew, the last word counts.
    expect(steps[5]).toEqual(['close', 180, 'wrong', 'Lena Fischer: false positive']);
  });

  it('takes what another step expects for no mistake', () => {
    const two = readScenario(
      yaml.replace('step: approve, playbook: isolate-machine', 'step: run, playbook: snapshot-disks'),
      'till.yaml',
    );
    const steps = measure({ scenario: two, startedAt }, [
      { at: minute(1), by: 'Adam Keller', what: 'run', play: 'isolate-machine' },
    ]);
    expect(steps.slice(3, 5).map(({ outcome }) => outcome)).toEqual(['in time', 'missed']);
  });

  it('counts the right playbook though another was tried first', () => {
    const [, , , run] = measured(
      { at: minute(1), by: 'Adam Keller', what: 'run', play: 'stop-vm' },
      { at: minute(4), by: 'Adam Keller', what: 'run', play: 'isolate-machine' },
    );
    expect(run).toEqual(['run', 240, 'in time', 'Adam Keller']);
  });
});

describe('a scenario', () => {
  it('is read with its times, and names every fault with its place', () => {
    expect(scenario.alerts.map(({ afterMinutes }) => afterMinutes)).toEqual([0, 1.5]);
    expect(scenario.minutes).toBe(30);
    expect(() => readScenario(yaml.replace('after: 90s', 'after: 40m'), 'till.yaml')).toThrow(
      /till\.yaml[\s\S]*after the drill is over/,
    );
    expect(() => readScenario(yaml.replace('step: assign', 'step: pray'), 'till.yaml')).toThrow(/expect/);
    expect(() => readScenario('- [', 'till.yaml')).toThrow(/no YAML/);
  });

  it('comes with Watchfloor in five kinds, each of which wants playbooks that there are', async () => {
    const { all, refused } = await readScenarios(undefined);
    expect(refused).toEqual([]);
    expect([...all.keys()].sort()).toEqual([
      'credential-theft',
      'crypto-mining',
      'exposed-storage',
      'insider-download',
      'ransomware',
    ]);
    const there = everyPlaybook().map(({ name }) => name);
    const wanted = [...all.values()].flatMap(({ expect: steps }) =>
      steps.flatMap((one) => ('play' in one ? [one.play] : [])),
    );
    expect(wanted.filter((name) => !there.includes(name))).toEqual([]);
  });
});
