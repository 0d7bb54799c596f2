import type { TokenCredential } from '@azure/core-auth';
import type { LogRequest } from '../kql/logs.ts';
import type { CallFarSide } from '../telemetry.ts';

export interface LogAnalyticsOptions {
  /** `https://api.loganalytics.io/v1`, that of a sovereign cloud, or of a stand-in. No query leaves for any other origin. */
  endpoint: string;
  /** `https://management.azure.com`, for the plans of tables. */
  resourceManager: string;
  /** At least one; the first lends its schema to whatever is asked of a resource. */
  workspaces: Workspace[];
  /** Who asks: the bot, or a person who allowed it. The latter may throw `Refused`, saying what they have to do. */
  credentialOf(as: LogRequest['as']): TokenCredential | Promise<TokenCredential>;
  callFarSide?: CallFarSide | undefined;
  now(): number;
}

export interface Workspace {
  /** As people call it. */
  name: string;
  /** Customer id, a GUID. */
  id: string;
  /** `/subscriptions/…/workspaces/contoso-soc`; without it every table is taken for one of the analytics plan. */
  resource?: string | undefined;
}
