import type { Server } from 'restify';
import { z } from 'zod';
import type { ArmRoute } from './arm.ts';
import { ArmError } from './arm-error.ts';
import { subscriptions } from './estate.ts';

const contact = z.strictObject({
  emails: z.string(),
  phone: z.string(),
  isEnabled: z.boolean(),
  notificationsByRole: z.strictObject({ state: z.enum(['On', 'Off']), roles: z.array(z.string()) }),
  notificationsSources: z.array(
    z.strictObject({ sourceType: z.literal('Alert'), minimalSeverity: z.enum(['High', 'Medium', 'Low']) }),
  ),
});
type Contact = z.infer<typeof contact>;
const wish = z.strictObject({ subscription: z.guid().toLowerCase(), contact: contact.nullable() });

/** Production is as it should be; of the shared subscription nobody ever thought. */
const usual: Record<string, Contact> = {
  [subscriptions.production]: {
    emails: 'soc@contoso.com;lena@contoso.com',
    phone: '+49 69 900 0100',
    isEnabled: true,
    notificationsByRole: { state: 'On', roles: ['Owner'] },
    notificationsSources: [{ sourceType: 'Alert', minimalSeverity: 'Medium' }],
  },
};

/** Whom Defender for Cloud writes to. https://learn.microsoft.com/rest/api/defenderforcloud/security-contacts */
export class SecurityContacts {
  readonly #contacts = new Map<string, Contact>(Object.entries(usual));

  /** Somebody sets it in the portal, or takes it away; docs/sandbox.md lists the call. */
  mountControls(plain: Server): void {
    plain.post('/api/azure/security-contacts', async (request, response) => {
      const asked = wish.safeParse(request.body);
      if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
      const { subscription, contact } = asked.data;
      if (contact) this.#contacts.set(subscription, contact);
      else this.#contacts.delete(subscription);
      response.send(200, asked.data);
    });
  }

  routes(): ArmRoute[] {
    return [
      {
        method: 'GET',
        path: '/subscriptions/{subscription}/providers/Microsoft.Security/securityContacts/{name}',
        apiVersions: ['2023-12-01-preview'],
        answer: ({ param }) => {
          const subscription = param('subscription').toLowerCase();
          const name = param('name');
          const properties = name === 'default' ? this.#contacts.get(subscription) : undefined;
          if (!properties)
            throw new ArmError(404, 'NotFound', `Security contact '${name}' could not be found.`);
          const id = `/subscriptions/${subscription}/providers/Microsoft.Security/securityContacts/default`;
          return {
            status: 200,
            body: { id, name: 'default', type: 'Microsoft.Security/securityContacts', properties },
          };
        },
      },
    ];
  }
}
