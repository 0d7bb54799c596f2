import { Check, type Complaint } from './check.ts';
import { checkBlocks } from './check-blocks.ts';
import { isObject, objectsIn } from './json.ts';
import { limits } from './limits.ts';

/** What Slack would say against this Home tab; nothing when it would show it. */
export function checkHome(view: unknown): Complaint[] {
  const check = new Check();
  if (!isObject(view)) {
    check.complain('/view', 'should be an object');
    return check.complaints;
  }
  check.oneOf(view.type, '/view/type', ['home']);
  if (view.type === undefined) check.missing('/view/type');
  for (const part of ['title', 'submit', 'close'])
    if (view[part] !== undefined) check.complain(`/view/${part}`, 'is for modals alone');
  return [...check.complaints, ...checkBlocks(view.blocks, 'home', '/view/blocks')];
}

/** What Slack would say against this modal; nothing when it would open it. */
export function checkView(view: unknown): Complaint[] {
  const check = new Check();
  if (!isObject(view)) {
    check.complain('/view', 'should be an object');
    return check.complaints;
  }
  check.oneOf(view.type, '/view/type', ['modal']);
  if (view.type === undefined) check.missing('/view/type');
  check.text(view.title, '/view/title', limits.view.title, true);
  if (view.submit !== undefined) check.text(view.submit, '/view/submit', limits.view.submit, true);
  if (view.close !== undefined) check.text(view.close, '/view/close', limits.view.close, true);
  check.string(view.private_metadata, '/view/private_metadata', limits.view.privateMetadata);
  check.string(view.callback_id, '/view/callback_id', limits.id);
  check.string(view.external_id, '/view/external_id', limits.id);
  if (view.submit === undefined && objectsIn(view.blocks).some((block) => block.type === 'input'))
    check.complain('/view', 'must define `submit` to use an `input` block in modals');
  return [...check.complaints, ...checkBlocks(view.blocks, 'modal', '/view/blocks')];
}
