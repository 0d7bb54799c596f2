import type { Block, HomeView, KnownBlock, ModalView } from '@slack/types';
import { FarSideError } from '../../errors.ts';
import { blockFaults, type Surface } from './block-limits.ts';
import { type Fault, lengthOf } from './faults.ts';
import type { Message } from './message.ts';

// Slack answers msg_blocks_too_long from about 13,170 bytes on (bolt-js #2509, undocumented); the rest is reserve.
const MESSAGE_BYTES = 12_000;
// chat.update refuses longer texts; chat.postMessage would cut them at 40,000.
const TEXT = 4_000;
const MESSAGE_BLOCKS = 50;
const MODAL_BLOCKS = 100;
const MODAL_WORDS = 24;
const PRIVATE_METADATA = 3_000;

/**
 * Draws at full length and, as long as Slack would refuse the result for its size, shorter: at these scales.
 * @throws FarSideError `rejected` when it does not fit even at the last.
 */
export function fitting(draw: (scale: number) => Message, scales = [1, 0.5, 0.25, 0.1]): Message {
  return firstFitting(scales, draw);
}

/** The same with sizes of any kind, the largest first. */
export function firstFitting<Size>(sizes: readonly Size[], draw: (size: Size) => Message): Message {
  let faults: Fault[] = [];
  for (const size of sizes) {
    const drawn = draw(size);
    faults = messageFaults(drawn);
    if (faults.length === 0) return drawn;
  }
  return refuse(faults);
}

/** The same for a Home tab. */
export function firstFittingTab<Size>(sizes: readonly Size[], draw: (size: Size) => HomeView): HomeView {
  let faults: Fault[] = [];
  for (const size of sizes) {
    const drawn = draw(size);
    faults = homeFaults(drawn);
    if (faults.length === 0) return drawn;
  }
  return refuse(faults);
}

/** @throws FarSideError `rejected` naming what Slack would refuse. */
export function refuseHome(view: HomeView): void {
  const faults = homeFaults(view);
  if (faults.length > 0) refuse(faults);
}

/** As large as a message: nobody reads more. */
function homeFaults({ blocks }: HomeView): Fault[] {
  const faults = listFaults(blocks, MODAL_BLOCKS, '/view/blocks', 'home');
  if (Buffer.byteLength(JSON.stringify(blocks)) > MESSAGE_BYTES)
    faults.push({ pointer: '/view/blocks', message: `are over ${MESSAGE_BYTES} bytes` });
  return [...faults, ...repeated(blocks, '/view/blocks'), ...crowded(blocks)];
}

/** @throws FarSideError `rejected` naming what Slack would refuse. */
export function refuseMessage(message: Message): void {
  const faults = messageFaults(message);
  if (faults.length > 0) refuse(faults);
}

/** @throws FarSideError `rejected` naming what Slack would refuse. */
export function refuseView(view: ModalView): void {
  const faults = viewFaults(view);
  if (faults.length > 0) refuse(faults);
}

export function messageFaults(message: Message): Fault[] {
  const faults: Fault[] = [];
  if (!message.text) faults.push({ pointer: '/text', message: 'is empty' });
  if (lengthOf(message.text) > TEXT) faults.push({ pointer: '/text', message: `is over ${TEXT} characters` });
  const all: (KnownBlock | Block)[] = [...message.blocks];
  faults.push(...listFaults(message.blocks, MESSAGE_BLOCKS, '/blocks', 'message'));
  for (const [n, attachment] of message.attachments.entries()) {
    const blocks = attachment.blocks ?? [];
    faults.push(...listFaults(blocks, MESSAGE_BLOCKS, `/attachments/${n}/blocks`, 'message'));
    all.push(...blocks);
  }
  if (Buffer.byteLength(JSON.stringify(all)) > MESSAGE_BYTES)
    faults.push({ pointer: '/blocks', message: `are over ${MESSAGE_BYTES} bytes` });
  faults.push(...repeated(all, '/blocks'), ...crowded(all));
  return faults;
}

/** Kinds of block of which Slack takes only so many a message. */
const mostOf: Record<string, number> = { table: 1, data_visualization: 2 };

function crowded(blocks: (KnownBlock | Block)[]): Fault[] {
  return Object.entries(mostOf).flatMap(([type, most]) =>
    blocks.filter((block) => block.type === type).length > most
      ? [{ pointer: '/blocks', message: `are over ${most} of ${type}` }]
      : [],
  );
}

export function viewFaults(view: ModalView): Fault[] {
  const faults = listFaults(view.blocks, MODAL_BLOCKS, '/view/blocks', 'modal');
  faults.push(...repeated(view.blocks, '/view/blocks'));
  for (const part of ['title', 'submit', 'close'] as const) {
    const length = lengthOf(view[part]?.text ?? '-');
    if (length < 1 || length > MODAL_WORDS)
      faults.push({ pointer: `/view/${part}`, message: `is not 1 to ${MODAL_WORDS} characters` });
  }
  if (lengthOf(view.private_metadata ?? '') > PRIVATE_METADATA)
    faults.push({ pointer: '/view/private_metadata', message: `is over ${PRIVATE_METADATA} characters` });
  return faults;
}

function listFaults(
  blocks: readonly (KnownBlock | Block)[],
  most: number,
  at: string,
  surface: Surface,
): Fault[] {
  const faults = blocks.flatMap((block, n) => blockFaults(block, `${at}/${n}`, surface));
  if (blocks.length > most) faults.push({ pointer: at, message: `are over ${most} blocks` });
  return faults;
}

function repeated(blocks: readonly (KnownBlock | Block)[], at: string): Fault[] {
  const ids = blocks.map((block) => block.block_id).filter((id) => id !== undefined);
  return new Set(ids).size === ids.length ? [] : [{ pointer: at, message: 'have a block_id twice' }];
}

function refuse(faults: Fault[]): never {
  const [first] = faults;
  const more = faults.length > 1 ? ` and ${faults.length - 1} more` : '';
  throw new FarSideError(
    'slack',
    'rejected',
    `Slack would refuse this: invalid ${first?.pointer} ${first?.message}${more}.`,
  );
}
