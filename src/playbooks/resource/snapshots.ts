import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Writer } from '../../azure/writer.ts';
import { FarSideError, isRetryable } from '../../errors.ts';
import { subjectName } from '../../incident/enrichment.ts';
import type { Order, PlayContext, Step } from '../playbook.ts';
import { look, readAs } from './azure-resource.ts';
import { diskVersion } from './disk.ts';

const evidence = z.object({
  location: z.string(),
  disks: z.array(z.object({ id: z.string(), place: z.string(), incremental: z.boolean() })),
});
/** What is to be kept: JSON. */
export type Evidence = z.infer<typeof evidence>;
type KeptDisk = Evidence['disks'][number];

const snapshot = z.discriminatedUnion('state', [
  // Without an operation where another process began it.
  z.object({ state: z.literal('making'), id: z.string(), operation: z.string().optional() }),
  z.object({ state: z.literal('made'), id: z.string() }),
  z.object({ state: z.literal('failed'), id: z.string(), says: z.string() }),
]);
type Snapshot = z.output<typeof snapshot>;

/** Begins all of them, or looks once at each that is being made. All are over before it says that one failed. */
export async function takeSnapshots(arm: Writer, order: Order, { signal }: PlayContext): Promise<Step> {
  const { location, disks } = evidence.parse(order.memory);
  const snapshots = await Promise.all(
    order.handle === undefined
      ? disks.map((disk) => begin(arm, order, { location, ...disk }, signal))
      : z
          .array(snapshot)
          .parse(order.handle)
          .map((each) => follow(arm, each, signal)),
  );
  const made = snapshots.filter(({ state }) => state === 'made');
  if (snapshots.some(({ state }) => state === 'making'))
    return {
      state: 'under-way',
      says: `${made.length} of ${snapshots.length} snapshots are made.`,
      handle: snapshots,
    };
  const outputs = made.map(({ id }) => ({ label: 'Snapshot', text: id }));
  const failures = snapshots.flatMap((each) => (each.state === 'failed' ? [each.says] : []));
  if (failures.length === 0)
    return {
      state: 'done',
      says: `The disks of ${subjectName(order.target)} are kept as they were.`,
      outputs,
    };
  return {
    state: 'failed',
    says: `${failures.length} of ${snapshots.length} snapshots could not be made; the others are kept. ${failures.join(' ')}`,
    outputs,
  };
}

async function begin(
  arm: Writer,
  order: Order,
  disk: KeptDisk & { location: string },
  signal: AbortSignal,
): Promise<Snapshot> {
  const id = snapshotId(order, disk);
  try {
    const there = await find(arm, id, signal);
    if (there) return there;
    const path = `${id}?api-version=${diskVersion}`;
    const { operation } = await arm.write('PUT', path, bodyOf(order, disk), { signal });
    return operation ? { state: 'making', id, operation } : { state: 'made', id };
  } catch (error) {
    if (!(error instanceof FarSideError) || isRetryable(error)) throw error;
    return { state: 'failed', id, says: error.message };
  }
}

async function follow(arm: Writer, each: Snapshot, signal: AbortSignal): Promise<Snapshot> {
  if (each.state !== 'making') return each;
  const { id, operation } = each;
  const work = operation ? await look(arm, operation, signal) : undefined;
  switch (work?.state) {
    case undefined:
      return (
        (await find(arm, id, signal)) ?? { state: 'failed', id, says: `Somebody deleted ${lastSegment(id)}.` }
      );
    case 'under-way':
      return each;
    case 'done':
      return { state: 'made', id };
    case 'failed':
      return { state: 'failed', id, says: work.says };
  }
}

/** `undefined` where there is none of this name. */
async function find(arm: Writer, id: string, signal: AbortSignal): Promise<Snapshot | undefined> {
  const found = await arm.get(`${id}?api-version=${diskVersion}`, { signal }).catch((error: unknown) => {
    if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  switch (readAs(shape, found).properties.provisioningState) {
    case 'Succeeded':
      return { state: 'made', id };
    case 'Failed':
    case 'Canceled':
      return { state: 'failed', id, says: `Azure gave up making ${lastSegment(id)}.` };
    default:
      return { state: 'making', id };
  }
}

const shape = z.object({ properties: z.object({ provisioningState: z.string() }) });

/** Letters, digits, _ and -, 80 at most, and of this run alone: numbers of runs begin anew in another installation. */
function snapshotId({ name, run, target }: Order, { id, place }: KeptDisk): string {
  const machine = subjectName(target)
    .replaceAll(/[^\w-]/g, '-')
    .slice(0, 48);
  const called = `${machine}-${place}-${name.toLowerCase()}-${run.slice(0, 8)}`;
  return `${id.replace(/\/providers\/.*$/i, '')}/providers/Microsoft.Compute/snapshots/${called}`;
}

const bodyOf = (
  { name, run, note }: Order,
  { id, location, incremental }: KeptDisk & { location: string },
) => ({
  location,
  // A tag holds 256 characters.
  tags: { 'watchfloor-run': name, 'watchfloor-run-id': run, watchfloor: note.slice(0, 256) },
  properties: {
    creationData: { createOption: 'Copy', sourceResourceId: id },
    incremental,
    // Nobody takes a copy over the network before somebody opens it on purpose.
    networkAccessPolicy: 'DenyAll',
    publicNetworkAccess: 'Disabled',
  },
});
