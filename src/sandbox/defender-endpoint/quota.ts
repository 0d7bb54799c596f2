import { EndpointRefusal } from './refusal.ts';

const minute = 60_000;

/** So many calls a minute for each application; one more is refused until the oldest of them is a minute old. */
export function openQuota(perMinute: number, now: () => number): (application: string) => void {
  const calls = new Map<string, number[]>();
  return (application) => {
    const at = now();
    const recent = (calls.get(application) ?? []).filter((call) => call > at - minute);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= perMinute) {
      const wait = Math.ceil((oldest + minute - at) / 1_000);
      throw new EndpointRefusal(
        429,
        'TooManyRequests',
        `API calls quota exceeded! Maximum allowed ${perMinute} per minute for this API. You can send requests again in ${wait} seconds.`,
        wait,
      );
    }
    calls.set(application, [...recent, at]);
  };
}
