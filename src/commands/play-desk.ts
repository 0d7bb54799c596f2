import type { ReplyView } from '../channels/views.ts';

/** What a command about playbooks and their runs may do. */
export interface PlayDesk {
  /** Every playbook, or those that fit what was typed, each with risk, effect and how it is taken back. */
  playbooks(about: string): Promise<ReplyView>;
  /** Those that fit an incident, best first, each with its target. */
  offered(incident: number): Promise<ReplyView>;
  /** What could be run in Azure and is not allowed yet: Logic Apps and runbooks, by name and resource. */
  discover(): Promise<ReplyView>;
  /** Asks for a run. `target` is as it was typed; empty where the incident has one only that fits. */
  request(wish: {
    incident: number;
    play: string;
    target: string;
    parameters: Record<string, string>;
    minutes: number | undefined;
    reason: string;
  }): Promise<ReplyView>;
  /** Runs of an incident, or the newest of all; `unreviewed` are those that were run without approval and not looked at. */
  runs(filter: { incident: number | undefined; unreviewed: boolean }): Promise<ReplyView>;
  /** All that changes something right now, with owner and end. */
  contained(): Promise<ReplyView>;
  /** Approval is of the order as it is now; what is said names it. */
  approve(run: number): Promise<ReplyView>;
  undo(run: number): Promise<ReplyView>;
  automation(order: 'tell' | { stop: string } | 'start'): Promise<ReplyView>;
}
