import { App, HTTPReceiver, LogLevel } from '@slack/bolt';

// Bolt alone, on the server it brings: a signed press or command comes in and is acknowledged. Nothing is kept.

const receiver = new HTTPReceiver({
  signingSecret: process.env.SLACK_SIGNING_SECRET ?? '',
  logLevel: LogLevel.ERROR,
});
const app = new App({
  receiver,
  authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B0BENCH', botUserId: 'U0BENCH' }),
  convoStore: false,
  logLevel: LogLevel.ERROR,
});
app.action(/^incident:/, async ({ ack }) => ack());
app.command('/soc', async ({ ack }) => ack('It is yours.'));
await app.start(Number(process.env.PORT));
