import { type Args, jsonArg, neededArg, textArg } from '../args.ts';
import { fallbackOf, readDraft } from '../draft.ts';
import { isObject, textIn } from '../json.ts';
import { limits } from '../limits.ts';
import type { SlackFile } from '../message.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Upload } from '../uploads.ts';
import { post, threadOf } from './chat.ts';
import type { Method } from './method.ts';
import { postableRoomOf } from './rooms.ts';

export const files: Record<string, Method> = {
  'files.getUploadURLExternal': ({ uploads }, args) => {
    const name = neededArg(args, 'filename');
    const length = Number(neededArg(args, 'length'));
    if (!Number.isInteger(length) || length < 1 || [...name].length > limits.file.name)
      throw new SlackRefusal('invalid_arguments');
    if (length > limits.file.bytes) throw new SlackRefusal('file_upload_size_restricted');
    return uploads.begin(name, length);
  },

  /** A file without a channel stays private, until blocks show it. */
  'files.completeUploadExternal': ({ workspace, uploads }, args) => {
    const named = readFiles(args);
    const channel = textArg(args, 'channel_id');
    const room = channel === undefined ? undefined : postableRoomOf(workspace, { channel });
    const thread = room && threadOf(room, args);
    const comment = textArg(args, 'initial_comment');
    // Where there is a comment the blocks are ignored.
    const draft = comment ? { text: comment } : readDraft({ blocks: args.blocks }, workspace.files);
    const uploaded = named.map(({ id, title }) => {
      const upload = uploads.take(id);
      if (!upload) throw new SlackRefusal('file_not_found');
      return describe(upload, title);
    });
    for (const { file, content } of uploaded) workspace.keepFile(file.id, content);
    if (!room) return { files: uploaded.map(({ file }) => file) };
    const { message } = post(workspace, room, { ...draft, text: fallbackOf(draft) }, thread);
    message.files = uploaded.map(({ file }) => file);
    workspace.changed();
    return { files: message.files };
  },
};

function readFiles(args: Args): { id: string; title: string }[] {
  const given = jsonArg(args, 'files', 'invalid_arguments');
  const files = Array.isArray(given) ? given.filter(isObject) : [];
  if (files.length < 1 || files.length > limits.file.perMessage || files.some(({ id }) => !textIn(id)))
    throw new SlackRefusal('invalid_arguments');
  return files.map(({ id, title }) => ({ id: textIn(id), title: textIn(title) }));
}

const types: Record<string, string> = {
  csv: 'text/csv',
  txt: 'text/plain',
  json: 'application/json',
  png: 'image/png',
};

function describe({ id, name, content = Buffer.alloc(0) }: Upload, title: string) {
  const filetype = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? 'binary';
  const file: SlackFile = {
    id,
    name,
    title: title || name,
    mimetype: types[filetype] ?? 'application/octet-stream',
    filetype,
    size: content.length,
    url_private_download: `https://files.slack.com/files-pri/T0CONTOSO-${id}/download/${encodeURIComponent(name)}`,
  };
  return { file, content };
}
