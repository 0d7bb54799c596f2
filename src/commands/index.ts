import { acknowledge } from './acknowledge.ts';
import { assign } from './assign.ts';
import { close } from './close.ts';
import type { Command } from './command.ts';
import { comment } from './comment.ts';
import { help } from './help.ts';
import { list } from './list.ts';
import { refused } from './refused.ts';
import { reopen } from './reopen.ts';
import { severity } from './severity.ts';
import { show } from './show.ts';
import { take } from './take.ts';

/** Every verb, in the order in which help shows them. */
export const commands: Command[] = [
  list,
  show,
  take,
  acknowledge,
  assign,
  comment,
  severity,
  close,
  reopen,
  refused,
  help(() => commands),
];
