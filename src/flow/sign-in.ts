/** Proving who one is by signing in to Entra ID, in a browser, away from chat. */
export interface SignIns {
  /** A page at which to begin; good once, for ten minutes. Throws `Refused` where none is configured. */
  begin(purpose: SignInPurpose): Promise<string>;
}

/** What follows when somebody has signed in. */
export type SignInPurpose =
  | { kind: 'link'; slack: { teamId: string; id: string; name: string } }
  /** Only this person's fresh sign-in confirms this answer. */
  | { kind: 'answer'; question: string; note: string; personId: string }
  /** This person lets us ask the logs in their name. */
  | { kind: 'logs'; personId: string };

/** Who lets us ask logs in their name. */
export interface Delegations {
  has(personId: string): Promise<boolean>;
  /** The page on which they allow it: good once, for ten minutes, and for this person alone. Throws `Refused`. */
  begin(personId: string): Promise<string>;
  /** True where there was something to take back. */
  remove(personId: string): Promise<boolean>;
}
