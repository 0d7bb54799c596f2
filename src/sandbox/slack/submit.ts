import { actingAs, type FarSide, viewFor } from './far-side.ts';
import { isObject, objectsIn } from './json.ts';
import { checkedView, pushView, replaceView } from './methods/views.ts';
import { envelope } from './payload.ts';
import { type Answer, asForm, FORM } from './product.ts';
import { SlackRefusal } from './refusal.ts';
import { fillIn, refuseIncomplete } from './view-state.ts';
import type { OpenView } from './workspace.ts';

/** `values` by block id and action id: texts, option values, lists of them, or what Slack itself would hold. */
export interface Submission {
  as: string;
  view_id: string;
  values: Record<string, Record<string, unknown>>;
}

/** Submitting an open view: view_submission, and what its answer makes of the view. */
export async function submit(far: FarSide, asked: Submission): Promise<{ status: number; body: unknown }> {
  const person = actingAs(asked.as);
  const open = viewFor(far.workspace, asked.view_id, person);
  const values = fillIn(far, open, asked.values);
  refuseIncomplete(open, values);
  open.view = { ...open.view, state: { values } };

  const payload = {
    ...envelope('view_submission', person),
    trigger_id: far.triggers.issue(person.slackId).id,
    view: open.view,
    response_urls: [],
  };
  const raw = asForm({ payload: JSON.stringify(payload) });
  const answer = await far.product.ask('Submitting the dialog', raw, FORM);
  if (answer.status === 200) obey(far, open, answer);
  return { status: answer.status, body: answer.body };
}

/** Closing an open view with its × or cancel button; the product hears of it where it asked to. */
export async function close(
  far: FarSide,
  asked: { as: string; view_id: string },
): Promise<{ status: number }> {
  const person = actingAs(asked.as);
  const open = viewFor(far.workspace, asked.view_id, person);
  takeAway(far, open, open.view.clear_on_close === true);
  if (open.view.notify_on_close !== true) return { status: 200 };
  const payload = {
    ...envelope('view_closed', person),
    view: open.view,
    is_cleared: open.view.clear_on_close,
  };
  const raw = asForm({ payload: JSON.stringify(payload) });
  return { status: (await far.product.ask('Closing the dialog', raw, FORM)).status };
}

function obey(far: FarSide, open: OpenView, { body }: Answer) {
  delete open.errors;
  // Without a response_action the view closes and the one below shows.
  if (!isObject(body) || Object.keys(body).length === 0) {
    if (body !== '' && !isObject(body))
      far.workspace.note('Slack takes only JSON or nothing after a dialog is submitted.');
    else takeAway(far, open, false);
    return;
  }
  try {
    if (body.response_action === 'errors') return showErrors(far, open, body.errors);
    if (body.response_action === 'clear') return takeAway(far, open, true);
    if (body.response_action === 'update')
      return replaceView(far.workspace, open, checkedView(body.view), far.now());
    if (body.response_action === 'push') {
      pushView(far.workspace, open.user, checkedView(body.view), far.now());
      return;
    }
    far.workspace.note(
      'Slack knows the response_action errors, clear, update and push only. The dialog stays.',
    );
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    const why = JSON.stringify(error.more.errors ?? '');
    far.workspace.note(`Slack refuses the view in the answer: ${error.error} ${why}. The dialog stays.`);
  }
}

function showErrors(far: FarSide, open: OpenView, errors: unknown) {
  const inputs = objectsIn(open.view.blocks).filter((block) => block.type === 'input');
  const entries = Object.entries(isObject(errors) ? errors : {});
  const stray = entries.find(([id]) => !inputs.some((block) => block.block_id === id));
  if (stray || entries.length === 0)
    return far.workspace.note(
      `Slack shows no errors: ${stray ? `"${stray[0]}" is not an input block` : 'none given'}.`,
    );
  open.errors = Object.fromEntries(entries.map(([id, message]) => [id, String(message)]));
  far.workspace.changed();
}

function takeAway(far: FarSide, open: OpenView, all: boolean): void {
  far.workspace.views = far.workspace.views.filter((one) => (all ? one.user !== open.user : one !== open));
  far.workspace.changed();
}
