import type {
  ChannelsSelect,
  ConversationsSelect,
  ExternalSelect,
  MultiStaticSelect,
  MultiUsersSelect,
  Option,
  StaticSelect,
  UsersSelect,
} from '@slack/types';
import { html, type TemplateResult } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import { createRef, ref } from 'lit-html/directives/ref.js';
import type { SandboxState } from '../page/state.ts';
import { type Choice, TypeAhead } from '../page/type-ahead.ts';
import './block-input.ts';
import { asChoice, type BlockPlace, type ElementValue } from './place.ts';

type OneSelect = StaticSelect | UsersSelect | ConversationsSelect | ChannelsSelect;
type ManySelect = MultiStaticSelect | MultiUsersSelect;

export function drawSelect(
  place: BlockPlace,
  blockId: string,
  select: OneSelect | ManySelect | ExternalSelect,
): TemplateResult {
  if (select.type === 'external_select') return drawExternal(place, blockId, select);
  const groups = groupsOf(place.state, select);
  const options = groups.flatMap((group) => group.options);
  const many = select.type === 'multi_static_select' || select.type === 'multi_users_select';
  const initial = initialOf(select);
  const read = (host: HTMLElement): ElementValue => {
    const element = host.querySelector('select');
    const chosen = [...(element?.selectedOptions ?? [])].map((o) => o.value).filter((value) => value !== '');
    return report(select.type, chosen, options);
  };
  const changed = (event: Event) => {
    const { currentTarget } = event;
    if (!(currentTarget instanceof HTMLElement) || !currentTarget.parentElement) return;
    const { confirm, action_id = '' } = select;
    place.act({ block_id: blockId, action_id, confirm, value: read(currentTarget.parentElement) });
  };
  const placeholder = select.placeholder?.text ?? 'Choose an option';
  // Slack keeps what is chosen for as long as the block keeps its id, and forgets it with a new one.
  return html`<block-input .block=${blockId} .action=${select.action_id ?? ''} .read=${read}>
    ${keyed(
      blockId,
      html`<select class="slack-select" aria-label=${placeholder} ?multiple=${many} @change=${changed}>
      ${many ? '' : html`<option value="" ?selected=${initial.length === 0}>${placeholder}</option>`}
      ${groups.map((group) =>
        group.label
          ? html`<optgroup label=${group.label}>${group.options.map((o) => drawOption(o, initial))}</optgroup>`
          : group.options.map((o) => drawOption(o, initial)),
      )}
    </select>`,
    )}
  </block-input>`;
}

function drawExternal(place: BlockPlace, blockId: string, select: ExternalSelect): TemplateResult {
  const found = new Map<string, Option>();
  if (select.initial_option?.value) found.set(select.initial_option.value, select.initial_option);
  const box = createRef();
  const load = async (text: string): Promise<Choice[]> => {
    // Slack asks only once this many characters are typed; three unless the block says otherwise.
    if ([...text].length < (select.min_query_length ?? 3)) return [];
    const options = await place.suggest(blockId, select.action_id ?? '', text);
    for (const option of options) found.set(option.value ?? '', option);
    return options.map(asChoice);
  };
  const read = (host: HTMLElement): ElementValue => {
    const element = host.querySelector('type-ahead');
    const value = element instanceof TypeAhead ? element.value : undefined;
    return { type: select.type, selected_option: (value && optionsOf(element).get(value)) || null };
  };
  const optionsOf = (element: Element | null) => keptOptions(element, found);
  const started = (element: Element | undefined) => {
    if (!(element instanceof TypeAhead) || startedAlready.has(element)) return;
    startedAlready.set(element, found);
    element.load = load;
    if (select.initial_option) element.choose(asChoice(select.initial_option));
  };
  const chosen = () => {
    const host = box.value?.parentElement;
    const { confirm, action_id = '' } = select;
    if (host) place.act({ block_id: blockId, action_id, confirm, value: read(host) });
  };
  return html`<block-input .block=${blockId} .action=${select.action_id ?? ''} .read=${read}>
    <type-ahead .placeholder=${select.placeholder?.text ?? 'Type to search'} @choose=${chosen} ${ref(box)} ${ref(started)}></type-ahead>
  </block-input>`;
}

/** A redraw must not forget the options that the box it keeps was offered. */
const startedAlready = new WeakMap<Element, Map<string, Option>>();

function keptOptions(element: Element | null, fresh: Map<string, Option>): Map<string, Option> {
  return (element && startedAlready.get(element)) ?? fresh;
}

/** Slack draws the description below the label; a browser's menu has one line. */
function drawOption({ value, label, description }: MenuChoice, initial: string[]): TemplateResult {
  const line = description ? `${label} · ${description}` : label;
  return html`<option value=${value} ?selected=${initial.includes(value)}>${line}</option>`;
}

function groupsOf(
  state: SandboxState,
  select: OneSelect | ManySelect,
): { label?: string; options: MenuChoice[] }[] {
  switch (select.type) {
    case 'static_select':
    case 'multi_static_select':
      if (select.option_groups) {
        return select.option_groups.map((g) => ({
          label: g.label.text,
          options: g.options.map(asMenuChoice),
        }));
      }
      return [{ options: (select.options ?? []).map(asMenuChoice) }];
    case 'users_select':
    case 'multi_users_select':
      return [{ options: state.people.map((p) => ({ label: p.name, value: p.slackId })) }];
    case 'channels_select':
    case 'conversations_select':
      return [{ options: state.slack.conversations.filter((c) => c.kind === 'channel').map(named) }];
  }
}

type MenuChoice = Choice & { description?: string };

const asMenuChoice = (option: Option): MenuChoice => ({
  ...asChoice(option),
  ...(option.description && { description: option.description.text }),
});

const named = (c: { id: string; name: string }): Choice => ({ label: `#${c.name}`, value: c.id });

function initialOf(select: OneSelect | ManySelect): string[] {
  switch (select.type) {
    case 'static_select':
      return select.initial_option?.value ? [select.initial_option.value] : [];
    case 'multi_static_select':
      return (select.initial_options ?? []).map((option) => option.value ?? '');
    case 'users_select':
      return select.initial_user ? [select.initial_user] : [];
    case 'multi_users_select':
      return select.initial_users ?? [];
    case 'channels_select':
      return select.initial_channel ? [select.initial_channel] : [];
    case 'conversations_select':
      return select.initial_conversation ? [select.initial_conversation] : [];
  }
}

function report(type: (OneSelect | ManySelect)['type'], chosen: string[], options: Choice[]): ElementValue {
  const asOption = (value: string) => ({
    text: { type: 'plain_text', text: options.find((o) => o.value === value)?.label ?? value },
    value,
  });
  const first = chosen[0];
  switch (type) {
    case 'static_select':
      return { type, selected_option: first === undefined ? null : asOption(first) };
    case 'multi_static_select':
      return { type, selected_options: chosen.map(asOption) };
    case 'users_select':
      return { type, selected_user: first ?? null };
    case 'multi_users_select':
      return { type, selected_users: chosen };
    case 'channels_select':
      return { type, selected_channel: first ?? null };
    case 'conversations_select':
      return { type, selected_conversation: first ?? null };
  }
}
