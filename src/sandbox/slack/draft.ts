import { randomBytes } from 'node:crypto';
import { type Args, jsonArg, textArg } from './args.ts';
import { checkBlocks } from './check-blocks.ts';
import { checkPictures } from './check-pictures.ts';
import { bytesOf, isObject, type JsonObject, lengthOf, objectsIn, textIn } from './json.ts';
import { limits } from './limits.ts';
import { refuseOn, SlackRefusal } from './refusal.ts';

/** What a message is to say; absent parts were not given. */
export interface Draft {
  text?: string;
  blocks?: JsonObject[];
  attachments?: JsonObject[];
  metadata?: JsonObject;
}

/** Reads and checks the content of a message; `files` are those that Slack has. Throws the refusal Slack would answer. */
export function readDraft(args: Args, files: ReadonlyMap<string, Uint8Array>): Draft {
  const blocks = readList(args, 'blocks', 'invalid_blocks_format');
  const attachments = readList(args, 'attachments', 'invalid_attachments');
  if (blocks)
    refuseOn([...checkBlocks(blocks, 'message'), ...checkPictures(blocks, files)], 'invalid_blocks');
  if (attachments) checkAttachments(attachments);
  const inAttachments = (attachments ?? []).flatMap((attachment) => objectsIn(attachment.blocks));
  if (bytesOf([...(blocks ?? []), ...inAttachments]) > limits.messageBytes)
    throw new SlackRefusal('msg_blocks_too_long');
  return { text: textArg(args, 'text'), blocks, attachments, metadata: readMetadata(args) };
}

/** Slack's own text for a message that has blocks only: what a phone or a screen reader then says. */
export const fallbackOf = (draft: Draft): string =>
  draft.text || (draft.blocks?.length ? "This content can't be displayed." : '');

export function refuseEmpty(draft: Draft): void {
  if (!draft.text && !draft.blocks?.length && !draft.attachments?.length) throw new SlackRefusal('no_text');
}

/** Gives blocks and buttons the ids that Slack makes up where none was given. */
export function withIds(blocks: JsonObject[] | undefined): JsonObject[] | undefined {
  if (!blocks?.length) return undefined;
  return blocks.map((block) => {
    // A markdown block's id is not kept.
    const named: JsonObject = {
      ...block,
      block_id: block.type === 'markdown' ? shortId() : (block.block_id ?? shortId()),
    };
    if (isObject(block.accessory)) named.accessory = withActionId(block.accessory);
    if (isObject(block.element)) named.element = withActionId(block.element);
    if (block.type === 'actions') named.elements = objectsIn(block.elements).map(withActionId);
    if (Array.isArray(block.child_blocks)) named.child_blocks = withIds(objectsIn(block.child_blocks));
    return named;
  });
}

export const withAttachmentIds = (attachments: JsonObject[] | undefined): JsonObject[] | undefined =>
  attachments?.length
    ? attachments.map((attachment, n) => ({
        ...attachment,
        id: n + 1,
        fallback: attachment.fallback ?? '[no preview available]',
        ...(attachment.blocks === undefined ? {} : { blocks: withIds(objectsIn(attachment.blocks)) }),
      }))
    : undefined;

const shortId = (): string => randomBytes(4).toString('base64url').slice(0, 5);

const withActionId = (element: JsonObject): JsonObject =>
  element.type === 'image' ? element : { ...element, action_id: element.action_id ?? shortId() };

function readList(args: Args, name: string, error: string): JsonObject[] | undefined {
  const value = jsonArg(args, name, error);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(isObject)) throw new SlackRefusal(error);
  return value;
}

function checkAttachments(attachments: JsonObject[]): void {
  if (attachments.length > limits.attachments) throw new SlackRefusal('too_many_attachments');
  for (const [n, attachment] of attachments.entries()) {
    if (attachment.blocks === undefined) continue;
    refuseOn(checkBlocks(attachment.blocks, 'message', `/attachments/${n}/blocks`), 'invalid_attachments');
  }
}

/** `event_type` and a flat `event_payload`; an empty object takes the metadata of a message away. */
function readMetadata(args: Args): JsonObject | undefined {
  const metadata = jsonArg(args, 'metadata', 'invalid_metadata_format');
  if (metadata === undefined || metadata === null) return undefined;
  if (!isObject(metadata)) throw new SlackRefusal('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return metadata;
  const type = textIn(metadata.event_type);
  if (!type || lengthOf(type) > limits.id || !isObject(metadata.event_payload))
    throw new SlackRefusal('invalid_metadata_format');
  if (Object.values(metadata.event_payload).some((value) => isObject(value)))
    throw new SlackRefusal('invalid_metadata_schema');
  if (bytesOf(metadata) > limits.metadataBytes) throw new SlackRefusal('metadata_too_large');
  return { event_type: type, event_payload: metadata.event_payload };
}
