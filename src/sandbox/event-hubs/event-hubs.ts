import type { Server } from 'node:net';
import { Partition } from './partition.ts';
import { openPeer, type PeerOptions } from './peer.ts';
import { Readers } from './readers.ts';

/** Stand-in for one event hub in a namespace: an AMQP 1.0 peer over TLS, its log in memory. */
export interface EventHubs {
  /** Adds events at the end of one partition, or in turn of each. Throws where there is no such partition. */
  put(events: (string | Buffer)[], partition?: string): void;
  /** Drops every connection, as a network or an upgrade of the namespace does. */
  cut(): void;
  /** Takes a free port of loopback where `port` is 0. Returns the endpoint, `sb://localhost:…`. */
  listen(port: number): Promise<string>;
  stop(): Promise<void>;
}

export interface EventHubsOptions extends PeerOptions {
  certificate: { cert: string; key: string };
  eventHub: string;
  partitions: number;
}

export function createEventHubs(options: EventHubsOptions): EventHubs {
  const createdAt = new Date();
  const ids = Array.from({ length: options.partitions }, (_, id) => String(id));
  const partitions = new Map(ids.map((id) => [id, new Partition(id, createdAt)]));
  const readers = new Readers();
  const peer = openPeer(options, { name: options.eventHub, createdAt, partitions }, readers);
  let server: Server | undefined;
  let turn = 0;

  return {
    put(events, partition) {
      for (const event of events) {
        const id = partition ?? ids[turn++ % ids.length] ?? '';
        const log = partitions.get(id);
        if (!log) throw new Error(`There is no partition '${id}'; there are ${ids.join(', ')}.`);
        log.append(Buffer.from(event), new Date());
      }
      readers.serveAll();
    },
    cut: peer.cut,
    listen(port) {
      const { cert, key } = options.certificate;
      const listening = peer.container.listen({ transport: 'tls', host: '127.0.0.1', port, cert, key });
      server = listening;
      return new Promise((resolve, reject) => {
        listening.once('error', reject);
        listening.once('listening', () => {
          const address = listening.address();
          resolve(`sb://localhost:${typeof address === 'object' && address ? address.port : port}`);
        });
      });
    },
    stop() {
      return new Promise((resolve) => {
        if (server) server.close(() => resolve());
        else resolve();
        peer.cut();
      });
    },
  };
}
