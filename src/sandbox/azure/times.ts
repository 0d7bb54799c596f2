const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Azure writes seven decimals, .NET's ticks. */
export function armTime(at: Date): string {
  return at.toISOString().replace('Z', '0000Z');
}

/** A copy of JSON in which every time is moved by the same amount, so that the newest becomes `now`. */
export function shiftTimes<T>(json: T, now: Date): T {
  const times: number[] = [];
  JSON.stringify(json, (_key, value: unknown) => {
    if (isTime(value)) times.push(Date.parse(value));
    return value;
  });
  const by = now.getTime() - Math.max(...times);
  return JSON.parse(
    JSON.stringify(json, (_key, value: unknown) =>
      isTime(value) ? armTime(new Date(Date.parse(value) + by)) : value,
    ),
  );
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && instant.test(value);
}
