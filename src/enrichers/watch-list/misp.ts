import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';
import { text } from '../said.ts';
import type { IndicatorKind } from './indicator.ts';
import type { Reading } from './reading.ts';

/**
 * Type → its kind, and which of the values parted by `|` it is.
 * https://www.misp-project.org/datamodels/#types
 */
const kinds: Record<string, [kind: IndicatorKind, part: number][]> = {
  'ip-src': [['address', 0]],
  'ip-dst': [['address', 0]],
  'ip-src|port': [['address', 0]],
  'ip-dst|port': [['address', 0]],
  domain: [['domain', 0]],
  hostname: [['domain', 0]],
  'hostname|port': [['domain', 0]],
  'domain|ip': [
    ['domain', 0],
    ['address', 1],
  ],
  url: [['url', 0]],
  sha256: [['sha256', 0]],
  'filename|sha256': [['sha256', 1]],
};

const attribute = z.object({
  type: z.string(),
  value: z.string(),
  comment: text(200),
  /** Older servers say it as a text. What is not for detection is context: a file's own name, an address of a victim. */
  to_ids: z.union([z.boolean(), z.literal(['0', '1']).transform((said) => said === '1')]).catch(true),
  deleted: z.boolean().catch(false),
});
const attributes = z.array(z.unknown()).catch([]);
const event = z.object({
  info: text(200),
  Attribute: attributes,
  Object: z.array(z.object({ Attribute: attributes }).catch({ Attribute: [] })).catch([]),
});
const wrapped = z.object({ Event: event });
/** An event, what a server answers to a search, or a list of events. */
export const misp = z.union([
  wrapped.transform(({ Event }) => [Event]),
  z.object({ response: z.array(wrapped) }).transform(({ response }) => response.map(({ Event }) => Event)),
  z
    .object({ response: z.object({ Attribute: z.array(z.unknown()) }) })
    .transform(({ response: { Attribute } }) => [{ info: '', Attribute, Object: [] }]),
  z
    .object({ Attribute: z.array(z.unknown()) })
    .transform(({ Attribute }) => [{ info: '', Attribute, Object: [] }]),
  z.array(wrapped).transform((all) => all.map(({ Event }) => Event)),
]);

/** The attributes of MISP events that are for detection. https://www.misp-standard.org/rfc/misp-standard-core.html */
export function readMisp(events: z.output<typeof misp>, reading: Reading): void {
  let at = 0;
  for (const { info, Attribute, Object: objects } of events) {
    for (const one of [...Attribute, ...objects.flatMap((object) => object.Attribute)]) {
      at += 1;
      const where = `attribute ${at}`;
      const { data } = safeParse(attribute, one);
      if (!data) {
        reading.fail(where, 'has no type and value');
        continue;
      }
      const wanted = Object.hasOwn(kinds, data.type) ? kinds[data.type] : undefined;
      if (!wanted || !data.to_ids || data.deleted) {
        reading.leave();
        continue;
      }
      const note = { description: data.comment || info, source: data.comment ? info : '', until: undefined };
      const parts = data.value.split('|');
      for (const [kind, part] of wanted) {
        if (!reading.take(where, parts[part] ?? '', kind, note)) return;
      }
    }
  }
}
