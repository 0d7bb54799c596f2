import { z } from 'zod';
import { listOf, pathOf, read, text } from '../../azure/network-answer.ts';
import type { Rest } from '../../azure/rest.ts';
import { computeVersion } from '../resource/virtual-machine.ts';

/** Whether packets can be captured on a machine: https://learn.microsoft.com/azure/network-watcher/network-watcher-agent-linux */
export async function hasWatcherAgent(arm: Rest, id: string, signal: AbortSignal): Promise<boolean> {
  const answer = await arm.get(pathOf(id, { of: '/extensions', version: computeVersion }), { signal });
  return read(shape, answer).value.some(
    ({ properties }) => properties.publisher === 'Microsoft.Azure.NetworkWatcher',
  );
}

const shape = z.object({ value: listOf(z.object({ properties: z.object({ publisher: text }) })) });
