import { describe, FarSideError } from '../../../errors.ts';
import { type SecurityContact, type Shortcoming, shortcomingsOf } from '../../../incident/contacts.ts';
import type { ContactsAtHand } from '../at-hand.ts';

/** A subscription, whom Azure warns about it, and what is wrong with that; `failure` where it could not be asked. */
export type Looked = { subscription: string } & (
  | { contact: SecurityContact | undefined; shortcomings: Shortcoming[]; failure?: never }
  | { failure: string; shortcomings?: never }
);

/** Each in turn: it is no hurry, and Azure counts. */
export async function lookAtContacts({ subscriptions, read }: ContactsAtHand): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (const subscription of subscriptions) looked.push(await look(subscription, read));
  return looked;
}

async function look(subscription: string, read: ContactsAtHand['read']): Promise<Looked> {
  try {
    const contact = await read(subscription);
    return { subscription, contact, shortcomings: shortcomingsOf(contact) };
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    return { subscription, failure: describe(error) };
  }
}
