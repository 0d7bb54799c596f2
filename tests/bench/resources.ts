import fs from 'node:fs';

/** What a process used so far. `undefined` where the system has no `/proc`. */
export interface Resources {
  /** Megabytes held now, and held at most. */
  memory: { now: number; peak: number };
  /** Milliseconds of processor time. Unlike a latency it hardly depends on who else uses the machine. */
  cpu: number;
}

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

export function resourcesOf(pid: number): Resources | undefined {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    const megabytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024;
    // The second field is the command's name in parentheses; user and system time are the 14th and the 15th.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return {
      memory: { now: megabytes('VmRSS'), peak: megabytes('VmHWM') },
      cpu: (Number(fields[11]) + Number(fields[12])) * tickMs,
    };
  } catch {
    return undefined;
  }
}

/** Milliseconds of processor time that a process uses while something is done; `NaN` where nobody counts. */
export async function cpuDuring(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = resourcesOf(pid)?.cpu ?? Number.NaN;
  await work();
  return (resourcesOf(pid)?.cpu ?? Number.NaN) - before;
}
