import { Check, type Complaint } from './check.ts';
import { checkChart } from './check-chart.ts';
import { checkElement, checkImage } from './check-elements.ts';
import { checkDataTable, checkRichText, checkTable } from './check-rich.ts';
import { isObject, type JsonObject, lengthOf, textIn } from './json.ts';
import { limits, type Surface, surfaces } from './limits.ts';

/** What Slack would say against these blocks; nothing when it would take them. */
export function checkBlocks(blocks: unknown, surface: Surface, at = '/blocks'): Complaint[] {
  const check = new Check();
  const list = check.list(blocks, at, limits.blocks[surface], 0);
  for (const [n, block] of list.entries()) checkBlock(check, block, `${at}/${n}`, surface);
  checkUnique(check, list, 'block_id', (n) => `${at}/${n}`);
  if (list.filter((block) => block.type === 'table').length > limits.table.perMessage)
    check.complain(at, 'only one table allowed');
  if (list.filter((block) => block.type === 'data_visualization').length > limits.chart.perMessage)
    check.complain(at, `no more than ${limits.chart.perMessage} charts allowed`);
  const markdown = list.filter((block) => block.type === 'markdown').map((block) => textIn(block.text));
  if (lengthOf(markdown.join('')) > limits.markdown)
    check.complain(at, `markdown must be less than ${limits.markdown + 1} characters in all`);
  return check.complaints;
}

function checkBlock(check: Check, block: JsonObject, at: string, surface: Surface) {
  const type = textIn(block.type);
  if (!surfaces[surface].has(type))
    return check.complain(`${at}/type`, `unsupported type: ${type || 'none'}`);
  check.string(block.block_id, `${at}/block_id`, limits.id);

  switch (type) {
    case 'section':
      return checkSection(check, block, at);
    case 'header':
      return check.text(block.text, `${at}/text`, limits.header, true);
    case 'alert':
      return check.text(block.text, `${at}/text`, limits.alert);
    case 'markdown':
      return check.string(block.text, `${at}/text`, limits.markdown, true);
    case 'image':
      return checkImage(check, block, at);
    case 'actions':
      return checkElements(check, block, at, limits.actions, 'actions');
    case 'context_actions':
      return checkElements(check, block, at, limits.contextActions, 'context_actions');
    case 'context':
      return checkContext(check, block, at);
    case 'input':
      return checkInput(check, block, at);
    case 'rich_text':
      return checkRichText(check, block, at);
    case 'table':
      return checkTable(check, block, at);
    case 'data_visualization':
      return checkChart(check, block, at);
    case 'data_table':
      return checkDataTable(check, block, at);
    case 'card':
      return checkCard(check, block, at);
    case 'carousel':
      for (const [n, card] of check.list(block.elements, `${at}/elements`, limits.carousel).entries())
        checkCard(check, card, `${at}/elements/${n}`);
      return;
    case 'container':
      return checkContainer(check, block, at, surface);
  }
}

function checkSection(check: Check, block: JsonObject, at: string) {
  if (block.text === undefined && block.fields === undefined)
    return check.complain(at, 'must define either `text` or `fields`');
  if (block.text !== undefined) check.text(block.text, `${at}/text`, limits.text);
  if (block.fields !== undefined)
    for (const [n, field] of check.list(block.fields, `${at}/fields`, limits.section.fields).entries())
      check.text(field, `${at}/fields/${n}`, limits.section.field);
  if (block.accessory !== undefined) checkElement(check, block.accessory, `${at}/accessory`, 'section');
}

function checkElements(
  check: Check,
  block: JsonObject,
  at: string,
  max: number,
  place: 'actions' | 'context_actions',
): void {
  const elements = check.list(block.elements, `${at}/elements`, max);
  for (const [n, element] of elements.entries()) checkElement(check, element, `${at}/elements/${n}`, place);
  checkUnique(check, elements, 'action_id', (n) => `${at}/elements/${n}`);
}

function checkContext(check: Check, block: JsonObject, at: string): void {
  for (const [n, element] of check.list(block.elements, `${at}/elements`, limits.context).entries()) {
    const here = `${at}/elements/${n}`;
    if (element.type === 'image') checkImage(check, element, here);
    else check.text(element, here, limits.text);
  }
}

function checkInput(check: Check, block: JsonObject, at: string): void {
  check.text(block.label, `${at}/label`, limits.input.label, true);
  if (block.hint !== undefined) check.text(block.hint, `${at}/hint`, limits.input.hint, true);
  checkElement(check, block.element, `${at}/element`, 'input');
}

function checkCard(check: Check, card: JsonObject, at: string): void {
  if (!card.hero_image && !card.title && !card.actions && !card.body)
    check.complain(at, 'must define one of `hero_image`, `title`, `actions`, `body`');
  if (card.title !== undefined) check.text(card.title, `${at}/title`, limits.card.title);
  if (card.subtitle !== undefined) check.text(card.subtitle, `${at}/subtitle`, limits.card.title);
  if (card.body !== undefined) check.text(card.body, `${at}/body`, limits.card.body);
  if (card.actions === undefined) return;
  for (const [n, button] of check.list(card.actions, `${at}/actions`, limits.card.buttons).entries())
    checkElement(check, button, `${at}/actions/${n}`, 'card');
}

function checkContainer(check: Check, block: JsonObject, at: string, surface: Surface): void {
  if (!isObject(block.rich_text_title)) check.text(block.title, `${at}/title`, limits.container.title, true);
  const children = check.list(block.child_blocks, `${at}/child_blocks`, limits.container.children);
  for (const [n, child] of children.entries()) {
    const here = `${at}/child_blocks/${n}`;
    if (child.type === 'container') check.complain(`${here}/type`, 'unsupported type: container');
    else checkBlock(check, child, here, surface);
  }
}

function checkUnique(check: Check, list: JsonObject[], key: string, at: (n: number) => string): void {
  const seen = new Set<unknown>();
  for (const [n, one] of list.entries()) {
    const value = one[key];
    if (value === undefined) continue;
    if (seen.has(value)) check.complain(`${at(n)}/${key}`, `\`${key}\` ${String(value)} already exists`);
    seen.add(value);
  }
}
