/** What a person is to the team; `permissions.ts` says what each may do. */
export type Role = 'viewer' | 'responder' | 'analyst' | 'lead' | 'manager' | 'admin';
export const roles = ['viewer', 'responder', 'analyst', 'lead', 'manager', 'admin'] as const satisfies Role[];
