import { z } from 'zod';
import { Malformed } from '../errors.ts';
import { type Alert, severities } from '../incident/alert.ts';
import { safeParse } from '../safe-parse.ts';
import { ownEntity } from './own-entity.ts';
import type { Source } from './source.ts';

const name = z.string().max(2_000);

/** What one run of a scheduled hunt found. */
const finding = z.object({
  /** Of this run: asked again about the same time, it is the same. */
  id: z.string().min(1).max(200),
  title: z.string().min(1).max(300),
  description: z.string().max(5_000),
  severity: z.enum(severities),
  /** The hunt's name: what it finds is of one kind. */
  type: z.string().min(1).max(300),
  /** Whose logs: findings of one type there join one incident. */
  target: z.string().min(1).max(300),
  workspace: z.string().max(300),
  entities: z.array(ownEntity).max(100),
  tactics: z.array(name).max(20),
  techniques: z.array(name).max(50),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type Finding = z.infer<typeof finding>;

/** What scheduled hunts find, as alerts. Nothing is written back: it is we who know of them. */
export function createHunt(): Source {
  return {
    name: 'hunt',
    feeds: [],
    normalise: normaliseFinding,
    async *poll() {},
    unpack() {
      throw new Malformed('Nobody but Watchfloor tells of its hunts.');
    },
    async read() {
      return undefined;
    },
    async writeBack() {
      return undefined;
    },
  };
}

function normaliseFinding(payload: unknown): Alert {
  const { data, error } = safeParse(finding, payload);
  if (error) throw new Malformed(`The finding: ${z.prettifyError(error)}`);
  const { id, title, description, severity, type, target, workspace, entities, tactics, techniques } = data;
  return {
    source: 'hunt',
    sourceId: id.toLowerCase(),
    address: id,
    label: '',
    title,
    description,
    severity,
    type,
    product: 'Hunt',
    entities,
    target,
    tactics,
    techniques,
    tags: [],
    subscription: '',
    workspace,
    firstActivityAt: data.from,
    lastActivityAt: data.to,
    modifiedAt: data.to,
    etag: '',
    contains: [],
    notes: [],
    portalUrl: '',
    remediation: [],
    handling: { status: 'new', owner: undefined, closing: undefined, changedBy: '' },
  };
}
