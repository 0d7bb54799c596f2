import tls from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import { sql } from 'kysely';
import { pino } from 'pino';
import restify, { type Server } from 'restify';
import { createGraph } from '../../src/azure/graph.ts';
import { createAuthority } from '../../src/azure/sign-in.ts';
import type { ChatUser } from '../../src/channels/channel.ts';
import { createRefusals } from '../../src/edge/refusals.ts';
import { createSenderOf } from '../../src/edge/sender.ts';
import { mountSignInPages } from '../../src/edge/sign-in-pages.ts';
import { keepDelegation } from '../../src/flow/delegation.ts';
import { beginLink, confirmLink, offerCode, unlink } from '../../src/flow/link.ts';
import { openSignIns, type SignInDoor } from '../../src/flow/open-sign-ins.ts';
import type { RecordEntry } from '../../src/flow/recorder.ts';
import type { SignInPurpose, SignIns } from '../../src/flow/sign-in.ts';
import { createPeople, type People } from '../../src/people/people.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra, type Entra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { Directory } from '../../src/sandbox/graph/directory.ts';
import { GRAPH_AUDIENCE, mountGraph } from '../../src/sandbox/graph/graph.ts';
import { findPerson, SLACK_TEAM_ID, TENANT_ID } from '../../src/sandbox/people.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import type { Db } from '../../src/store/database.ts';
import { readLink, readLinkedUsers } from '../../src/store/links.ts';
import { openStore } from '../store/open.ts';
import type { DatabaseKind } from './databases.ts';

/** Signing in and linking, with Entra ID and Graph as stand-ins, over real HTTP, at a time that a test can move. */
export interface SignInStage {
  db: Db;
  people: People;
  signIns: SignIns & SignInDoor;
  entra: Entra;
  directory: Directory;
  publicUrl: string;
  entraUrl: string;
  /** Milliseconds that the product's clock is ahead. */
  clock: { ahead: number };
  /** What went on record, oldest first. */
  recorded: RecordEntry[];
  /** Answers that were confirmed. */
  confirmed: Extract<SignInPurpose, { kind: 'answer' }>[];
  /** Types `link`; the link. */
  begin(as: string, change?: Partial<SlackUser>): Promise<string>;
  /** Types `link 123456`; what is told. */
  confirm(as: string, code: string, change?: Partial<SlackUser>): Promise<string>;
  unlink(as: string): Promise<boolean>;
  /** Nobody is linked, nothing has begun, everybody's account is as at first. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

type SlackUser = Extract<ChatUser, { channel: 'slack' }>;

export const clientId = 'c5a1f0de-7b32-4e96-8d04-1f6a9b2c3e57';
export const secret = 'right';
/** What is sealed in this stage is sealed with it. */
export const tokenKey = 'a-key-of-at-least-thirty-two-characters';
const log = pino({ level: 'silent' });

export async function openSignInStage(kind: DatabaseKind): Promise<SignInStage> {
  const store = await openStore(kind);
  const { ca, cert, key } = await createCertificate();
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), ca]);
  const directory = new Directory();
  const product = restify.createServer();
  const secure = restify.createServer({ certificate: cert, key });
  await listen(product);
  await listen(secure);
  const publicUrl = `http://127.0.0.1:${product.address().port}`;
  const entraUrl = `https://127.0.0.1:${secure.address().port}`;
  const redirectUri = `${publicUrl}/sign-in/callback`;
  const permissions = { [GRAPH_AUDIENCE]: ['User.Read.All', 'GroupMember.Read.All'] };
  const entra = await createEntra({
    tenantId: TENANT_ID,
    directory,
    clients: [{ clientId, secret, redirectUris: () => [redirectUri], permissions }],
  });
  entra.mount(secure, () => entraUrl);
  mountGraph(secure, { entra, directory, faults: new Faults(() => {}) });

  const clock = { ahead: 0 };
  const now = () => new Date(Date.now() + clock.ahead);
  const recorded: RecordEntry[] = [];
  const confirmed: SignInStage['confirmed'] = [];
  const floor = {
    db: store.db,
    log,
    now,
    recorder: { note: async (entry: RecordEntry) => void recorded.push(entry), count: () => {} },
  };
  const credential = new ClientSecretCredential(TENANT_ID, clientId, secret, {
    authorityHost: entraUrl,
    disableInstanceDiscovery: true,
  });
  const people = createPeople({
    known: [],
    groups: [],
    tenantId: TENANT_ID,
    directory: createGraph({ endpoint: entraUrl, credential }),
    links: {
      personOf: (team, user) => readLink(store.db, team, user),
      slackIdsOf: (person) => readLinkedUsers(store.db, person),
    },
    now: () => now().getTime(),
  });
  const signIns = openSignIns(floor, {
    publicUrl,
    people,
    authority: createAuthority({
      authorityHost: entraUrl,
      tenantId: TENANT_ID,
      clientId,
      clientSecret: secretOf('AZURE_CLIENT_SECRET', secret),
      redirectUri,
    }),
    handlers: {
      link: offerCode(floor),
      async answer(purpose) {
        confirmed.push(purpose);
        return 'Thank you.';
      },
      logs: keepDelegation(floor, () => [tokenKey]),
    },
    logsScope: 'https://api.loganalytics.io/.default',
  });
  const refusals = createRefusals({ senderOf: createSenderOf([]), count: () => {}, log });
  mountSignInPages(product, { signIns, publicUrl, refusals, log });

  return {
    db: store.db,
    people,
    signIns,
    entra,
    directory,
    publicUrl,
    entraUrl,
    clock,
    recorded,
    confirmed,
    begin: (as, change) => beginLink({ signIns }, people, { ...slackUser(as), ...change }),
    confirm: (as, code, change) => confirmLink(floor, people, { ...slackUser(as), ...change }, code),
    unlink: (as) => unlink(floor, slackUser(as)),
    async reset() {
      await sql`delete from sign_ins`.execute(store.db);
      await sql`delete from links`.execute(store.db);
      recorded.length = 0;
      confirmed.length = 0;
      clock.ahead = 0;
      entra.spoilNext({});
      for (const person of directory.accounts) directory.setEnabled(person, person.kind !== 'left');
    },
    async close() {
      await Promise.all([closeServer(product.server), closeServer(secure.server)]);
      await store.close();
    },
  };
}

function slackUser(id: string): SlackUser {
  const { slackId, name, upn } = findPerson(id);
  return { channel: 'slack', id: slackId, name, teamId: SLACK_TEAM_ID, email: upn, standing: 'member' };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
}
