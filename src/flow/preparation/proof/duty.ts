import { insertProof } from '../../../store/proofs.ts';
import { type Duty, everyMinutes } from '../../duties/duty.ts';
import type { Watchfloor } from '../../watchfloor.ts';

/** Proofs that alerts arrive, where the settings name a room for them. */
export function proving(floor: Watchfloor): Duty[] {
  const { policy } = floor.preparation ?? {};
  if (!policy) return [];
  const rooms = policy.proof.rooms.filter(({ channel }) => floor.channels.has(channel));
  if (rooms.length === 0) return [];
  return [
    {
      name: 'proof',
      ...everyMinutes(policy.proof.everyMinutes),
      // One tells as much as those that were missed.
      catchUp: 'last',
      async run(due) {
        await insertProof(floor.db, due, rooms, floor.now());
        floor.ringPreparation?.();
      },
    },
  ];
}
