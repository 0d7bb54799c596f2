import { z } from 'zod';
import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError, badRequest } from '../azure/arm-error.ts';
import { azureMachines } from '../azure/network-estate.ts';
import { things } from '../logs/samples/estate.ts';
import { parse } from './flow.ts';
import { called, fresh, keyOf, type NetworkState, pathOf } from './state.ts';
import { LOCATION, NETWORK_VERSIONS } from './versions.ts';
import { watcherOf } from './watcher.ts';

const path =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkWatchers/{watcher}/packetCaptures/{name}';

/** Packet captures of a Network Watcher. The file comes to the storage account when one is stopped. */
export function captureRoutes(state: NetworkState): ArmRoute[] {
  const apiVersions = NETWORK_VERSIONS;
  const all = state.captures;
  const mayWrite = (call: ArmCall, held = all.get(pathOf(call.url))) =>
    state.mayChange(call, 'Microsoft.Network/networkWatchers/packetCaptures/write', held);
  return [
    {
      method: 'GET',
      path,
      apiVersions,
      answer: (call) => ({ status: 200, body: show(called(call, all)) }),
    },
    {
      method: 'PUT',
      path,
      apiVersions,
      answer(call) {
        watcherOf(call);
        mayWrite(call);
        if (all.has(pathOf(call.url)))
          throw new ArmError(409, 'PacketCaptureAlreadyExists', 'Packet capture cannot be updated.');
        const { properties } = parse(shape, call.body);
        const id = decodeURIComponent(call.url.pathname);
        const storagePath = pathIn(properties.storageLocation.storageId, properties.target);
        const capture = {
          ...fresh(id),
          status: 'Running' as const,
          properties: { ...properties, storageLocation: { ...properties.storageLocation, storagePath } },
        };
        all.set(keyOf(id), capture);
        return state.takeOn(call, 'PUT', capture, { status: 201, body: () => show(capture) });
      },
    },
    {
      method: 'POST',
      path: `${path}/queryStatus`,
      apiVersions,
      answer(call) {
        const capture = called(call, all, '/queryStatus');
        const body = {
          name: capture.id.split('/').at(-1),
          id: capture.id,
          packetCaptureStatus: capture.status,
          ...(capture.status === 'Stopped' ? { stopReason: 'UserStopped' } : {}),
          packetCaptureError: [],
        };
        return state.work.begin(call, LOCATION, { status: 200, body });
      },
    },
    {
      method: 'POST',
      path: `${path}/stop`,
      apiVersions,
      answer(call) {
        const capture = called(call, all, '/stop');
        mayWrite(call, capture);
        if (capture.status === 'Stopped') throw badRequest('The packet capture is not running.');
        const isDone = () => {
          capture.status = 'Stopped';
        };
        return state.takeOn(call, 'POST', capture, { status: 202, isDone });
      },
    },
    {
      method: 'DELETE',
      path,
      apiVersions,
      answer(call) {
        const capture = all.get(pathOf(call.url));
        state.mayChange(call, 'Microsoft.Network/networkWatchers/packetCaptures/delete', capture);
        if (!capture) return { status: 204 };
        const isDone = () => all.delete(keyOf(capture.id));
        return state.takeOn(call, 'DELETE', capture, { status: 202, goes: true, isDone });
      },
    },
  ];
}

/** Where Azure puts the file when nobody says; throws where there is no such machine or storage account. */
function pathIn(storageId: string, target: string): string {
  const machine = azureMachines.find(({ id }) => keyOf(id) === keyOf(target));
  const storage = [things.backupStorage, things.shopStorage].find((id) => keyOf(id) === keyOf(storageId));
  if (!machine || !storage)
    throw new ArmError(
      400,
      'ReferencedResourceNotFound',
      `Resource ${storage ? target : storageId} was not found.`,
    );
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `https://${storage.split('/').at(-1)}.blob.core.windows.net/network-watcher-logs${machine.id.toLowerCase()}/${day}/packetcapture.cap`;
}

const show = ({
  id,
  etag,
  provisioningState,
  properties,
}: ReturnType<typeof fresh> & { properties: object }) => ({
  name: id.split('/').at(-1),
  id,
  etag,
  properties: { provisioningState, ...properties },
});

/** https://learn.microsoft.com/rest/api/network-watcher/packet-captures/create */
const shape = z.object({
  properties: z.object({
    target: z.string(),
    bytesToCapturePerPacket: z.int().min(0).max(4_294_967_295).default(0),
    totalBytesPerSession: z.int().min(0).max(4_294_967_295).default(1_073_741_824),
    timeLimitInSeconds: z.int().min(0).max(18_000).default(18_000),
    storageLocation: z.object({ storageId: z.string() }),
  }),
});
