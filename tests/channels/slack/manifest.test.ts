import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Scopes a bot token needs for each method. https://docs.slack.dev/reference/methods */
const scopes: Record<string, string[]> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'users.info': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.publish': [],
};
/** What each event needs to be subscribed to, and its scope; `none` where it needs none. https://docs.slack.dev/reference/events */
const events: Record<string, { subscribed: string; scope: string }> = {
  app_home_opened: { subscribed: 'app_home_opened', scope: 'none' },
  app_mention: { subscribed: 'app_mention', scope: 'app_mentions:read' },
  message: { subscribed: 'message.im', scope: 'im:history' },
  user_change: { subscribed: 'user_change', scope: 'users:read' },
  team_join: { subscribed: 'team_join', scope: 'users:read' },
  tokens_revoked: { subscribed: 'tokens_revoked', scope: 'none' },
  app_uninstalled: { subscribed: 'app_uninstalled', scope: 'none' },
};

const root = new URL('../../../', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('manifests/slack/manifest.json', root), 'utf8'));
const code = await readCode();

test('the manifest asks for the scopes of what is called and heard, and for no more', () => {
  const called = [...code.matchAll(/client\.(\w+)\.(\w+)\(/g)].map(
    ([, family, method]) => `${family}.${method}`,
  );
  const heard = [...code.matchAll(/bolt\.event\('(\w+)'/g)].map(([, event]) => String(event));
  const needed = [
    'commands',
    ...called.flatMap((method) => scopes[method] ?? [`a line for ${method} in this test`]),
    ...heard.map((event) => events[event]?.scope ?? `a line for ${event} in this test`),
  ];
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(
    [...new Set(needed)].filter((scope) => scope !== 'none').toSorted(),
  );
  const subscribed = heard.map((event) => events[event]?.subscribed);
  expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(subscribed.toSorted());
});

test('the manifest has the commands that are listened for, all at the one address', () => {
  const commands = [...code.matchAll(/bolt\.command\('(\/\w+)'/g)].map(([, command]) => command);
  const declared: { command: string; url: string }[] = manifest.features.slash_commands;
  expect(declared.map((one) => one.command)).toEqual(commands);
  const { event_subscriptions, interactivity } = manifest.settings;
  const addresses = [
    ...declared.map((one) => one.url),
    event_subscriptions.request_url,
    interactivity.request_url,
    // Where Slack asks for the people of a person field.
    interactivity.message_menu_options_url,
  ];
  expect(new Set(addresses)).toEqual(new Set(['https://watchfloor.example.com/slack/events']));
});

async function readCode(): Promise<string> {
  const folder = new URL('src/channels/slack/', root);
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(new URL(name, folder), 'utf8')),
  );
  return files.join('\n');
}
