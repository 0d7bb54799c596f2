import type { ReplyView } from '../channels/views.ts';

/** What a command about drills may do. Everything throws `Refused`, saying what to do instead. */
export interface DrillDesk {
  /** What can be played. */
  scenarios(): ReplyView;
  /** Plays one. `room` is where its cards go: the one that is spoken in, one that is named, or where the settings say. */
  start(
    scenario: string,
    wish: { room: 'here' | string | undefined; unannounced: boolean },
  ): Promise<ReplyView>;
  /** Ends what is played. */
  stop(): Promise<ReplyView>;
  /** How one went, or the newest; of one that is under way, so far. */
  report(number: number | undefined): Promise<ReplyView>;
}
