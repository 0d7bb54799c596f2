import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, FarSideError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { drawPictures } from '../pictures.ts';
import type { ReplyView } from '../views.ts';
import type { Message } from './message.ts';
import { drawReply } from './reply.ts';
import type { KeepFile } from './upload.ts';

/** An answer and, where it has pictures, the same in words. */
export interface Illustrated {
  message: Message;
  inWords?: Message;
}

/** Draws an answer, its pictures as files that Slack has. Never throws for want of a picture. */
export type Illustrate = (view: Exclude<ReplyView, { kind: 'none' }>) => Promise<Illustrated>;

/** As dense as a phone's screen. */
const mostPixels = 2_000_000;

export function createIllustrate(keepFile: KeepFile, log: Log): Illustrate {
  const keepOnce = onlyOnce(keepFile);
  return async (view) => {
    const inWords = drawReply(view);
    try {
      const pictures = await drawPictures(view, mostPixels);
      if (pictures.size === 0) return { message: inWords };
      const files = [...pictures].map(async ([map, png]) => [map, await keepOnce('map.png', png)] as const);
      return { message: drawReply(view, new Map(await Promise.all(files))), inWords };
    } catch (error) {
      log.warn({ error: describe(error) }, 'Slack took no picture; it is told in words');
      return { message: inWords };
    }
  };
}

const mostRemembered = 100;

/** The same picture is the same file: nobody clears away what a workspace is given. */
function onlyOnce(keepFile: KeepFile): KeepFile {
  const kept = new Map<string, string>();
  return async (name, content) => {
    const key = createHash('sha256').update(content).digest('hex');
    const known = kept.get(key);
    if (known !== undefined) return known;
    const id = await keepFile(name, content);
    kept.set(key, id);
    for (const old of [...kept.keys()].slice(0, -mostRemembered)) kept.delete(old);
    return id;
  };
}

/** Slack shows no file that it has not looked at yet. It does not say when it has. */
const lookingMs = 1_500;

/** Sends with pictures, a moment later once more and then in words, as long as Slack refuses. */
export async function sendIllustrated(
  { message, inWords }: Illustrated,
  send: (message: Message) => Promise<void>,
): Promise<void> {
  if (!inWords) return send(message);
  if (await isTaken(send(message))) return;
  await sleep(lookingMs);
  if (await isTaken(send(message))) return;
  await send(inWords);
}

async function isTaken(sent: Promise<void>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    // Anything else may have been taken, or would not be taken in words either.
    if (error instanceof FarSideError && error.reason === 'rejected') return false;
    throw error;
  }
}
