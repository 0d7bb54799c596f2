// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what attackers write looks like templates.
import fc from 'fast-check';
import { messageFaults } from '../../src/channels/slack/limits.ts';
import type { Message as SlackMessage } from '../../src/channels/slack/message.ts';
import { cardLimit, sizeOf } from '../../src/channels/teams/check-card.ts';
import type { Message as TeamsMessage } from '../../src/channels/teams/message.ts';
import type { Card } from '../../src/channels/teams/templates.ts';
import type { Alert, Entity } from '../../src/incident/alert.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { parseMrkdwn } from '../../src/sandbox/console/slack/mrkdwn.ts';
import { markdownToHtml } from '../../src/sandbox/console/teams/markdown.ts';
import { checkBlocks } from '../../src/sandbox/slack/check-blocks.ts';
import { findCardFault } from '../../src/sandbox/teams/check-card.ts';
import { adam, defenderAlert, owner, priya } from '../incident/alerts.ts';
import { incidentAfter } from '../incident/given.ts';
import { hostileText } from './hostile.ts';

/** How many texts were made up so far. */
export const made = { texts: 0 };

/** Pieces of what chats and cards make something of; they mean more beside each other. */
const pieces = [
  '<!channel>',
  '<!here|here>',
  '<@U0OLIVIA>',
  '<@W0OLIVIA|olivia>',
  '<#C0SOC|soc>',
  '<!subteam^S012|@soc>',
  '<!date^1^{date}^https://evil.example|x>',
  '<https://evil.example|https://portal.azure.com>',
  '<mailto:ceo@contoso.com|x>',
  'https://evil.example/?q=1',
  'http://203.0.113.9/x',
  '&lt;!channel&gt;',
  '&amp;lt;',
  '&#60;!here&#62;',
  '*bold*',
  '_it_',
  '~no~',
  '`code`',
  '```',
  '\n> quote\n',
  '\n# heading\n',
  ':rotating_light:',
  '<at>SOC</at>',
  '< at id="0">all</ at >',
  '</at>',
  '[press me](https://evil.example)',
  '[x][1]\n\n[1]: https://evil.example',
  '![x](https://evil.example/pixel.png)',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '**bold**',
  '{{DATE(2026-01-01T00:00:00Z)}}',
  '{{{TIME(2026-01-01T00:00:00Z)}}',
  '${string(actions)}',
  '${$root}',
  '$when',
  '"}],"actions":[{"type":"Action.OpenUrl","url":"https://evil.example"}],"x":[{"',
  '\\"',
  '\\u003c!channel\\u003e',
  '\u202Egnp.exe\u202C',
  '\u2066\u200B\u2069\uFEFF\u00AD',
  '\u{E0041}\u{E0042}',
  '\uD83D',
  '\uDE00\uD83D',
  '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦',
  'Z̴̨͝a̷l̴g̵o̶̧̢̡͎̩',
  'https://аpple.com/login',
  'ｅｖｉｌ．example',
  'olivia@contoso.com',
  '| where 1 == 1 // ',
  '<speak><audio src="x"/></speak>',
  '\0',
  '\u2028\u2029',
];

