import { access } from './access.ts';
import { acknowledge } from './acknowledge.ts';
import { ask } from './ask.ts';
import { assign } from './assign.ts';
import { audit } from './audit.ts';
import { close } from './close.ts';
import type { Command } from './command.ts';
import { comment } from './comment.ts';
import { help } from './help.ts';
import { hold } from './hold.ts';
import { liftHold } from './lift-hold.ts';
import { link } from './link.ts';
import { list } from './list.ts';
import { permissions } from './permissions.ts';
import { refused } from './refused.ts';
import { reopen } from './reopen.ts';
import { restrict } from './restrict.ts';
import { reveal } from './reveal.ts';
import { severity } from './severity.ts';
import { show } from './show.ts';
import { take } from './take.ts';
import { unlink } from './unlink.ts';
import { unrestrict } from './unrestrict.ts';
import { whoami } from './whoami.ts';

/** Every verb, in the order in which help shows them. */
export const commands: Command[] = [
  list,
  show,
  take,
  acknowledge,
  assign,
  comment,
  severity,
  ask,
  close,
  reopen,
  restrict,
  unrestrict,
  reveal,
  hold,
  liftHold,
  refused,
  audit,
  whoami,
  link,
  unlink,
  access,
  permissions,
  help(() => commands),
];
