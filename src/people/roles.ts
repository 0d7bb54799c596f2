/** What a person is to the team; each command names the roles that may use it. */
export type Role = 'viewer' | 'responder' | 'analyst' | 'lead' | 'manager' | 'admin';
export const roles = ['viewer', 'responder', 'analyst', 'lead', 'manager', 'admin'] as const satisfies Role[];

/** Everybody known may look. */
export const readers: Role[] = [...roles];
/** May take work and write it down. */
export const responders: Role[] = ['responder', 'analyst', 'lead', 'admin'];
/** May hand work to others. */
export const dispatchers: Role[] = ['responder', 'analyst', 'lead', 'manager', 'admin'];
