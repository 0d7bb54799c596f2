import type { Complaint } from './check.ts';
import { isObject, type JsonObject, objectsIn, textIn } from './json.ts';

/** First bytes of the kinds of picture that Slack shows out of its own files. */
const kinds = [
  { type: 'image/png', magic: '89504e470d0a1a0a' },
  { type: 'image/jpeg', magic: 'ffd8ff' },
  { type: 'image/gif', magic: '47494638' },
];

/** `image/png`; `undefined` where it is no picture that Slack shows. */
export function pictureTypeOf(content: Uint8Array): string | undefined {
  const start = Buffer.from(content.subarray(0, 8)).toString('hex');
  return kinds.find(({ magic }) => start.startsWith(magic))?.type;
}

/**
 * Pictures named by `slack_file`: by id or by address, not by both, and Slack has to have them. The sandbox gives its
 * files no address that a block could name. https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
 */
export function checkPictures(
  blocks: JsonObject[],
  files: ReadonlyMap<string, Uint8Array>,
  at = '/blocks',
): Complaint[] {
  return blocks.flatMap((block, n) => {
    const inside = checkPictures(objectsIn(block.child_blocks), files, `${at}/${n}/child_blocks`);
    if (block.type !== 'image' || !isObject(block.slack_file)) return inside;
    const here = `${at}/${n}/slack_file`;
    const { id, url } = block.slack_file;
    if ((id === undefined) === (url === undefined))
      return [{ at: here, message: 'must have one of id, url' }];
    const content = files.get(textIn(id));
    return content && pictureTypeOf(content) ? inside : [{ at: here, message: 'invalid slack file' }];
  });
}
