import { access } from './access.ts';
import { acknowledge } from './acknowledge.ts';
import { approve } from './approve.ts';
import { ask } from './ask.ts';
import { assign } from './assign.ts';
import { audit } from './audit.ts';
import { automation } from './automation.ts';
import { cancel } from './cancel.ts';
import { catchUp } from './catchup.ts';
import { clock } from './clock.ts';
import { close } from './close.ts';
import { closeAlike } from './close-alike.ts';
import type { Command } from './command.ts';
import { comment } from './comment.ts';
import { contacts } from './contacts.ts';
import { contained } from './contained.ts';
import { dashboard } from './dashboard.ts';
import { details } from './details.ts';
import { drill } from './drill.ts';
import { enrich } from './enrich.ts';
import { enrichers } from './enrichers.ts';
import { escalate } from './escalate.ts';
import { evidence } from './evidence.ts';
import { file } from './file.ts';
import { find } from './find.ts';
import { followUp } from './follow-up.ts';
import { followUps } from './follow-ups.ts';
import { handover } from './handover.ts';
import { help } from './help.ts';
import { hold } from './hold.ts';
import { host } from './host.ts';
import { hunt } from './hunt.ts';
import { hunts } from './hunts.ts';
import { investigate } from './investigate.ts';
import { ip } from './ip.ts';
import { lessons } from './lessons.ts';
import { liftHold } from './lift-hold.ts';
import { link } from './link.ts';
import { list } from './list.ts';
import { netcheck } from './netcheck.ts';
import { note } from './note.ts';
import { oncall } from './oncall.ts';
import { permissions } from './permissions.ts';
import { playbooks } from './playbooks.ts';
import { posture } from './posture.ts';
import { proof } from './proof.ts';
import { query } from './query.ts';
import { reconcile } from './reconcile.ts';
import { recover } from './recover.ts';
import { refused } from './refused.ts';
import { reopen } from './reopen.ts';
import { resource } from './resource.ts';
import { restrict } from './restrict.ts';
import { reveal } from './reveal.ts';
import { review } from './review.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';
import { severity } from './severity.ts';
import { show } from './show.ts';
import { silence } from './silence.ts';
import { silences } from './silences.ts';
import { stats } from './stats.ts';
import { summary } from './summary.ts';
import { take } from './take.ts';
import { timeline } from './timeline.ts';
import { topology } from './topology.ts';
import { undo } from './undo.ts';
import { undoBulk } from './undo-bulk.ts';
import { unlink } from './unlink.ts';
import { unrestrict } from './unrestrict.ts';
import { update } from './update.ts';
import { url } from './url.ts';
import { user } from './user.ts';
import { whoami } from './whoami.ts';

/** Every verb, in the order in which help shows them. */
export const commands: Command[] = [
  list,
  show,
  find,
  take,
  acknowledge,
  assign,
  comment,
  note,
  severity,
  escalate,
  ask,
  close,
  reopen,
  closeAlike,
  undoBulk,
  handover,
  catchUp,
  silence,
  silences,
  details,
  enrich,
  posture,
  recover,
  netcheck,
  topology,
  enrichers,
  query,
  hunts,
  hunt,
  investigate,
  user,
  host,
  ip,
  file,
  url,
  resource,
  cancel,
  evidence,
  timeline,
  review,
  lessons,
  followUp,
  followUps,
  update,
  clock,
  playbooks,
  run,
  runs,
  contained,
  approve,
  undo,
  automation,
  stats,
  summary,
  dashboard,
  oncall,
  drill,
  proof,
  reconcile,
  contacts,
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
