import { expect, it } from 'vitest';
import { isConnector } from '../../../src/channels/teams/service-url.ts';

const sandbox = 'http://127.0.0.1:3979/teams/';

it.each([
  'https://smba.trafficmanager.net/emea/',
  'https://europe.botframework.com',
  'https://smba.infra.gov.teams.microsoft.us/teams',
  'https://smba.infra.gcc.teams.microsoft.com/teams',
  'http://127.0.0.1:3979/elsewhere',
])('sends the token to %s', (url) => {
  expect(isConnector(url, sandbox)).toBe(true);
});

it.each([
  'https://attacker.trafficmanager.net/',
  'https://botframework.com.evil.example/',
  'https://evilbotframework.com/',
  'http://smba.trafficmanager.net/emea/',
  'https://user:word@smba.trafficmanager.net/',
  'https://smba.trafficmanager.net@evil.example/',
  'http://127.0.0.1:3980/teams/',
  'https://127.0.0.1:3979/teams/',
  'smba.trafficmanager.net',
  '',
])('sends the token never to %s', (url) => {
  expect(isConnector(url, sandbox)).toBe(false);
});
