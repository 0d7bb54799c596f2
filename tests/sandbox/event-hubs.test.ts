import { EventHubConsumerClient, type EventPosition, type Subscription } from '@azure/event-hubs';
import rhea, { type EventContext, type Receiver } from 'rhea';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventHub, type Hub, namespace, openHub, sharedKey, until } from '../support/event-hubs.ts';

let hub: Hub;
const clients: EventHubConsumerClient[] = [];
const retryOptions = { maxRetries: 0, timeoutInMs: 5_000 };

beforeAll(async () => {
  hub = await openHub(2);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => hub.stop());

/** The real client, with Entra ID or with a key. */
function connect(options: { group?: string; hubName?: string; key?: string; host?: string } = {}) {
  const { group = '$Default', hubName = eventHub, key, host = namespace } = options;
  const access = key ? { name: sharedKey.name, key } : hub.credential;
  const client = new EventHubConsumerClient(group, host, hubName, access, {
    customEndpointAddress: hub.endpoint,
    retryOptions,
  });
  clients.push(client);
  return client;
}

interface Reading {
  texts: string[];
  errors: string[];
  subscription: Subscription;
}

function read(
  client: EventHubConsumerClient,
  partition: string,
  startPosition: EventPosition,
  ownerLevel?: number,
): Reading {
  const texts: string[] = [];
  const errors: string[] = [];
  const subscription = client.subscribe(
    partition,
    {
      processEvents: async (events) => void texts.push(...events.map(({ body }) => String(body))),
      processError: async (error) => void errors.push('code' in error ? String(error.code) : error.name),
    },
    {
      startPosition,
      maxBatchSize: 10,
      maxWaitTimeInSeconds: 1,
      skipParsingBodyAsJson: true,
      ...(ownerLevel && { ownerLevel }),
    },
  );
  return { texts, errors, subscription };
}

describe('the event hub stand-in', () => {
  it.each([
    ['a token of Entra ID', {}],
    ['the key of an access policy', { key: sharedKey.key }],
  ])('tells its partitions to whoever comes with %s', async (_what, access) => {
    expect(await connect(access).getPartitionIds()).toEqual(['0', '1']);
  });

  it.each([
    ['another key', { key: 'bm90LXRoZS1rZXk=' }, /signature/],
    ['the name of another event hub', { hubName: 'payroll' }, /could not be found/],
    ['the name of another namespace', { host: 'fabrikam.servicebus.windows.net' }, /could not be found/],
  ])('tells nothing to whoever comes with %s', async (_what, access, says) => {
    await expect(connect(access).getEventHubProperties()).rejects.toThrow(says);
  });

  it('refuses a consumer group that is not there', async () => {
    const { errors } = read(connect({ group: 'nobody' }), '0', { offset: '-1' });
    await until('a refusal', () => errors.length > 0);
    expect(errors[0]).toBe('MessagingEntityNotFoundError');
  });

  it('gives events from the start, behind a checkpoint, since a moment, or only new ones', async () => {
    hub.put(['one', 'two', 'three'], '0');
    const { lastEnqueuedSequenceNumber, lastEnqueuedOffset } = await connect().getPartitionProperties('0');
    const between = new Date(Date.now() + 5);
    await until('the next moment', () => Date.now() > between.getTime());
    const positions: EventPosition[] = [
      { offset: '-1' },
      { sequenceNumber: lastEnqueuedSequenceNumber - 1 },
      { offset: lastEnqueuedOffset },
      { enqueuedOn: between },
      { offset: '@latest' },
    ];
    const readings = positions.map((position) => read(connect(), '0', position));
    const [all, behind] = readings;
    await until('those who begin before', () => all?.texts.length === 3 && behind?.texts.length === 1);
    await until('all to read', async () => {
      hub.put(['new'], '0');
      return readings.every(({ texts }) => texts.includes('new'));
    });
    const old = readings.map(({ texts }) => texts.filter((text) => text !== 'new'));
    expect(old).toEqual([['one', 'two', 'three'], ['three'], [], [], []]);
  });

  it('refuses a checkpoint that it never reached, as after an event hub was made anew', async () => {
    const { errors } = read(connect(), '0', { offset: '9007199254740991' });
    await until('a refusal', () => errors.length > 0);
    expect(errors[0]).toBe('ArgumentError');
  });

  it('takes a partition from its reader for a newer one of the same level, and refuses a lower one', async () => {
    const first = read(connect({ group: 'watchfloor' }), '1', { offset: '-1' }, 2);
    hub.put(['held'], '1');
    await until('the first to read', () => first.texts.includes('held'));
    const second = read(connect({ group: 'watchfloor' }), '1', { offset: '-1' }, 2);
    await until('the first to lose it', () => first.errors.length > 0);
    expect(first.errors[0]).toBe('ReceiverDisconnectedError');
    await first.subscription.close();
    await until('the second to read', () => second.texts.includes('held'));
    const lower = read(connect({ group: 'watchfloor' }), '1', { offset: '-1' }, 1);
    await until('the lower to be refused', () => lower.errors.length > 0);
    expect(lower.errors[0]).toBe('ReceiverDisconnectedError');
    expect(second.errors).toEqual([]);
  });

  it('sends no more events than it was given credit for', async () => {
    hub.put(
      Array.from({ length: 20 }, (_, n) => `credited ${n}`),
      '1',
    );
    const { receiver, texts, close } = await openLink('1');
    receiver.add_credit(3);
    await until('three events', () => texts.length === 3);
    receiver.add_credit(2);
    await until('two more', () => texts.length >= 5);
    expect(await connect().getPartitionIds()).toHaveLength(2);
    expect(texts).toHaveLength(5);
    close();
  });

  it('lets a reader whose connection was cut go on where it was', async () => {
    const reading = read(connect(), '0', { offset: '@latest' });
    await until('it to read', () => {
      hub.put(['before'], '0');
      return reading.texts.length > 0;
    });
    hub.cut();
    hub.put(['behind the cut'], '0');
    await until('the next event', () => reading.texts.includes('behind the cut'));
    expect(reading.texts.filter((text) => text === 'behind the cut')).toHaveLength(1);
  });
});

/** A link of our own to a partition, with no credit; the real client always gives some. */
async function openLink(
  partition: string,
): Promise<{ receiver: Receiver; texts: string[]; close: () => void }> {
  const address = `${eventHub}/ConsumerGroups/$Default/Partitions/${partition}`;
  const { hostname, port } = new URL(hub.endpoint.replace('sb:', 'https:'));
  const connection = rhea.create_container().connect({
    transport: 'tls',
    host: hostname,
    port: Number(port),
    hostname: namespace,
    reconnect: false,
  });
  const { token } = (await hub.credential.getToken('')) ?? { token: '' };
  connection.open_receiver({ source: '$cbs', name: 'answers' });
  const rights = connection.open_sender('$cbs');
  await new Promise((resolve) => rights.once('sendable', resolve));
  const allowed = new Promise((resolve) => connection.once('message', resolve));
  rights.send({
    message_id: '1',
    reply_to: 'answers',
    body: token,
    application_properties: { operation: 'put-token', type: 'jwt', name: `sb://${namespace}/${address}` },
  });
  await allowed;
  const texts: string[] = [];
  const receiver = connection.open_receiver({ source: address, credit_window: 0 });
  receiver.on('message', ({ message }: EventContext) => void texts.push(String(message?.body.content)));
  await new Promise((resolve) => receiver.once('receiver_open', resolve));
  return { receiver, texts, close: () => connection.close() };
}
