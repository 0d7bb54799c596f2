import fs from 'node:fs';
import os from 'node:os';

/** Milliseconds of processor time. Unlike a latency it hardly depends on who else uses the machine. */
type CpuMs = number;

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

/** Processor time of a process; `NaN` where nobody counts. */
export const cpuOf = (pid: number): CpuMs => statOf(pid)?.own ?? Number.NaN;

/** Processor time of a process and of all below it, the ended ones too; `NaN` where nobody counts. */
export function cpuBelow(root: number): CpuMs {
  const all = new Map(allPids().map((pid) => [pid, statOf(pid)]));
  let sum = Number.NaN;
  let row = [root];
  while (row.length > 0) {
    for (const pid of row) {
      const stat = all.get(pid);
      if (stat) sum = (Number.isNaN(sum) ? 0 : sum) + stat.own + stat.ended;
    }
    row = [...all].filter(([, stat]) => stat && row.includes(stat.parent)).map(([pid]) => pid);
  }
  return sum;
}

export const parentOf = (pid: number): number | undefined => statOf(pid)?.parent;

/** Megabytes that a process held at most. */
export function peakMemory(pid: number): number {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}

/** What the machine did while we were measuring, and how much of that was not ours. */
export interface Foreign {
  /** Processes that want a core, mean of the last minute. */
  loadAverage: number;
  /** Processor time of others, as a share of all cores. */
  foreignCpu: number;
}

/** Starts to look; the answer is for the time since. */
export function watchForeign(): () => Foreign {
  const at = performance.now();
  const before = busy() - cpuBelow(process.pid);
  return () => {
    const foreign = busy() - cpuBelow(process.pid) - before;
    const cores = os.availableParallelism();
    const share = foreign / ((performance.now() - at) * cores);
    return { loadAverage: os.loadavg()[0] ?? Number.NaN, foreignCpu: Math.max(0, share) };
  };
}

/** Processor time of everybody since the machine started: user, nice, system, interrupts; not idle, not stolen. */
function busy(): CpuMs {
  try {
    const [line = ''] = fs.readFileSync('/proc/stat', 'utf8').split('\n');
    const [user = 0, nice = 0, system = 0, , , hard = 0, soft = 0] = line.split(/\s+/).slice(1).map(Number);
    return (user + nice + system + hard + soft) * tickMs;
  } catch {
    return Number.NaN;
  }
}

const allPids = () => {
  try {
    return fs.readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
};

function statOf(pid: number): { parent: number; own: CpuMs; ended: CpuMs } | undefined {
  try {
    // The second field is the command's name in parentheses; parent is the 4th, user and system time are the 14th
    // and the 15th, those of ended children the two after.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').map(Number) ?? [];
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return {
      parent: fields[1] ?? 0,
      own: (user + system) * tickMs,
      ended: (endedUser + endedSystem) * tickMs,
    };
  } catch {
    return undefined;
  }
}
