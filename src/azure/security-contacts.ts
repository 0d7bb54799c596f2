import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import type { ResourceManager } from './resource-manager.ts';

/** The client of @azure/arm-security 5.0.0 speaks 2020-01-01-preview, which knows nothing of sources. */
const apiVersion = 'api-version=2023-12-01-preview';

const most = 50;
const text = z.string().trim().max(300);
const source = z.object({ sourceType: z.string(), minimalSeverity: z.string().nullish() });
const contact = z.object({
  properties: z.object({
    /** Parted by semicolons. */
    emails: z.string().max(5_000).nullish(),
    phone: text.nullish(),
    isEnabled: z.boolean().nullish(),
    notificationsByRole: z.object({ state: z.string().nullish(), roles: z.array(text).nullish() }).nullish(),
    notificationsSources: z.array(source).nullish(),
  }),
});

/** Whom Defender for Cloud writes to about a subscription. */
export interface ContactOfSubscription {
  emails: string[];
  phone: string;
  isEnabled: boolean;
  roles: string[];
  alertsFrom: string | undefined;
}

/** `undefined` where nobody is set up. https://learn.microsoft.com/rest/api/defenderforcloud/security-contacts/get */
export async function readContact(
  arm: ResourceManager,
  subscription: string,
): Promise<ContactOfSubscription | undefined> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Security/securityContacts/default?${apiVersion}`;
  try {
    return understand(await arm.get(path));
  } catch (error) {
    if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
    throw error;
  }
}

function understand(answer: unknown): ContactOfSubscription {
  const read = contact.safeParse(answer);
  if (!read.success)
    throw new FarSideError('azure', 'rejected', 'Azure answered with something that is no security contact.');
  const { emails, phone, isEnabled, notificationsByRole, notificationsSources } = read.data.properties;
  const alerts = notificationsSources?.find(({ sourceType }) => sourceType === 'Alert');
  return {
    emails: (emails ?? '')
      .split(/[;,]/)
      .map((address) => address.trim())
      .filter(Boolean)
      .slice(0, most),
    phone: phone ?? '',
    isEnabled: isEnabled !== false,
    roles: notificationsByRole?.state === 'On' ? (notificationsByRole.roles ?? []) : [],
    alertsFrom: alerts ? (alerts.minimalSeverity ?? 'Low') : undefined,
  };
}
