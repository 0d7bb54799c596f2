import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Value } from '../value.ts';
import { type BuiltIn, of } from './define.ts';

/** Attributes begin with `@`, text beside them is `#text`, an element that comes twice is a list: as Json.NET does. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  processEntities: false,
});

const parseXml = of(['string'], 'dynamic', (text) => {
  if (!text.trimStart().startsWith('<') || XMLValidator.validate(text) !== true) return null;
  return unescaped(parser.parse(text) as Value);
});

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The five that XML knows and numbers; what a document declares itself stays as it is, and cannot grow. */
function unescaped(value: Value): Value {
  if (typeof value === 'string') {
    // An empty element is null, not an empty text.
    if (value === '') return null;
    return value.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, (whole, tens, hexes, name) => {
      if (name) return entities[name] ?? whole;
      const point = tens ? Number(tens) : Number.parseInt(hexes, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    });
  }
  if (Array.isArray(value)) return value.map(unescaped);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, unescaped(held)]));
}

export const xml: Record<string, BuiltIn> = { parse_xml: parseXml };
