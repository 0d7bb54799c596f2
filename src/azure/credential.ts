import {
  ChainedTokenCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  CredentialUnavailableError,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import type { Secret } from '../secrets/secret.ts';
import { createSecretCredential } from './secret-credential.ts';

export interface CredentialOptions {
  tenantId: string;
  clientId: string;
  clientSecret?: Secret | undefined;
  /** PEM file with certificate and private key. */
  clientCertificatePath?: string | undefined;
  /** `https://login.microsoftonline.com` when absent. */
  authorityHost?: string | undefined;
}

/**
 * Who Watchfloor is towards Azure: by client secret, by certificate or, with neither, by the identity of the
 * machine (workload identity on Kubernetes, managed identity elsewhere). Never by a developer's own sign-in.
 */
export function createCredential(options: CredentialOptions): TokenCredential {
  const { tenantId, clientId, clientSecret, clientCertificatePath } = options;
  const authority = authorityOptions(options.authorityHost);
  if (clientSecret) {
    return createSecretCredential(
      clientSecret,
      (secret) => new ClientSecretCredential(tenantId, clientId, secret, authority),
    );
  }
  if (clientCertificatePath) {
    return new ClientCertificateCredential(tenantId, clientId, clientCertificatePath, authority);
  }
  const managed = new ManagedIdentityCredential({ clientId });
  const workload = workloadIdentity({ tenantId, clientId, ...authority });
  return workload ? new ChainedTokenCredential(workload, managed) : managed;
}

/** Calls to Azure are tried again as a whole, sign-in included; and a redirect would take the secret along. */
const once = { retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 } };

interface Authority {
  retryOptions?: { maxRetries: number };
  redirectOptions?: { maxRetries: number };
  authorityHost?: string;
  disableInstanceDiscovery?: boolean;
}

/** https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const microsoftHosts = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
];

function authorityOptions(authorityHost: string | undefined): Authority {
  if (!authorityHost) return once;
  // Instance discovery asks login.microsoft.com whether the host is genuine; it knows only Microsoft's own.
  return {
    ...once,
    authorityHost,
    disableInstanceDiscovery: !microsoftHosts.includes(new URL(authorityHost).hostname),
  };
}

function workloadIdentity(
  options: { tenantId: string; clientId: string } & Authority,
): TokenCredential | undefined {
  try {
    return new WorkloadIdentityCredential(options);
  } catch (error) {
    // The constructor throws where Kubernetes has not mounted a token file.
    if (error instanceof CredentialUnavailableError) return undefined;
    throw error;
  }
}
