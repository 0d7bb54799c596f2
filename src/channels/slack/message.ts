import type { KnownBlock, MessageAttachment } from '@slack/types';
import type { ChartBlock } from './chart.ts';
import { escaped } from './text.ts';

/** What a message shows. Blocks outside the attachment keep Slack from showing `text` beside them. */
export interface Message {
  /** Escaped; read by notifications and screen readers. */
  text: string;
  blocks: (KnownBlock | ChartBlock)[];
  attachments: MessageAttachment[];
}

// chat.update refuses a text over 4,000 characters and escaping makes at most five of one.
const LONGEST_FALLBACK = 750;

export function message(
  fallback: string,
  blocks: Message['blocks'],
  attachments: MessageAttachment[] = [],
): Message {
  return { text: escaped(fallback, LONGEST_FALLBACK) || '-', blocks, attachments };
}

/** One attachment, which is Slack's only bar of colour. */
export function coloured(color: string, fallback: string, blocks: KnownBlock[]): MessageAttachment {
  return { color, fallback: escaped(fallback, LONGEST_FALLBACK), blocks };
}

/** A colour a status: what is to be done first is the reddest. The status is also said in words. */
export const statusColours = { new: '#c4314b', active: '#daa038', closed: '#2eb886' } as const;
/** Neither open nor ended well: it goes on as part of another incident. */
export const mergedColour = '#8d8d8d';
/** Icons by severity, always beside its word. */
export const severityIcons = {
  high: 'red_circle',
  medium: 'large_orange_circle',
  low: 'large_yellow_circle',
  informational: 'white_circle',
} as const;
