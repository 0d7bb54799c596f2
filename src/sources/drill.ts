import { z } from 'zod';
import { Malformed } from '../errors.ts';
import { type Alert, severities } from '../incident/alert.ts';
import { safeParse } from '../safe-parse.ts';
import { ownEntity, ownRooms } from './own-entity.ts';
import type { Source } from './source.ts';

const name = z.string().max(2_000);

/** One alert of a scenario that is played. */
const played = z.object({
  /** `drill-7/2`: played again after a fall, it is the same. */
  id: z.string().regex(/^drill-\d+\/\d+$/),
  /** `drill-7`. */
  drill: z.string().max(40),
  rooms: ownRooms,
  at: z.iso.datetime(),
  title: z.string().min(1).max(300),
  description: z.string().max(5_000),
  severity: z.enum(severities),
  type: z.string().min(1).max(300),
  product: name,
  target: name,
  entities: z.array(ownEntity).max(100),
  tactics: z.array(name).max(20),
  techniques: z.array(name).max(50),
  remediation: z.array(name).max(20),
});

/** What is played to practise, as alerts. Whatever shows a title says with it that it is a drill. Nothing is written back. */
export function createDrill(): Source {
  return {
    name: 'drill',
    feeds: [],
    normalise: normalisePlayed,
    async *poll() {},
    unpack() {
      throw new Malformed('Nobody but Watchfloor plays drills.');
    },
    async read() {
      return undefined;
    },
    async writeBack() {
      return undefined;
    },
  };
}

function normalisePlayed(payload: unknown): Alert {
  const { data, error } = safeParse(played, payload);
  if (error) throw new Malformed(`The alert of a drill: ${z.prettifyError(error)}`);
  const { id, drill, rooms, at, title, ...said } = data;
  return {
    source: 'drill',
    sourceId: id,
    address: id,
    label: '',
    ...said,
    title: `DRILL: ${title}`,
    tags: ['drill'],
    subscription: '',
    workspace: '',
    firstActivityAt: at,
    lastActivityAt: at,
    modifiedAt: at,
    etag: '',
    contains: [],
    notes: [],
    portalUrl: '',
    handling: { status: 'new', owner: undefined, closing: undefined, changedBy: '' },
    exercise: { id: drill, rooms },
  };
}
