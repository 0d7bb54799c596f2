import type { Server } from 'restify';
import { z } from 'zod';
import { type ActivitySetting, composeInvoke } from './activity.ts';
import { consent } from './check-file.ts';
import { controlled, enter, place } from './controls.ts';
import type { Drive } from './drive.ts';
import type { Product } from './product.ts';
import { Refusal } from './refusal.ts';
import type { Rooms } from './rooms.ts';

interface FileParts {
  rooms: Rooms;
  drive: Drive;
  product: Product;
  setting: () => ActivitySetting;
  changed: () => void;
}

const answered = place.extend({ activity: z.string(), action: z.enum(['accept', 'decline']) });

/** How a person takes a file from a bot, or does not: Teams makes room in their OneDrive and tells the bot where. */
export function mountFiles(plain: Server, { rooms, drive, product, setting, changed }: FileParts): void {
  drive.mount(plain);
  plain.post(
    '/api/teams/consent',
    controlled(async ({ body }) => {
      const { activity, action, ...where } = answered.parse(body);
      const { person, room } = enter(rooms, where);
      const about = rooms.message(room, activity);
      const offered = about.attachments.flatMap((one) => consent.safeParse(one).data ?? []).at(0);
      if (!offered) throw new Refusal(404, 'NoFile', 'That message offers no file.');
      const { acceptContext, declineContext } = offered.content;
      const value =
        action === 'accept'
          ? { type: 'fileUpload', action, context: acceptContext, uploadInfo: drive.makeRoom(offered.name) }
          : { type: 'fileUpload', action, context: declineContext };
      const answer = await product.send(
        composeInvoke(setting(), person, room, { name: 'fileConsent/invoke', value, about }),
      );
      changed();
      return answer;
    }),
  );
}
