import rhea, { type Connection, type Container, type EventContext, type Sender } from 'rhea';
import type { Entra } from '../entra.ts';
import { checkClaim, type SharedKey } from './claims.ts';
import { type Answer, describeHub, type Hub } from './management.ts';
import type { Readers } from './readers.ts';

export interface PeerOptions {
  entra: Entra;
  /** `contoso-alerts.servicebus.windows.net`. */
  namespace: string;
  consumerGroups: readonly string[];
  sharedKey: SharedKey;
}

/** What one connection may read, and the links that wait for answers to its requests. */
interface Guest {
  claims: Set<string>;
  answers: Map<string, Sender>;
}

type Asked = Record<string, unknown>;
type Refusal = { status: 401 | 404; description: string };

/** Nodes that answer requests: rights are put on the one, the other tells of the event hub. */
const desks = ['$cbs', '$management'];

/**
 * Lets connections in and shows them to their partition. Event Hubs takes anybody's connection (SASL ANONYMOUS) and
 * asks for rights link by link. https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide
 */
export function openPeer(
  options: PeerOptions,
  hub: Hub,
  readers: Readers,
): { container: Container; cut(): void } {
  const { namespace, consumerGroups } = options;
  const guests = new Map<Connection, Guest>();
  const container = rhea.create_container({ id: namespace });

  container.on('connection_open', ({ connection }: EventContext) => {
    guests.set(connection, { claims: new Set(), answers: new Map() });
  });
  container.on('disconnected', ({ connection }: EventContext) => {
    guests.delete(connection);
  });
  // A client that goes in the middle of a frame is nothing to stumble over.
  container.on('protocol_error', () => {});
  container.on('error', () => {});

  container.on('receiver_open', ({ receiver }: EventContext) => {
    const address = receiver?.target?.address ?? '';
    if (desks.includes(address)) receiver?.set_target({ address });
    else receiver?.close({ condition: 'amqp:not-allowed', description: 'The sandbox takes no events so.' });
  });
  container.on('sender_open', ({ connection, sender }: EventContext) => {
    const address = sender?.source?.address ?? '';
    if (!sender) return;
    if (!desks.includes(address)) return openReader(connection, sender, address);
    sender.set_source({ address });
    guests.get(connection)?.answers.set(sender.name, sender);
  });
  container.on('message', async ({ connection, receiver, message }: EventContext) => {
    if (!receiver || !message) return;
    const asked: Asked = message.application_properties ?? {};
    const isRight = receiver.target.address === '$cbs';
    const told = isRight ? await putToken(connection, asked, message.body) : look(connection, asked);
    const link = guests.get(connection)?.answers.get(String(message.reply_to));
    if (link?.is_open()) link.send(render(told, String(message.message_id)));
  });

  function openReader(connection: Connection, link: Sender, address: string): void {
    const resource = `sb://${namespace}/${address}`;
    const parts = /^([^/]+)\/ConsumerGroups\/([^/]+)\/Partitions\/([^/]+)$/i.exec(address);
    const [, name = '', group = '', id = ''] = parts ?? [];
    const partition = hub.partitions.get(id);
    if (!partition || !isSame(name, hub.name) || !consumerGroups.some((one) => isSame(one, group))) {
      const description = `The messaging entity '${resource}' could not be found.`;
      link.close({ condition: 'amqp:not-found', description });
    } else if (!mayUse(connection, address)) {
      const description = `Unauthorized access. 'Listen' claim(s) are required to perform this operation. Resource: '${resource}'.`;
      link.close({ condition: 'amqp:unauthorized-access', description });
    } else {
      readers.attach(link, group, partition);
    }
  }

  async function putToken(connection: Connection, asked: Asked, body: unknown): Promise<Answer | Refusal> {
    const resource = String(asked.name);
    if (!resource.toLowerCase().startsWith(`sb://${namespace}/`)) {
      return { status: 404, description: `The resource '${resource}' could not be found.` };
    }
    try {
      await checkClaim(options, { type: String(asked.type), token: String(body), resource });
    } catch (error) {
      return { status: 401, description: error instanceof Error ? error.message : String(error) };
    }
    guests.get(connection)?.claims.add(resource.toLowerCase());
    return { status: 200, body: {} };
  }

  function look(connection: Connection, asked: Asked): Answer | Refusal {
    if (mayUse(connection, `${asked.name}/$management`)) return describeHub(hub, asked);
    return { status: 401, description: `Unauthorized access to '${asked.name}'.` };
  }

  function mayUse(connection: Connection, address: string): boolean {
    return guests.get(connection)?.claims.has(`sb://${namespace}/${address}`.toLowerCase()) ?? false;
  }

  return {
    container,
    cut() {
      for (const connection of guests.keys()) connection.socket?.destroy();
    },
  };
}

function render(told: Answer | Refusal, request: string) {
  return {
    correlation_id: request,
    application_properties: {
      'status-code': rhea.types.wrap_int(told.status),
      'status-description': 'description' in told ? told.description : 'OK',
    },
    body: 'body' in told ? told.body : null,
  };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
