import { FarSideError } from '../../../errors.ts';
import { addNotices } from '../../../store/notices.ts';
import { openShortcomings, recordShortcomings } from '../../../store/shortcomings.ts';
import { currentTrace } from '../../../trace.ts';
import { atTimes, type Duty } from '../../duties/duty.ts';
import type { Watchfloor } from '../../watchfloor.ts';
import { roomsToTell } from '../rooms-to-tell.ts';
import { type Looked, lookAtContacts } from './look.ts';
import { drawWarning } from './page.ts';

/** Once a day it is looked whether Azure knows whom to warn; people are told until it is mended. */
export function lookingAfterContacts(floor: Watchfloor): Duty[] {
  const { policy, contacts } = floor.preparation ?? {};
  if (!policy?.contacts.enabled || !contacts || contacts.subscriptions.length === 0) return [];
  return [
    {
      name: 'security contacts',
      ...atTimes(policy.contacts.at, policy.contacts.timeZone),
      catchUp: 'last',
      run: async (due) => warn(floor, await lookAtContacts(contacts), due),
    },
  ];
}

/** One warning a day, however often it is looked. */
async function warn(floor: Watchfloor, looked: Looked[], due: Date): Promise<void> {
  const asked = looked.filter(({ failure }) => failure === undefined);
  // Nothing was learned: it is tried again.
  if (asked.length === 0 && looked[0]?.failure)
    throw new FarSideError('azure', 'unavailable', looked[0].failure);
  const found = looked.flatMap(({ subscription, shortcomings = [] }) =>
    shortcomings.map(({ what, text }) => ({ what: `contact/${what}`, target: subscription, text })),
  );
  const at = floor.now();
  await floor.db.transaction().execute(async (trx) => {
    await recordShortcomings(trx, {
      looked: asked.map(({ subscription }) => subscription),
      found,
      at: at.toISOString(),
    });
    const open = (await openShortcomings(trx)).filter(({ what }) => what.startsWith('contact/'));
    if (open.length === 0) return;
    const notices = roomsToTell(floor).map((room) => ({
      key: `contacts/${due.toISOString()}/${room.channel}/${room.conversation}`.slice(0, 200),
      kind: 'upkeep' as const,
      to: { kind: 'room' as const, ...room },
      calls: [],
      incident: undefined,
      page: drawWarning(open),
      interrupts: false,
    }));
    await addNotices(trx, notices, at, currentTrace());
  });
  floor.ringNotices();
}
