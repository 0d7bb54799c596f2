import type { Block, KnownBlock } from '@slack/types';
import { asJson, bounded, type Fault, type Faults, type Json, listed } from './faults.ts';
import { chartFaults, tableFaults } from './figure-limits.ts';

/** Where blocks stand; a Home tab takes what a message does. */
export type Surface = 'message' | 'modal' | 'home';

/**
 * The kinds of block that we draw and what Slack refuses about them; any other kind is a fault, so that
 * nobody draws one without its limits. Numbers: docs.slack.dev/reference/block-kit.
 */
export function blockFaults(block: KnownBlock | Block, at: string, surface: Surface): Fault[] {
  const faults = bounded(block.block_id, `${at}/block_id`, 255);
  const known = asJson(block);
  switch (known.type) {
    case 'rich_text':
      return [...faults, ...listed(known.elements, `${at}/elements`, 1_000, richFaults)];
    case 'context':
      return [...faults, ...listed(known.elements, `${at}/elements`, 10, textFaults(3_000))];
    case 'actions':
      return [...faults, ...listed(known.elements, `${at}/elements`, 25, elementFaults), ...twice(known, at)];
    case 'input':
      return [
        ...faults,
        ...textFaults(2_000)(asJson(known.label), `${at}/label`),
        ...elementFaults(asJson(known.element), `${at}/element`),
      ];
    case 'divider':
      return faults;
    case 'header':
      return [...faults, ...textFaults(150)(asJson(known.text), `${at}/text`)];
    case 'section':
      return [
        ...faults,
        ...textFaults(3_000)(asJson(known.text), `${at}/text`),
        ...(known.accessory === undefined ? [] : elementFaults(asJson(known.accessory), `${at}/accessory`)),
      ];
  }
  if (surface !== 'modal' && known.type === 'image') return [...faults, ...pictureFaults(known, at)];
  if (surface !== 'modal' && known.type === 'table') return [...faults, ...tableFaults(known, at)];
  if (surface !== 'modal' && known.type === 'data_visualization')
    return [...faults, ...chartFaults(known, at)];
  return [...faults, { pointer: `${at}/type`, message: `${known.type} is not drawn by us in a ${surface}` }];
}

/** Files of Slack's own alone: an address would be fetched from wherever it leads. */
function pictureFaults(image: Json, at: string): Fault[] {
  return [
    ...bounded(asJson(image.slack_file).id, `${at}/slack_file/id`, 255, 1),
    ...bounded(image.alt_text, `${at}/alt_text`, 2_000, 1),
    ...(image.image_url === undefined ? [] : [{ pointer: `${at}/image_url`, message: 'is not drawn by us' }]),
  ];
}

function richFaults(part: Json, at: string): Fault[] {
  return listed(part.elements, `${at}/elements`, 1_000, (element, here) => {
    if (element.type === 'link') return bounded(element.url, `${here}/url`, 3_000, 1);
    if (element.type === 'text') return bounded(element.text, `${here}/text`, 3_000, 1);
    if (element.type === 'user') return bounded(element.user_id, `${here}/user_id`, 255, 1);
    return [];
  });
}

function elementFaults(element: Json, at: string): Fault[] {
  const faults = bounded(element.action_id, `${at}/action_id`, 255, 1);
  if (element.placeholder !== undefined)
    faults.push(...textFaults(150)(asJson(element.placeholder), `${at}/placeholder`));
  if (element.initial_option !== undefined)
    faults.push(...optionFaults(asJson(element.initial_option), `${at}/initial_option`));
  switch (element.type) {
    case 'button':
      return [
        ...faults,
        ...textFaults(75)(asJson(element.text), `${at}/text`),
        ...bounded(element.value, `${at}/value`, 2_000),
      ];
    case 'overflow':
      return [...faults, ...listed(element.options, `${at}/options`, 5, optionFaults)];
    case 'radio_buttons':
      return [...faults, ...listed(element.options, `${at}/options`, 10, optionFaults)];
    case 'static_select':
      return [...faults, ...listed(element.options, `${at}/options`, 100, optionFaults)];
    case 'external_select':
      return faults;
    case 'plain_text_input': {
      const max = element.max_length;
      if (typeof max === 'number' && max >= 1 && max <= 3_000)
        return [...faults, ...bounded(element.initial_value, `${at}/initial_value`, max)];
      return [...faults, { pointer: `${at}/max_length`, message: 'is not 1 to 3000' }];
    }
    default:
      return [...faults, { pointer: `${at}/type`, message: `${String(element.type)} is not drawn by us` }];
  }
}

/** An option of a menu or of the answer to a search. */
export function optionFaults(option: Json, at: string): Fault[] {
  return [
    ...textFaults(75)(asJson(option.text), `${at}/text`),
    ...bounded(option.value, `${at}/value`, 150, 1),
    ...(option.description === undefined
      ? []
      : textFaults(75)(asJson(option.description), `${at}/description`)),
  ];
}

const textFaults =
  (most: number): Faults =>
  (text, at) =>
    bounded(text.text, `${at}/text`, most, 1);

function twice(block: Json, at: string): Fault[] {
  const ids = Array.isArray(block.elements) ? block.elements.map((element) => asJson(element).action_id) : [];
  return new Set(ids).size === ids.length
    ? []
    : [{ pointer: `${at}/elements`, message: 'have an action_id twice' }];
}
