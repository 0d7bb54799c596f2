import type { TokenCredential } from '@azure/core-auth';
import { type ServiceClientCredentials, ServiceClientCredentialsFactory } from 'botframework-connector';
import { FarSideError } from '../../errors.ts';
import { connectorScope } from './connector.ts';
import { isConnector } from './service-url.ts';

/**
 * Makes botbuilder use our credential in place of its own sign-in library, which gets no fixes any more. It
 * never signs a request to a foreign host, although nothing of ours sends through botbuilder.
 */
export class BotCredentials extends ServiceClientCredentialsFactory {
  readonly #appId: string;
  readonly #credential: TokenCredential;
  readonly #serviceUrl: string;

  constructor(options: { appId: string; credential: TokenCredential; serviceUrl: string }) {
    super();
    this.#appId = options.appId;
    this.#credential = options.credential;
    this.#serviceUrl = options.serviceUrl;
  }

  override async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.#appId;
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return false;
  }

  override async createCredentials(): Promise<ServiceClientCredentials> {
    return {
      signRequest: async (request) => {
        if (!isConnector(request.url, this.#serviceUrl)) {
          throw new FarSideError(
            'teams',
            'rejected',
            'That host is no Bot Connector; nothing is sent there.',
          );
        }
        const token = await this.#credential.getToken(connectorScope);
        if (!token) throw new FarSideError('teams', 'auth', 'There is no token for the Bot Connector.');
        request.headers.set('authorization', `Bearer ${token.token}`);
        return request;
      },
    };
  }
}
