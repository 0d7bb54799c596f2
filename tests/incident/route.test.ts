import { describe, expect, it } from 'vitest';
import { type Destination, type Route, route } from '../../src/incident/route.ts';
import { defenderAlert } from './alerts.ts';

const soc: Destination = { channel: 'slack', conversation: 'C0SOC' };
const cloud: Destination = { channel: 'teams', conversation: '19:cloud@thread.tacv2' };
const night: Destination = { channel: 'slack', conversation: 'C0NIGHT' };

/** A rule; a test says only what it is about. */
function rule(changes: Partial<Route> & { name: string }): Route {
  return { match: {}, priority: 0, to: undefined, continue: false, routes: [], ...changes };
}
const root = (...routes: Route[]) => rule({ name: 'everything', to: [soc], routes });
const alert = defenderAlert({ type: 'K8S_CryptoMiner', severity: 'high' });

describe('an alert goes', () => {
  it('where the root leads when nothing more special fits', () => {
    const routing = route(root(rule({ name: 'sql', match: { type: ['SQL*'] }, to: [cloud] })), alert, 8);
    expect(routing.destinations).toEqual([soc]);
    expect(routing.steps).toEqual([
      { depth: 0, route: 'everything', result: 'chosen', why: 'it takes everything' },
      { depth: 1, route: 'sql', result: 'passed by', why: 'type does not fit' },
    ]);
  });

  it('where the first rule that fits leads, and no further', () => {
    const routing = route(
      root(
        rule({ name: 'platform', match: { type: ['K8S*'] }, to: [cloud] }),
        rule({ name: 'severe', match: { severity: ['high'] }, to: [night] }),
      ),
      alert,
      8,
    );
    expect(routing.destinations).toEqual([cloud]);
    expect(routing.steps).toEqual([
      { depth: 0, route: 'everything', result: 'entered', why: 'a more special rule decides' },
      { depth: 1, route: 'platform', result: 'chosen', why: 'type is K8S*' },
    ]);
  });

  it('on to the next rule after one that says continue, to each place once', () => {
    const routing = route(
      root(
        rule({ name: 'platform', match: { type: ['K8S*'] }, to: [cloud, soc], continue: true }),
        rule({ name: 'severe', match: { severity: ['high'] }, to: [night, soc] }),
      ),
      alert,
      8,
    );
    expect(routing.destinations).toEqual([cloud, soc, night]);
  });

  it('where a rule above leads when the rule itself names no place', () => {
    const inner = rule({ name: 'miners', match: { type: ['*Miner'] } });
    const routing = route(
      root(rule({ name: 'platform', match: { type: ['K8S*'] }, to: [cloud], routes: [inner] })),
      alert,
      8,
    );
    expect(routing.destinations).toEqual([cloud]);
    expect(routing.steps.at(-1)).toEqual({
      depth: 2,
      route: 'miners',
      result: 'chosen',
      why: 'type is *Miner',
    });
  });

  it('past a rule whose priority it does not reach', () => {
    const tree = root(rule({ name: 'at night', priority: 16, to: [night] }));
    expect(route(tree, alert, 15).destinations).toEqual([soc]);
    expect(route(tree, alert, 15).steps[1]?.why).toBe('priority 15 is under 16');
    expect(route(tree, alert, 16).destinations).toEqual([night]);
    expect(route(tree, alert, 16).steps[1]?.why).toBe('priority is at least 16');
  });

  it('nowhere when no rule names a place', () => {
    expect(route(rule({ name: 'everything' }), alert, 8).destinations).toEqual([]);
  });
});
