import { describe, expect, it } from 'vitest';
import { named, type RoomClearance, unlisted } from '../../src/channels/clearance.ts';
import { audienceOfPress } from '../../src/flow/audience.ts';
import type { Caller } from '../../src/people/people.ts';
import type { Role } from '../../src/people/roles.ts';
import { adam, owner } from '../incident/alerts.ts';

const open = { restrictedTo: undefined };
const masked = { ...unlisted, shows: 'masked' } as const;

function caller(role: Role): Caller {
  return { ...owner(adam), roles: [role], assurance: 'full', because: '' };
}

function teamsRoom(shows: RoomClearance['shows']): RoomClearance {
  return { channel: 'teams', conversation: '19:wide@thread.tacv2', shows, hideHosts: false };
}

describe('whoever presses', () => {
  it('reads as much as the strictest room of that channel, for they may stand in it', () => {
    const floor = { clearance: [teamsRoom('masked')] };
    expect(audienceOfPress(floor, caller('analyst'), 'teams', open)).toEqual(masked);
  });

  it('reads as in a chat of their own where the settings list no room of that channel', () => {
    const floor = { clearance: [teamsRoom('masked')] };
    expect(audienceOfPress(floor, caller('responder'), 'slack', open)).toEqual(masked);
    expect(audienceOfPress(floor, caller('analyst'), 'slack', open)).toEqual(unlisted);
    expect(audienceOfPress({ clearance: [] }, caller('responder'), 'slack', open)).toEqual(unlisted);
  });

  it('reads a restricted incident whole: it has let them in by name', () => {
    const floor = { clearance: [teamsRoom('existence')] };
    const restricted = { restrictedTo: [owner(adam)] };
    expect(audienceOfPress(floor, caller('analyst'), 'teams', restricted)).toEqual(named);
  });
});
