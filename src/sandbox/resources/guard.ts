import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError } from '../azure/arm-error.ts';

/** A route, and what whoever calls it must be allowed to do: `Microsoft.Compute/snapshots/write`. */
export interface GuardedRoute extends ArmRoute {
  action: string;
}

/** Takes from everybody what is named; all else is allowed. */
export class Guard {
  readonly #denied = new Set<string>();

  deny(action: string): void {
    this.#denied.add(action.toLowerCase());
  }

  stand(call: ArmCall, action: string): void {
    if (!this.#denied.has(action.toLowerCase())) return;
    const { appId, objectId } = call.caller;
    throw new ArmError(
      403,
      'AuthorizationFailed',
      `The client '${appId}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${call.url.pathname}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  }
}
