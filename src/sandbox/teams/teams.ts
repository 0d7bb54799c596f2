import type { Server } from 'restify';
import { z } from 'zod';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import type { ActivitySetting } from './activity.ts';
import { Answers, type Dialog, type Toast } from './answers.ts';
import { mountConnector } from './connector.ts';
import { mountControls } from './controls.ts';
import { Drive, savedDrive } from './drive.ts';
import { mountFiles } from './files.ts';
import { announceInstallation, announceWhenReachable } from './install.ts';
import { createProduct } from './product.ts';
import { type Pace, Rates } from './rates.ts';
import { type Conversation, Rooms, savedRooms } from './rooms.ts';
import {
  type ActivityToken,
  BOT_FRAMEWORK_ISSUER,
  createBotFrameworkKey,
  signActivityToken,
} from './token.ts';

interface TeamsOptions {
  /** The sandbox server's own address; the service URL is `{origin}/teams/`. */
  origin: () => string;
  productUrl: () => string;
  appId: string;
  entra: Entra;
  faults: Faults;
  changed: () => void;
  /** Milliseconds since 1970; the rates and the message ids go by it. */
  now?: () => number;
  /** How often Teams lets itself be called; as often as its documentation says where this is absent. */
  rates?: Pace | undefined;
}

export interface TeamsState {
  conversations: Conversation[];
  dialogs: Dialog[];
  toasts: Toast[];
}

export interface TeamsStandIn {
  mount(plain: Server): void;
  state(): TeamsState;
  /** All that Teams keeps, as JSON: messages, threads, and whether the app is installed. */
  save(): unknown;
  /** Holds what `save` gave, and nothing else. Throws a ZodError, and changes nothing, where it is something else. */
  restore(saved: unknown): void;
  /** The token the product must accept, or with some part made wrong. */
  signToken(wrong?: Partial<ActivityToken>): Promise<string>;
}

const savedTeams = z.object({ installed: z.boolean(), rooms: savedRooms, drive: savedDrive });

/** Stand-in for Teams, Bot Connector and the Bot Framework's signing keys. */
export async function createTeams(options: TeamsOptions): Promise<TeamsStandIn> {
  const { origin, appId, entra, faults, changed, now = Date.now } = options;
  const key = await createBotFrameworkKey();
  const rooms = new Rooms(now);
  const answers = new Answers(now);
  const drive = new Drive(origin);
  const serviceUrl = () => `${origin()}/teams/`;
  const setting = (): ActivitySetting => ({ appId, serviceUrl: serviceUrl(), now: now() });
  const signToken = (wrong: Partial<ActivityToken> = {}) =>
    signActivityToken({ key, audience: appId, serviceUrl: serviceUrl(), ...wrong });
  const product = createProduct(options.productUrl, () => signToken());
  const state = (): TeamsState =>
    structuredClone({
      conversations: rooms.conversations,
      dialogs: answers.dialogs,
      toasts: answers.toasts,
    });

  // An administrator installed the app before the sandbox first started; the product is told once it answers.
  let installed = true;
  async function install(change: 'add' | 'remove') {
    installed = change === 'add';
    changed();
    return announceInstallation(product, rooms, setting, change);
  }

  return {
    state,
    save: () =>
      ({ installed, rooms: rooms.save(), drive: drive.save() }) satisfies z.infer<typeof savedTeams>,
    restore(saved) {
      const before = savedTeams.parse(saved);
      installed = before.installed;
      rooms.restore(before.rooms);
      drive.restore(before.drive);
      answers.forget();
    },
    signToken,
    mount(plain) {
      // Not behind the faults: in reality another host serves these, and bots keep them for a day.
      plain.get('/teams/openid', async (_request, response) => {
        response.send(200, {
          issuer: BOT_FRAMEWORK_ISSUER,
          jwks_uri: `${origin()}/teams/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
        });
      });
      plain.get('/teams/keys', async (_request, response) => {
        response.send(200, { keys: [key.published] });
      });
      mountConnector(plain, {
        appId,
        rooms,
        drive,
        rates: options.rates ?? new Rates(now),
        entra,
        faults,
        changed,
        isInstalled: () => installed,
      });
      mountFiles(plain, { rooms, drive, product, setting, changed });
      mountControls(plain, { rooms, answers, product, setting, state, changed, install });
      announceWhenReachable(plain, async () =>
        installed ? announceInstallation(product, rooms, setting) : { status: 200, body: undefined },
      );
    },
  };
}
