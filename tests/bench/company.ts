/** Who and what the bench's Azure, Slack and Teams know; secrets of nothing. */
export const subscription = '3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5';
export const tenantId = '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30';
export const azureClient = { clientId: 'c5a1f0de-7b32-4e96-8d04-1f6a9b2c3e57', secret: 'bench-azure-secret' };
export const teamsApp = { clientId: 'e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34', secret: 'bench-teams-secret' };
export const signingSecret = 'bench-signing-secret-0123456789';
export const webhookSecret = 'bench-webhook-secret-0123456789';

/** The one person who presses everything. */
export const person = {
  /** Entra object id. */
  id: '00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1',
  name: 'Olivia Marsh',
  upn: 'olivia@contoso.com',
  slackId: 'U0OLIVIA',
  slackTeam: 'T0BENCH',
  teamsId: '29:1olivia',
};
