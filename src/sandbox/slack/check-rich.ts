import type { Check } from './check.ts';
import { isObject, type JsonObject, lengthOf, objectsIn, textIn } from './json.ts';
import { limits } from './limits.ts';

const parts = ['rich_text_section', 'rich_text_list', 'rich_text_quote', 'rich_text_preformatted'];
const inline = 'text link emoji user usergroup channel broadcast date color team'.split(' ');

/** Parts and their inline elements; Slack refuses an empty text element. */
export function checkRichText(check: Check, block: JsonObject, at: string): void {
  for (const [n, part] of check.list(block.elements, `${at}/elements`, 1_000).entries())
    checkPart(check, part, `${at}/elements/${n}`, parts);
}

function checkPart(check: Check, part: JsonObject, at: string, allowed: string[]) {
  if (!allowed.includes(textIn(part.type)))
    return check.complain(`${at}/type`, `unsupported type: ${textIn(part.type) || 'none'}`);
  if (part.type === 'rich_text_list') {
    check.oneOf(part.style, `${at}/style`, ['bullet', 'ordered']);
    for (const [n, line] of check.list(part.elements, `${at}/elements`, 1_000).entries())
      checkPart(check, line, `${at}/elements/${n}`, ['rich_text_section']);
    return;
  }
  for (const [n, element] of check.list(part.elements, `${at}/elements`, 1_000, 0).entries())
    checkInline(check, element, `${at}/elements/${n}`);
}

function checkInline(check: Check, element: JsonObject, at: string) {
  const type = textIn(element.type);
  if (!inline.includes(type)) return check.complain(`${at}/type`, `unsupported type: ${type || 'none'}`);
  // No limit of its own is known; the size of the message bounds it.
  if (type === 'text') check.string(element.text, `${at}/text`, Number.POSITIVE_INFINITY, true);
  if (type === 'link') check.string(element.url, `${at}/url`, limits.button.url, true);
  if (type === 'user') check.string(element.user_id, `${at}/user_id`, limits.id, true);
  if (element.style !== undefined && !isObject(element.style))
    check.complain(`${at}/style`, 'should be an object');
}

export function checkTable(check: Check, block: JsonObject, at: string): void {
  checkRows(check, block.rows, at, { ...limits.table, leastRows: 1 });
  if (block.column_settings === undefined) return;
  const settings = check.list(block.column_settings, `${at}/column_settings`, limits.table.columns, 0);
  for (const [n, setting] of settings.entries()) {
    const here = `${at}/column_settings/${n}`;
    check.oneOf(setting.align, `${here}/align`, ['left', 'center', 'right']);
    if (setting.is_wrapped !== undefined && typeof setting.is_wrapped !== 'boolean')
      check.complain(`${here}/is_wrapped`, 'should be a boolean');
  }
}

export function checkDataTable(check: Check, block: JsonObject, at: string): void {
  check.string(block.caption, `${at}/caption`, limits.text, true);
  const size = block.page_size;
  if (size !== undefined && (typeof size !== 'number' || size < 1 || size > limits.dataTable.pageSize))
    check.complain(`${at}/page_size`, `must be between 1 and ${limits.dataTable.pageSize}`);
  // A heading row and at least one row below it.
  checkRows(check, block.rows, at, { ...limits.dataTable, leastRows: 2 });
}

function checkRows(
  check: Check,
  rows: unknown,
  at: string,
  most: { rows: number; columns: number; characters: number; leastRows: number },
) {
  if (!Array.isArray(rows)) return check.missing(`${at}/rows`);
  if (rows.length < most.leastRows)
    check.complain(`${at}/rows`, `must have at least ${most.leastRows} items`);
  if (rows.length > most.rows) check.complain(`${at}/rows`, `no more than ${most.rows} items allowed`);
  let characters = 0;
  for (const [n, row] of rows.entries()) {
    const here = `${at}/rows/${n}`;
    for (const [m, cell] of check.list(row, here, most.columns).entries()) {
      if (cell.type === 'rich_text') checkRichText(check, cell, `${here}/${m}`);
      else if (cell.type === 'raw_text') check.string(cell.text, `${here}/${m}/text`, most.characters, true);
      else if (cell.type === 'raw_number') checkNumber(check, cell.value, `${here}/${m}/value`);
      else check.complain(`${here}/${m}/type`, `unsupported type: ${textIn(cell.type) || 'none'}`);
      characters += lengthOf(textOf(cell));
    }
  }
  if (characters > most.characters)
    check.complain(`${at}/rows`, `must be less than ${most.characters + 1} characters in all cells`);
}

export function checkNumber(check: Check, value: unknown, at: string): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) check.complain(at, 'should be a number');
}

const textOf = (part: JsonObject): string =>
  textIn(part.text) + objectsIn(part.elements).map(textOf).join('');
