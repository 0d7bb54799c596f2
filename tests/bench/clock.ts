/** Milliseconds of the machine's own clock: the same in every process, so that times of two can be compared. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
