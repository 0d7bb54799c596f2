import type { Look } from './lane.ts';

/** People first: while somebody waits for an answer, the lanes start nothing new. */
export interface Courtesy {
  /** Does what somebody waits for. */
  attend<T>(work: () => Promise<T>): Promise<T>;
  /** A look that lets people go first. */
  polite(look: Look): Look;
}

/** Whatever people do, alerts must come in and cards go out. */
const longestMs = 250;

export function openCourtesy(): Courtesy {
  let attended = 0;
  let held: (() => void)[] = [];
  const letGo = () => {
    const all = held;
    held = [];
    for (const go of all) go();
  };
  const giveWay = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longestMs);
      held.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });

  return {
    async attend(work) {
      attended += 1;
      try {
        return await work();
      } finally {
        attended -= 1;
        if (attended === 0) letGo();
      }
    },
    polite: (look) => async (room) => {
      if (attended > 0) await giveWay();
      return look(room);
    },
  };
}
