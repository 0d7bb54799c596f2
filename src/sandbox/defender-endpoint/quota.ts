import { EndpointRefusal } from './refusal.ts';

const lengths = { minute: 60_000, hour: 3_600_000 };

/** So many calls a period for each application; one more is refused until the oldest of them is out of it. */
export function openQuota(
  most: number,
  period: keyof typeof lengths,
  now: () => number,
): (application: string) => void {
  const length = lengths[period];
  const calls = new Map<string, number[]>();
  return (application) => {
    const at = now();
    const recent = (calls.get(application) ?? []).filter((call) => call > at - length);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= most) {
      const wait = Math.ceil((oldest + length - at) / 1_000);
      throw new EndpointRefusal(
        429,
        'TooManyRequests',
        `API calls quota exceeded! Maximum allowed ${most} per ${period} for this API. You can send requests again in ${wait} seconds.`,
        wait,
      );
    }
    calls.set(application, [...recent, at]);
  };
}
