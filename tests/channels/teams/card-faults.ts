import { createRequire } from 'node:module';
import { Ajv, type SchemaObject, type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import type { Card } from '../../../src/channels/teams/templates.ts';
import { findCardFault } from '../../../src/sandbox/teams/check-card.ts';

/** Everything that somebody has against a card: Microsoft's types, Microsoft's renderer, our stand-in. */
export function findCardFaults(card: Card): string[] {
  const refused = findCardFault(card);
  const drawn = [...findRendererFaults(card), ...findLoneFaults(card)];
  return [...findSchemaFaults(card), ...drawn, ...(refused ? [refused] : [])];
}

/** What of a card contradicts the types that Microsoft publishes for Teams' cards. */
function findSchemaFaults(card: Card): string[] {
  compiled ??= compileSchema();
  if (compiled(card)) return [];
  return (compiled.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

let compiled: ValidateFunction | undefined;
const require = createRequire(import.meta.url);

/** No package holds a current schema of Teams' cards, so it is made from the types: some seconds, once a file. */
function compileSchema(): ValidateFunction {
  const generator = createGenerator({
    path: require.resolve('@microsoft/teams.cards').replace(/\.js$/, '.d.ts'),
    type: 'IAdaptiveCard',
    // Otherwise every use of a type is written out, and the schema explodes.
    expose: 'all',
    topRef: false,
    skipTypeCheck: true,
    jsDoc: 'none',
  });
  const schema = generator.createSchema('IAdaptiveCard');
  return new Ajv({ strict: false, discriminator: true }).compile(chooseByType(schema));
}

/**
 * The same schema, in which an element's `type` says which of thirty alternatives it is held against.
 * Without that one wrong property is told as thirty faults, of which one is true.
 */
function chooseByType(schema: SchemaObject): SchemaObject {
  const typeOf = ({ $ref = '' }: SchemaObject): unknown =>
    schema.definitions[decodeURIComponent($ref).replace('#/definitions/', '')]?.properties?.type?.const;
  return JSON.parse(JSON.stringify(schema), (_key, part) => {
    if (!Array.isArray(part?.anyOf) || !part.anyOf.some(typeOf)) return part;
    const { anyOf, ...rest }: SchemaObject = part;
    // Graph's components share one type; we draw none.
    const typed = anyOf.filter((one: SchemaObject) => typeOf(one) && typeOf(one) !== 'Component');
    const others = anyOf.filter((one: SchemaObject) => !typeOf(one));
    const byType = {
      type: 'object',
      required: ['type'],
      discriminator: { propertyName: 'type' },
      oneOf: typed,
    };
    return { ...rest, anyOf: [byType, ...others] };
  });
}

interface Context {
  eventCount: number;
  getEventAt(n: number): { message: string };
}
// The package's own entry cannot be imported outside a bundler, and its bundle's types are not a module.
const renderer: {
  AdaptiveCard: new () => { parse(card: Card, context: Context): void };
  SerializationContext: new () => Context;
} = require('adaptivecards/dist/adaptivecards.js');

/** What Microsoft's renderer does not know: it stops at version 1.6, as many clients do. */
function findRendererFaults(card: Card): string[] {
  const context = new renderer.SerializationContext();
  new renderer.AdaptiveCard().parse(card, context);
  const told = Array.from({ length: context.eventCount }, (_, n) => context.getEventAt(n).message);
  return told.filter((message) => !ownOfTeams.test(message));
}

/** Elements of Teams' own, which this renderer does not know. It draws what stands in their place. */
const ownOfTeams = /^Unknown element type "(CodeBlock|Chart\.[\w.]+)"\. Fallback will be used/;

function findLoneFaults(card: Card): string[] {
  const lone: string[] = [];
  JSON.stringify(card, (_key, part) => {
    if (/^(CodeBlock|Chart\.)/.test(part?.type) && !part.fallback) lone.push(`${part.type} has no fallback.`);
    return part;
  });
  return lone;
}
