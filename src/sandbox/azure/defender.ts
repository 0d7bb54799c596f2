import { badRequest } from './arm-error.ts';
import type { AlertStatus, DefenderAlert } from './defender-alert.ts';

/** The alerts that Defender for Cloud holds. */
export class DefenderAlerts {
  /** In the order of their arrival: the place is also the paging token, so alerts that arrive shift no page. */
  #alerts: DefenderAlert[] = [];
  #places = new Map<string, number>();

  /** In the order of their arrival. */
  save(): DefenderAlert[] {
    return [...this.#alerts];
  }

  /** Holds what was saved, and nothing else; paging tokens from before stay good. */
  restore(alerts: DefenderAlert[]): void {
    this.#alerts = [...alerts];
    this.#places = new Map(alerts.map((alert, place) => [alert.name.toLowerCase(), place]));
  }

  add(alert: DefenderAlert): void {
    if (this.#places.has(alert.name.toLowerCase()))
      throw badRequest(`There is an alert '${alert.name}' already.`);
    this.#places.set(alert.name.toLowerCase(), this.#alerts.length);
    this.#alerts.push(alert);
  }

  find(name: string): DefenderAlert | undefined {
    const place = this.#places.get(name.toLowerCase());
    return place === undefined ? undefined : this.#alerts[place];
  }

  /** The alert with its new status; `undefined` where there is none of that name. */
  setStatus(name: string, status: AlertStatus): DefenderAlert | undefined {
    const alert = this.find(name);
    const place = this.#places.get(name.toLowerCase());
    if (!alert || place === undefined) return undefined;
    const changed = { ...alert, properties: { ...alert.properties, status } };
    this.#alerts[place] = changed;
    return changed;
  }

  /** Newest first: those that match, from before that place on, and the place to go on from where there are more. */
  page(
    matches: (alert: DefenderAlert) => boolean,
    before: number | undefined,
    size: number,
  ): { alerts: DefenderAlert[]; next: number | undefined } {
    const alerts: DefenderAlert[] = [];
    for (let place = Math.min(before ?? Infinity, this.#alerts.length) - 1; place >= 0; place--) {
      const alert = this.#alerts[place];
      if (!alert || !matches(alert)) continue;
      if (alerts.length === size) return { alerts, next: place + 1 };
      alerts.push(alert);
    }
    return { alerts, next: undefined };
  }

  all(): DefenderAlert[] {
    return this.#alerts.toReversed();
  }
}
