import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** What Slack and the app know of one another; an app's administrator may have new ones made. */
export interface Credentials {
  /** What Slack signs with now. */
  signingSecret(): string;
  isToken(token: string): boolean;
  /** `keepOld`: the token before it is good as well, until the next one is made. */
  rotate(asked: z.infer<typeof rotation>): object;
}

export const rotation = z.object({
  what: z.enum(['signing-secret', 'bot-token']),
  keepOld: z.boolean().default(false),
});

export function createCredentials(signingSecret: string, botToken: string): Credentials {
  let secret = signingSecret;
  let tokens = [botToken];
  return {
    signingSecret: () => secret,
    isToken: (token) => tokens.includes(token),
    rotate({ what, keepOld }) {
      switch (what) {
        case 'signing-secret':
          secret = randomBytes(16).toString('hex');
          return { signingSecret: secret };
        case 'bot-token': {
          const made = `xoxb-sandbox-${randomBytes(24).toString('base64url')}`;
          tokens = keepOld ? [made, ...tokens.slice(0, 1)] : [made];
          return { botToken: made };
        }
      }
    },
  };
}
