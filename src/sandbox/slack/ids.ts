import { randomBytes } from 'node:crypto';
import { people, SLACK_TEAM_ID } from '../people.ts';

export const bot = { user: 'U0WATCHFLOOR', id: 'B0WATCHFLOOR', app: 'A0WATCHFLOOR', name: 'watchfloor' };
export const team = { id: SLACK_TEAM_ID, domain: 'contoso', name: 'Contoso' };
/** Team of the partner that shares channels with ours. */
export const PARTNER_TEAM_ID = 'T0PARTNER';
/** Slack still sends this with each payload; it is deprecated and proves nothing. */
export const VERIFICATION_TOKEN = 'deprecated-verification-token';

export const teamOf = (slackId: string): string =>
  people.find((person) => person.slackId === slackId)?.kind === 'external' ? PARTNER_TEAM_ID : team.id;

/** An id as Slack makes them: a letter or two, then capitals and digits. */
export const newId = (prefix: string): string => `${prefix}0${randomBytes(5).toString('hex').toUpperCase()}`;

export const newSecret = (): string => randomBytes(16).toString('hex');
