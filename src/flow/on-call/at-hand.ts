import { noRotas, type OnCallPolicy } from '../../people/rota-settings.ts';
import type { Schedule } from '../../schedules/schedule.ts';

/** Rotas of the settings, and who keeps those that are kept elsewhere. */
export interface RotasAtHand {
  policy: OnCallPolicy;
  /** Each is read from time to time. */
  schedules: Schedule[];
  /** The address at which a person's calendar subscribes to a rota; absent where calendars cannot reach us. */
  addressOf?: (calendar: string, personId: string) => string;
}

export const noRotasAtHand: RotasAtHand = { policy: noRotas, schedules: [] };
