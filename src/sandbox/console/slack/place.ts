import type { Confirm, Option } from '@slack/types';
import type { SandboxState } from '../page/state.ts';
import type { Choice } from '../page/type-ahead.ts';

/** What Slack reports of one element, besides its ids; e.g. `{type, value}` or `{type, selected_option}`. */
export type ElementValue = { type: string } & Record<string, unknown>;

/** Where blocks are drawn, and what pressing something there does. */
export interface BlockPlace {
  state: SandboxState;
  act: (action: {
    block_id: string;
    action_id: string;
    confirm: Confirm | undefined;
    value: ElementValue;
  }) => void;
  suggest: (blockId: string, actionId: string, text: string) => Promise<Option[]>;
  /** By block id, what the product said against an input. */
  errors: Record<string, string>;
}

export const asChoice = (option: Option): Choice => ({ label: option.text.text, value: option.value ?? '' });
