/** Proving who one is by signing in to Entra ID, in a browser, away from chat. */
export interface SignIns {
  /** A page at which to begin; good once, for ten minutes. Throws `Refused` where none is configured. */
  begin(purpose: SignInPurpose): Promise<string>;
}

/** What follows when somebody has signed in. */
export type SignInPurpose =
  | { kind: 'link'; slack: { teamId: string; id: string; name: string } }
  /** Only this person's fresh sign-in confirms this answer. */
  | { kind: 'answer'; question: string; note: string; personId: string };