/** What an attacker writes into an alert. */
export const evil: fc.Arbitrary<string> = fc
  .oneof(
    {
      weight: 5,
      arbitrary: fc
        .array(
          fc.oneof(
            { weight: 3, arbitrary: fc.constantFrom(...pieces) },
            { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
          ),
          {
            minLength: 1,
            maxLength: 5,
          },
        )
        .map((parts) => parts.join('')),
    },
    { weight: 2, arbitrary: hostileText },
  )
  .map((text) => {
    made.texts += 1;
    return text;
  });

/** One that is as long as a request may be, of something that is costly to look at. */
export const endless: fc.Arbitrary<string> = fc
  .constantFrom(...pieces, 'a', '漢', '😀', '.', 'a.', 'a@', '://a:')
  .map((unit) => {
    made.texts += 1;
    return unit.repeat(Math.ceil(1_000_000 / unit.length));
  });

function entityOf(text: fc.Arbitrary<string>): fc.Arbitrary<Entity> {
  return fc.oneof(
    fc.record({ kind: fc.constant('account' as const), name: text, upn: text, oid: fc.constant('') }),
    fc.record({ kind: fc.constant('mailbox' as const), address: text }),
    fc.record({ kind: fc.constant('ip' as const), address: text, country: text }),
    fc.record({ kind: fc.constant('url' as const), url: text }),
    fc.record({ kind: fc.constant('domain' as const), name: text }),
    fc.record({ kind: fc.constant('host' as const), name: text, resourceId: fc.constant('') }),
    fc.record({ kind: fc.constant('other' as const), type: text, name: text }),
  );
}

/** An incident all of whose words somebody else wrote. */
export function incidentOf(text: fc.Arbitrary<string>): fc.Arbitrary<Incident> {
  const told = fc.record({
    title: text,
    product: text,
    label: text,
    workspace: text,
    tactic: text,
    url: text,
    entities: fc.array(entityOf(text), { maxLength: 5 }),
    who: text,
    comments: fc.array(text, { maxLength: 3 }),
    taken: fc.boolean(),
    closed: fc.boolean(),
  });
  return told.map(
    ({ title, product, label, workspace, tactic, url, entities, who, comments, taken, closed }) => {
      const alert: Alert = defenderAlert({
        title,
        product,
        label,
        workspace,
        entities,
        tactics: [tactic],
        portalUrl: url,
      });
      const theirs = { id: 'somebody', name: who, upn: who };
      const closing = { classification: 'undetermined', reason: undefined, comment: title } as const;
      return incidentAfter(
        { type: 'opened', alert },
        ...comments.map((comment) => ({ type: 'commented' as const, text: comment, by: priya })),
        ...(taken ? [{ type: 'assigned' as const, owner: theirs, by: adam }] : []),
        { type: 'commented', text: title, by: { kind: 'source', source: 'sentinel', name: who } },
        ...(closed
          ? [{ type: 'closed' as const, closing, by: { kind: 'person' as const, ...owner(theirs) } }]
          : []),
      );
    },
  );
}

type Json = Record<string, unknown>;

/** What is wrong with a message to Slack, found by reading it as Slack does. */
export function slackFaults(message: SlackMessage): string[] {
  const faults = messageFaults(message).map(({ pointer, message: said }) => `${pointer} ${said}`);
  for (const blocks of [message.blocks, ...message.attachments.map((one) => one.blocks ?? [])])
    if (blocks.length > 0) faults.push(...checkBlocks(blocks, 'message').map((one) => JSON.stringify(one)));
  faults.push(...parsedFaults(message.text));
  each(message, (node) => {
    if (['user', 'usergroup', 'channel', 'broadcast', 'team'].includes(String(node.type)))
      faults.push(`mentions: ${node.type}`);
    if (node.type === 'mrkdwn' && !/^<!date\^\d+\^[{}a-z_ ]+\|[\d: -]+UTC>$/.test(String(node.text)))
      faults.push(`mrkdwn ${node.text}`);
    if (node.type === 'plain_text' && node.emoji !== false) faults.push('emoji in plain text');
    if (node.type === 'link' && !isHttps(node.url)) faults.push(`link to ${node.url}`);
    if (typeof node.fallback === 'string') faults.push(...parsedFaults(node.fallback));
    if (typeof node.text === 'string') faults.push(...unseen(node.text));
  });
  return faults;
}

/** What Slack would make of a text that it parses: nothing but text may come of it. */
function parsedFaults(text: string): string[] {
  const faults = /[<>]|&(?!amp;|lt;|gt;)/.test(text) ? [`not escaped: ${text}`] : [];
  const parts = JSON.stringify(parseMrkdwn(text, { verbatim: true }));
  if (/"kind":"(user|channel|usergroup|special|mention|broadcast)/.test(parts))
    faults.push(`mentions: ${text}`);
  return [...faults, ...unseen(text)];
}

/** What is wrong with a message to Teams, found by walking its card and reading its text as Teams does. */
export function teamsFaults(message: TeamsMessage): string[] {
  const faults = spokenFaults(message.summary);
  if (!('attachments' in message)) {
    return message.textFormat === 'plain'
      ? [...faults, ...spokenFaults(message.text)]
      : [...faults, 'not plain'];
  }
  for (const { content } of message.attachments) faults.push(...cardFaults(content));
  return faults;
}

export function cardFaults(card: Card): string[] {
  const refused = findCardFault(card);
  const faults = refused ? [refused] : [];
  if (sizeOf(card) > cardLimit) faults.push(`${sizeOf(card)} bytes`);
  faults.push(...spokenFaults(String(card.fallbackText)), ...spokenFaults(String(card.speak)));
  each(card, (node) => {
    const { type, text, url, title, data, tooltip, codeSnippet, legend, x, xAxisTitle, yAxisTitle } = node;
    for (const name of [tooltip, legend, x, xAxisTitle, yAxisTitle])
      if (typeof name === 'string') faults.push(...spokenFaults(name));
    if (typeof codeSnippet === 'string' && /\{\{|<\s*\/?\s*at\b/i.test(codeSnippet))
      faults.push(`code: ${codeSnippet}`);
    if (typeof codeSnippet === 'string') faults.push(...unseen(codeSnippet));
    // Clients read Markdown in it.
    if (type === 'FactSet') faults.push('a FactSet');
    if (
      type === 'TextBlock' &&
      !/^(An answer counts until )?\{\{DATE\([\d:TZ-]+, COMPACT\)\}\} \{\{TIME\([\d:TZ-]+\)\}\}$/.test(
        String(text),
      )
    )
      faults.push(`Markdown of others: ${text}`);
    if (type === 'TextRun' && /\{\{|<\s*\/?\s*at\b/i.test(String(text))) faults.push(`run: ${text}`);
    if (type === 'TextRun') faults.push(...unseen(String(text)));
    if (type === 'Action.OpenUrl' && !isHttps(url)) faults.push(`link to ${url}`);
    if (typeof title === 'string') faults.push(...spokenFaults(title));
    if (typeof data === 'object' && data !== null && !Array.isArray(data))
      faults.push(...dataFaults(Object.entries(data)));
    if ('entities' in node || 'refresh' in node) faults.push('mentions or refreshes');
  });
  return faults;
}

/** A button carries ids and a verb of ours, whatever an alert says. */
function dataFaults(data: [string, unknown][]): string[] {
  const known: Record<string, (value: unknown) => boolean> = {
    incident: Number.isInteger,
    version: Number.isInteger,
    verb: (value) => /^((query|run)\/)?[a-z-]+$/.test(String(value)),
    msteams: (value) => JSON.stringify(value) === '{"type":"task/fetch"}',
    question: () => true,
    answer: () => true,
    query: (value) => /^[\da-f-]{36}$/.test(String(value)),
    argument: (value) => /^\d*$/.test(String(value)),
    run: (value) => /^[\da-f-]{36}$/.test(String(value)),
    revision: Number.isInteger,
    hunt: (value) => /^[\da-f-]{36}$/.test(String(value)),
    // What whoever fills the form chose on the page before.
    carried: (value) => typeof value === 'object',
  };
  return data.flatMap(([key, value]) => (known[key]?.(value) ? [] : [`button carries ${key}`]));
}

/** Text that a client may read as Markdown, SSML or markup of mentions. */
function spokenFaults(text: string): string[] {
  const faults = /\{\{|<|>/.test(text) ? [`markup: ${text}`] : [];
  if (/<(a|img|at|script)\b/i.test(markdownToHtml(text))) faults.push(`becomes a link: ${text}`);
  return [...faults, ...unseen(text)];
}

/** Characters that nobody sees, or that turn around what one sees; half characters. */
function unseen(text: string): string[] {
  if (!text.isWellFormed()) return ['half a character'];
  return /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u00AD\u{E0000}-\u{E007F}\0]/u.test(text)
    ? [`unseen: ${JSON.stringify(text)}`]
    : [];
}

function isHttps(url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && new URL(url).protocol === 'https:';
}

function each(value: unknown, look: (node: Json) => void): void {
  if (Array.isArray(value)) for (const one of value) each(one, look);
  else if (typeof value === 'object' && value !== null) {
    look({ ...value });
    for (const one of Object.values(value)) each(one, look);
  }
}
