import { z } from 'zod';
import { Malformed } from '../errors.ts';
import type { Alert } from '../incident/alert.ts';
import { safeParse } from '../safe-parse.ts';
import type { Source } from './source.ts';

/** What Watchfloor has to say about itself; it is worked on like any alert. */
const notice = z.object({
  id: z.string().min(1).max(200),
  at: z.iso.datetime(),
  type: z.enum([
    'job-given-up',
    'card-given-up',
    'feed-silent',
    'hunt-failed',
    'duty-failed',
    'delivery-unproven',
    'call-missed',
  ]),
  title: z.string().min(1).max(300),
  description: z.string().max(5_000),
  /** What is in trouble: a queue, a conversation, a feed. Notices of one type and target are one incident. */
  target: z.string().min(1).max(300),
});

/** Watchfloor's own troubles as alerts: a bot that stops silently is the worst kind. Nothing is written back. */
export function createWatchfloor(): Source {
  return {
    name: 'watchfloor',
    feeds: [],
    normalise: normaliseNotice,
    async *poll() {},
    unpack() {
      throw new Malformed('Nobody but Watchfloor tells of Watchfloor.');
    },
    async read() {
      return undefined;
    },
    async writeBack() {
      return undefined;
    },
  };
}

function normaliseNotice(payload: unknown): Alert {
  const { data, error } = safeParse(notice, payload);
  if (error) throw new Malformed(`The notice: ${z.prettifyError(error)}`);
  return {
    source: 'watchfloor',
    sourceId: data.id.toLowerCase(),
    address: data.id,
    label: '',
    title: data.title,
    description: data.description,
    severity: 'high',
    type: data.type,
    product: 'Watchfloor',
    entities: [{ kind: 'other', type: 'Trouble', name: data.description }],
    target: data.target,
    tactics: [],
    techniques: [],
    tags: [],
    subscription: '',
    workspace: '',
    firstActivityAt: data.at,
    lastActivityAt: data.at,
    modifiedAt: data.at,
    etag: '',
    contains: [],
    notes: [],
    portalUrl: '',
    remediation: [],
    handling: { status: 'new', owner: undefined, closing: undefined, changedBy: '' },
  };
}
