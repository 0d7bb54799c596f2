import { z } from 'zod';
import { FarSideError, type FarSideReason } from '../errors.ts';
import { breakdown } from './failure.ts';

const thrown = z.object({
  name: z.string().catch(''),
  code: z.string().catch(''),
  message: z.string().catch(''),
});

/** Another replica has taken the partition over: no failure at all. */
export function isHandedOver(error: unknown): boolean {
  return thrown.safeParse(error).data?.code === 'ReceiverDisconnectedError';
}

/** https://learn.microsoft.com/azure/event-hubs/exceptions-dotnet, by the names that the client gives them. */
const reasons: Record<string, FarSideReason> = {
  UnauthorizedError: 'auth',
  MessagingEntityNotFoundError: 'not-found',
  ServerBusyError: 'rate-limited',
  QuotaExceededError: 'rate-limited',
  OperationTimeoutError: 'timeout',
  ArgumentError: 'rejected',
  MessagingEntityDisabledError: 'rejected',
};

/** Anything that the client of Event Hubs says is wrong, in our words. */
export function eventHubsFailure(error: unknown, namespace: string): FarSideError {
  // Of several tries the last says what is wrong now.
  const last = error instanceof AggregateError ? error.errors.at(-1) : error;
  const { name, code, message } = thrown.catch({ name: '', code: '', message: '' }).parse(last);
  if (/Authentication|Credential/.test(name)) return breakdown(last, `https://${namespace}`, undefined);
  const said = `Event Hubs at ${namespace} failed. ${message}`.replace(/\s+/g, ' ').slice(0, 400);
  return new FarSideError('azure', (Object.hasOwn(reasons, code) && reasons[code]) || 'unavailable', said);
}
