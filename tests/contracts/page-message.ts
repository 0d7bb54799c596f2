import { expect, it } from 'vitest';
import type { Channel, Mentioned, Ref, Spot } from '../../src/channels/channel.ts';
import { digestView, pageView } from '../channels/pages.ts';

/** What a page is posted into, and how the platform is looked at from outside. */
export interface PageStage {
  channel: Channel;
  room: Spot;
  thread: Spot;
  /** A person whom the platform knows. */
  to: Mentioned;
  /** How often the message was written, and all that it holds, as JSON; `undefined` where it is not there. */
  look(ref: Ref): { posts: number; holds: string } | undefined;
  /** How many messages stand where the page was to go. */
  count(): number;
  /** The next answer is lost on its way, though the message stands. */
  loseAnswer(): void;
  /** Ids of whom a message calls. */
  calledBy(ref: Ref): string[];
}

/** What every channel has to do with pages. */
export function keepsPages(stage: () => PageStage): void {
  it('posts a page once, in the room or in a thread, and edits it in place', async () => {
    const { channel, room, thread, look } = stage();
    for (const [n, spot] of [room, thread].entries()) {
      const ref = await channel.postPage(spot, pageView(), `page-${n}`, []);
      await channel.updatePage(ref, pageView({ title: 'Adam Keller has it now', buttons: [] }), []);
      expect(look(ref)).toMatchObject({ posts: 2, holds: expect.stringContaining('Adam Keller has it now') });
      expect(look(ref)?.holds).not.toContain('take INC-1042');
    }
  });

  it('calls whom it is told to, and nobody whom a text names', async () => {
    const { channel, room, to, calledBy } = stage();
    const evil = `<@${to.userId}> <at>${to.name}</at> <!channel>`;
    const silent = await channel.postPage(room, pageView({ title: evil, subtitle: evil }), 'silent', []);
    expect(calledBy(silent)).toEqual([]);
    const loud = await channel.postPage(room, digestView(), 'loud', [to]);
    expect(calledBy(loud)).toEqual([to.userId]);
    await channel.updatePage(loud, digestView({ tone: 'good' }), [to]);
    expect(calledBy(loud)).toEqual([to.userId]);
  });

  it('finds a page by its mark where it can look, and knows one that is gone', async () => {
    const { channel, room, count, loseAnswer } = stage();
    const before = count();
    loseAnswer();
    const lost = channel.postPage(room, pageView(), 'in-doubt', []);
    await expect(lost).rejects.toMatchObject({ reason: 'unavailable' });
    expect(count()).toBe(before + 1);
    if (channel.find) {
      const found = await channel.find(room.conversation, 'in-doubt', undefined);
      expect(found).toMatchObject({ conversation: room.conversation });
      expect(await channel.find(room.conversation, 'never-posted', undefined)).toBeUndefined();
    }
    const gone = channel.updatePage(
      { conversation: room.conversation, message: '1700000000000' },
      pageView(),
      [],
    );
    await expect(gone).rejects.toMatchObject({ reason: 'not-found' });
  });
}
