import type { TokenCredential } from '@azure/core-auth';
import type { Application } from '@microsoft/teams-ai';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { describe } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { BotCredentials } from './credentials.ts';

export interface AdapterOptions {
  appId: string;
  tenantId: string;
  tokenIssuer: string;
  openIdMetadataUrl: string;
  credential: TokenCredential;
  serviceUrl: string;
  log: Log;
}

export interface AdapterAnswer {
  status: number;
  body: unknown;
}

/** Runs an admitted activity through botbuilder, which checks the token once more, and the bot. */
export function createAdapter(options: AdapterOptions, bot: Application) {
  const adapter = new CloudAdapter(authenticate(options));
  adapter.onTurnError = async (_context, error) => {
    options.log.error({ channel: 'teams', error: describe(error) }, 'turn failed');
  };

  return async (authorization: string | undefined, body: Record<string, unknown>): Promise<AdapterAnswer> => {
    const answer: AdapterAnswer = { status: 200, body: undefined };
    // Not the real response: what botbuilder says of a failure is not for the sender.
    const response = {
      socket: undefined,
      status: (code: number) => (answer.status = code),
      header: () => undefined,
      send: (sent: unknown) => (answer.body = sent),
      end: () => undefined,
    };
    await adapter.process({ body, headers: { authorization }, method: 'POST' }, response, async (context) => {
      await bot.run(context);
    });
    return answer.status < 400 ? answer : { status: answer.status, body: undefined };
  };
}

function authenticate(options: AdapterOptions): ConfigurationBotFrameworkAuthentication {
  const { appId, tenantId, tokenIssuer, openIdMetadataUrl } = options;
  // Where one of these is set all must be: botbuilder has no defaults for the rest.
  return new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppId: appId,
      MicrosoftAppTenantId: tenantId,
      ToChannelFromBotLoginUrl: `https://login.microsoftonline.com/${tenantId}`,
      ToChannelFromBotOAuthScope: 'https://api.botframework.com',
      ToBotFromChannelTokenIssuer: tokenIssuer,
      ToBotFromChannelOpenIdMetadataUrl: openIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadataUrl,
      OAuthUrl: 'https://token.botframework.com',
      CallerId: 'urn:botframework:azure',
    },
    new BotCredentials(options),
  );
}
