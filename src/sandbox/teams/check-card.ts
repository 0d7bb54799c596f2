import { actionTypes, elementTypes } from './card-elements.ts';
import { findChartFault, findCodeFault, findTableFault } from './check-parts.ts';
import type { Card } from './message.ts';

/** Incoming webhooks refuse more; bots may send more, but nothing that reads well is as long. */
const LARGEST_CARD_BYTES = 28 * 1_024;
/** Teams draws six and hides the rest. */
const MOST_ACTIONS = 6;
/** People who get a view of their own. */
const MOST_REFRESH_USERS = 60;
/** Teams draws bots' cards up to this version. */
const versions = ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'];

/** The first thing Teams would not draw in this card, in words; undefined when there is none. */
export function findCardFault(card: unknown): string | undefined {
  if (!isObject(card)) return 'The card is not an object.';
  const json = JSON.stringify(card);
  const bytes = Buffer.byteLength(json);
  if (bytes > LARGEST_CARD_BYTES) return `The card has ${bytes} bytes; ${LARGEST_CARD_BYTES} is the most.`;
  if (card.type !== 'AdaptiveCard') return `The card's type is ${show(card.type)}, not "AdaptiveCard".`;
  if (typeof card.version !== 'string' || !versions.includes(card.version)) {
    return `The card's version is ${show(card.version)}; Teams draws 1.0 to 1.5.`;
  }
  return (
    findRefreshFault(card.refresh) ??
    findMentionFault(card, json) ??
    findPartsFault(card, 'card', { inputs: new Set() })
  );
}

interface Seen {
  inputs: Set<unknown>;
}

/** Properties whose members are elements or actions. */
const listsOfParts = ['body', 'items', 'columns', 'rows', 'cells', 'inlines', 'images', 'pages', 'actions'];
const singleParts = ['selectAction', 'inlineAction', 'fallback', 'card'];

function findPartsFault(owner: Card, path: string, seen: Seen): string | undefined {
  for (const name of listsOfParts) {
    const members = owner[name];
    if (members === undefined || (name === 'columns' && owner.type === 'Table')) continue;
    if (!Array.isArray(members)) return `${path}.${name} is not a list.`;
    if (name === 'actions' && members.length > MOST_ACTIONS) {
      return `${path}.actions has ${members.length} actions; Teams shows ${MOST_ACTIONS}.`;
    }
    for (const [index, member] of members.entries()) {
      const fault = findPartFault(member, name, `${path}.${name}[${index}]`, seen);
      if (fault) return fault;
    }
  }
  for (const name of singleParts) {
    if (owner[name] === undefined || owner[name] === 'drop') continue;
    // A fallback is drawn instead of its owner, so it may repeat the owner's input.
    const inside = name === 'fallback' ? { inputs: new Set() } : seen;
    const fault = findPartFault(owner[name], name, `${path}.${name}`, inside);
    if (fault) return fault;
  }
  return undefined;
}

function findPartFault(piece: unknown, role: string, path: string, seen: Seen): string | undefined {
  if (role === 'inlines' && typeof piece === 'string') return undefined;
  if (!isObject(piece)) return `${path} is not an object.`;
  const type = piece.type ?? impliedType[role];
  if (typeof type !== 'string') return `${path} has no type.`;
  const isAction = actionTypes.has(type);
  if (!isAction && !elementTypes.has(type) && !(role === 'card' && type === 'AdaptiveCard')) {
    return `${path} has the unknown type "${type}".`;
  }
  const wantsAction = ['actions', 'selectAction', 'inlineAction'].includes(role);
  if (role !== 'fallback' && wantsAction !== isAction) return `${path}: "${type}" cannot stand here.`;
  return (
    (isAction ? findActionFault(piece, type, path) : findElementFault(piece, type, path, seen)) ??
    findPartsFault(piece, path, seen)
  );
}

/** Types that may be left out. */
const impliedType: Record<string, string> = {
  columns: 'Column',
  rows: 'TableRow',
  cells: 'TableCell',
  images: 'Image',
};

function findActionFault(action: Card, type: string, path: string): string | undefined {
  if (type === 'Action.Execute' && !isText(action.verb)) return `${path}: Action.Execute has no verb.`;
  if (type === 'Action.OpenUrl' && !isSecureUrl(action.url)) {
    return `${path}: Action.OpenUrl opens ${show(action.url)}; only https addresses open.`;
  }
  return undefined;
}

function findElementFault(element: Card, type: string, path: string, seen: Seen): string | undefined {
  if (type.startsWith('Input.')) {
    if (!isText(element.id)) return `${path}: ${type} has no id.`;
    if (seen.inputs.has(element.id)) return `${path}: another input has the id "${element.id}" too.`;
    seen.inputs.add(element.id);
    const hasChoices = Array.isArray(element.choices) || isObject(element['choices.data']);
    return type === 'Input.ChoiceSet' && !hasChoices ? `${path}: Input.ChoiceSet has no choices.` : undefined;
  }
  if (type.startsWith('Chart.')) return findChartFault(element, type, path);
  switch (type) {
    case 'TextBlock':
    case 'TextRun':
      return typeof element.text === 'string' ? undefined : `${path}: ${type} has no text.`;
    case 'RichTextBlock':
      return Array.isArray(element.inlines) ? undefined : `${path}: RichTextBlock has no inlines.`;
    case 'CodeBlock':
      return findCodeFault(element, path);
    case 'Table':
      return findTableFault(element, path);
    case 'FactSet':
      return Array.isArray(element.facts) && element.facts.every(isFact)
        ? undefined
        : `${path}: every fact needs a title and a value that are text.`;
    case 'Image':
      return isSecureUrl(element.url) || /^data:image\//.test(String(element.url))
        ? undefined
        : `${path}: an image comes from https or data:image, not ${show(element.url)}.`;
    default:
      return undefined;
  }
}

function findRefreshFault(refresh: unknown): string | undefined {
  if (refresh === undefined) return undefined;
  if (!isObject(refresh) || !isObject(refresh.action)) return 'refresh has no action.';
  if (refresh.action.type !== 'Action.Execute') return "refresh's action is not Action.Execute.";
  const users = refresh.userIds;
  if (Array.isArray(users) && users.length > MOST_REFRESH_USERS) {
    return `refresh names ${users.length} people; ${MOST_REFRESH_USERS} is the most.`;
  }
  return findActionFault(refresh.action, 'Action.Execute', 'refresh.action');
}

/** Teams refuses a card whose mention has no `<at>` text to stand at. */
function findMentionFault(card: Card, json: string): string | undefined {
  const entities = isObject(card.msteams) ? card.msteams.entities : undefined;
  if (!Array.isArray(entities)) return undefined;
  const lost = entities.find((entity) => !isText(entity?.text) || json.split(quoted(entity.text)).length < 3);
  return lost && `The mention ${show(lost.text)} is nowhere in the card's text.`;
}

/** As the text stands inside JSON. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function isFact(fact: unknown): boolean {
  return isObject(fact) && typeof fact.title === 'string' && typeof fact.value === 'string';
}

function isSecureUrl(url: unknown): boolean {
  return typeof url === 'string' && URL.parse(url)?.protocol === 'https:';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isObject(value: unknown): value is Card {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}
