import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
} from 'botbuilder';
import restify from 'restify';
import { BOT_FRAMEWORK_ISSUER } from '../../../src/sandbox/teams/token.ts';

// botbuilder alone, on restify as in its samples: a press comes in with its token and is answered with a
// sentence. Nothing is kept.

const {
  TEAMS_APP_ID: appId = '',
  TEAMS_APP_SECRET: secret = '',
  AZURE_TENANT_ID: tenantId = '',
  TEAMS_OPENID_METADATA_URL: metadata = '',
} = process.env;

const credentials = new ConfigurationServiceClientCredentialFactory({
  MicrosoftAppType: 'SingleTenant',
  MicrosoftAppId: appId,
  MicrosoftAppPassword: secret,
  MicrosoftAppTenantId: tenantId,
});
const authentication = new ConfigurationBotFrameworkAuthentication(
  {
    MicrosoftAppType: 'SingleTenant',
    MicrosoftAppId: appId,
    MicrosoftAppTenantId: tenantId,
    ToChannelFromBotLoginUrl: `https://login.microsoftonline.com/${tenantId}`,
    ToChannelFromBotOAuthScope: 'https://api.botframework.com',
    ToBotFromChannelTokenIssuer: BOT_FRAMEWORK_ISSUER,
    ToBotFromChannelOpenIdMetadataUrl: metadata,
    ToBotFromEmulatorOpenIdMetadataUrl: metadata,
    OAuthUrl: 'https://token.botframework.com',
    CallerId: 'urn:botframework:azure',
  },
  credentials,
);
const adapter = new CloudAdapter(authentication);
const body = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'It is yours.' };

const server = restify.createServer();
server.post('/api/messages', restify.plugins.bodyParser(), async (request, response) => {
  await adapter.process(request, response, async (context) => {
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } });
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
