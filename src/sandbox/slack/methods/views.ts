import { type Args, jsonArg, neededArg, textArg } from '../args.ts';
import { checkHome, checkView } from '../check-view.ts';
import { withIds } from '../draft.ts';
import { bot, newId, newSecret, team } from '../ids.ts';
import { bytesOf, isObject, type JsonObject, objectsIn } from '../json.ts';
import { limits } from '../limits.ts';
import { refuseOn, SlackRefusal } from '../refusal.ts';
import type { OpenView, Workspace } from '../workspace.ts';
import type { Method } from './method.ts';

export const views: Record<string, Method> = {
  'views.open': ({ workspace, triggers, now }, args) => {
    const drawn = readView(args);
    const { user, opened } = triggers.exchange(neededArg(args, 'trigger_id'));
    workspace.views = workspace.views.filter((open) => open.user !== user);
    const { view } = openView(workspace, user, drawn, now());
    opened();
    return { view };
  },

  'views.push': ({ workspace, triggers, now }, args) => {
    const drawn = readView(args);
    const { user, opened } = triggers.exchange(neededArg(args, 'trigger_id'));
    const { view } = pushView(workspace, user, drawn, now());
    opened();
    return { view };
  },

  'views.update': ({ workspace, now }, args) => {
    const drawn = readView(args);
    const id = textArg(args, 'view_id');
    const external = textArg(args, 'external_id');
    const open = workspace.views.find((one) => (id ? one.id === id : one.view.external_id === external));
    if (!open || (!id && !external)) throw new SlackRefusal('not_found');
    const hash = textArg(args, 'hash');
    if (hash && hash !== open.view.hash) throw new SlackRefusal('hash_conflict');
    replaceView(workspace, open, drawn, now());
    return { view: open.view };
  },

  'views.publish': ({ workspace, now }, args) => {
    const drawn = jsonArg(args, 'view', 'invalid_arguments');
    refuseOn(checkHome(drawn), 'invalid_arguments');
    if (!isObject(drawn)) throw new SlackRefusal('invalid_arguments');
    if (bytesOf(drawn) > limits.view.bytes) throw new SlackRefusal('view_too_large');
    const user = neededArg(args, 'user_id');
    if (!workspace.isKnown(user)) throw new SlackRefusal('user_not_found');
    const known = workspace.homes.find((one) => one.user === user);
    const hash = textArg(args, 'hash');
    if (hash && hash !== known?.view.hash) throw new SlackRefusal('hash_conflict');
    const id = known?.id ?? newId('V');
    const view = { ...complete(drawn, now()), id, root_view_id: id, previous_view_id: null };
    workspace.homes = [...workspace.homes.filter((one) => one.user !== user), { id, user, view }];
    workspace.changed();
    return { view };
  },
};

/** Checks a view as Slack does. Throws `invalid_arguments` or `view_too_large`. */
export function checkedView(view: unknown): JsonObject {
  refuseOn(checkView(view), 'invalid_arguments');
  if (!isObject(view)) throw new SlackRefusal('invalid_arguments');
  if (bytesOf(view) > limits.view.bytes) throw new SlackRefusal('view_too_large');
  return view;
}

/** Puts a view on top of what the user has open. Throws `push_limit_reached`. */
export function pushView(workspace: Workspace, user: string, drawn: JsonObject, now: number): OpenView {
  if (workspace.views.filter((open) => open.user === user).length >= limits.view.stack)
    throw new SlackRefusal('push_limit_reached');
  return openView(workspace, user, drawn, now);
}

/** Draws another content in an open view; what was typed stays where block and action keep their ids. */
export function replaceView(workspace: Workspace, open: OpenView, drawn: JsonObject, now: number): void {
  const { id, root_view_id, previous_view_id, state } = open.view;
  open.view = { ...complete(drawn, now), id, root_view_id, previous_view_id, state };
  delete open.errors;
  workspace.changed();
}

function openView(workspace: Workspace, user: string, drawn: JsonObject, now: number): OpenView {
  const external = drawn.external_id;
  if (external && workspace.views.some((open) => open.view.external_id === external))
    throw new SlackRefusal('duplicate_external_id');
  const below = workspace.topView(user);
  const id = newId('V');
  const view = {
    ...complete(drawn, now),
    id,
    root_view_id: below?.view.root_view_id ?? id,
    previous_view_id: below?.id ?? null,
  };
  const open: OpenView = { id, user, view };
  workspace.views.push(open);
  workspace.changed();
  return open;
}

const readView = (args: Args): JsonObject => checkedView(jsonArg(args, 'view', 'invalid_arguments'));

const complete = (drawn: JsonObject, now: number): JsonObject => ({
  callback_id: '',
  external_id: '',
  private_metadata: '',
  submit: null,
  close: null,
  clear_on_close: false,
  notify_on_close: false,
  ...drawn,
  team_id: team.id,
  app_id: bot.app,
  bot_id: bot.id,
  app_installed_team_id: team.id,
  blocks: withIds(objectsIn(drawn.blocks)) ?? [],
  state: { values: {} },
  hash: `${Math.floor(now / 1_000)}.${newSecret().slice(0, 8)}`,
});
