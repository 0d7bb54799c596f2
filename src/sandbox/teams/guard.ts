import type { Request, Response } from 'restify';
import { z } from 'zod';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import type { Drive } from './drive.ts';
import { appLimits, type Pace } from './rates.ts';
import { badSyntax, Refusal } from './refusal.ts';
import type { Rooms } from './rooms.ts';
import { BOT_FRAMEWORK_ISSUER } from './token.ts';

export interface ConnectorParts {
  appId: string;
  rooms: Rooms;
  drive: Drive;
  rates: Pace;
  entra: Entra;
  faults: Faults;
  changed: () => void;
  isInstalled: () => boolean;
}

export interface Reply {
  status: number;
  body?: object;
}

/** Looks at the token and the rate first; turns what is refused into Bot Connector's error body. */
export function guarded(parts: ConnectorParts, work: (request: Request) => Reply) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      await authorise(parts, request.headers.authorization);
      parts.rates.take('app', appLimits);
      const { status, body } = work(request);
      response.send(status, body);
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.retryAfter) response.header('Retry-After', String(refusal.retryAfter));
      response.send(refusal.status, { error: { code: refusal.code, message: refusal.message } });
    }
  };
}

async function authorise({ entra, appId, isInstalled }: ConnectorParts, header: string | undefined) {
  const claims = await entra.verify(header, [BOT_FRAMEWORK_ISSUER]).catch((error: Error) => {
    throw new Refusal(401, 'Unauthorized', error.message);
  });
  const bot = claims.appid ?? claims.azp ?? appId;
  if (bot !== appId || !isInstalled()) {
    throw new Refusal(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
  }
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof z.ZodError) return badSyntax(z.prettifyError(error));
  throw error;
}
