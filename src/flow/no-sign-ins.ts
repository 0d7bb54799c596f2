import { Refused } from '../errors.ts';
import type { SignIns } from './sign-in.ts';

/** Where nobody can sign in. */
export const noSignIns: SignIns = {
  async begin() {
    throw new Refused(
      'Nobody can sign in here: PUBLIC_URL, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are not all set. Ask an admin.',
    );
  },
};
