import type { ChatUser, FieldFaults, NextPage, Outcome } from '../../channels/channel.ts';
import { type Curtain, hang } from '../../channels/clearance.ts';
import type { DialogView } from '../../channels/views.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { Requester } from '../../incident/run.ts';
import type { Caller } from '../../people/people.ts';
import { audienceOfDialog, audienceOfPress } from '../audience.ts';
import { face, offer, readFor } from '../reader.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { drawOrder, readWish } from './act-dialog.ts';
import { askedFor } from './play-desk.ts';
import { admitToPlay } from './press.ts';
import { requestRun } from './request.ts';

/** Set by the first page: what comes back then is the second. */
const second = { page: 'order' };

/** A filled page of Act: the first chooses what to do, the second says the rest, and then it is asked for. */
export async function submitAct(
  floor: Watchfloor,
  { channel }: ChatUser,
  caller: Caller,
  id: number,
  version: number,
  fields: Record<string, string>,
): Promise<Outcome | FieldFaults | NextPage> {
  const stored = await readFor(floor, caller, id);
  const { incident } = stored;
  const audience = audienceOfPress(floor, caller, channel, incident);
  const by = { kind: 'person', id: caller.id, name: caller.name, upn: caller.upn } as const;
  const wish = readWish(floor, incident, fields);
  if (!('faults' in wish)) admitToPlay(caller, wish);
  const show = hang(incident, audienceOfDialog(floor, caller, channel, incident));
  const page = secondPage(floor, incident, show, { version, by, fields });
  if (fields.page !== second.page) return { page };
  if ('faults' in wish) return { ...wish, form: page };
  const run = await requestRun(floor, incident, { ...wish, by });
  return { card: offer(face(floor, stored, audience), caller), told: askedFor(run), changed: false };
}

function secondPage(
  floor: Watchfloor,
  incident: Incident,
  show: Curtain,
  { version, by, fields }: { version: number; by: Requester; fields: Record<string, string> },
): DialogView {
  return {
    incident: incident.id,
    version,
    verb: 'act',
    ...drawOrder(floor, incident, show, fields, by),
    about: `${incidentName(incident.id)} ${show(incident.title, 120)}`,
    carried: { offer: fields.offer ?? '', ...second },
  };
}
