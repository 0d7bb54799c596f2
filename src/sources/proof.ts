import { z } from 'zod';
import { Malformed } from '../errors.ts';
import type { Alert } from '../incident/alert.ts';
import { safeParse } from '../safe-parse.ts';
import { ownRooms } from './own-entity.ts';
import type { Source } from './source.ts';

/** One proof that alerts arrive. */
const proof = z.object({
  /** `proof-12`. */
  id: z.string().regex(/^proof-\d+$/),
  rooms: ownRooms.min(1),
  at: z.iso.datetime(),
});

/**
 * What is made up to prove that alerts arrive, are shown and are decided on, as alerts. What is written back here reaches no
 * vendor: it shows that decisions leave, and no more.
 */
export function createProof(): Source {
  return {
    name: 'proof',
    feeds: [],
    normalise: normaliseProof,
    async *poll() {},
    unpack() {
      throw new Malformed('Nobody but Watchfloor proves that Watchfloor delivers.');
    },
    async read() {
      return undefined;
    },
    async writeBack() {
      return undefined;
    },
  };
}

function normaliseProof(payload: unknown): Alert {
  const { data, error } = safeParse(proof, payload);
  if (error) throw new Malformed(`The proof: ${z.prettifyError(error)}`);
  const { id, rooms, at } = data;
  return {
    source: 'proof',
    sourceId: id,
    address: id,
    label: '',
    title: 'PROOF: does an alert arrive?',
    description:
      'Made up by Watchfloor, which decides on it and closes it by itself. Nobody has to do anything.',
    // What is real goes first wherever there are many.
    severity: 'informational',
    type: 'delivery-proof',
    product: 'Watchfloor',
    entities: [],
    target: '',
    tactics: [],
    techniques: [],
    tags: ['proof'],
    subscription: '',
    workspace: '',
    firstActivityAt: at,
    lastActivityAt: at,
    modifiedAt: at,
    etag: '',
    contains: [],
    notes: [],
    portalUrl: '',
    remediation: [],
    handling: { status: 'new', owner: undefined, closing: undefined, changedBy: '' },
    exercise: { id, rooms },
  };
}
