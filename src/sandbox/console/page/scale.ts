/** An axis from nought, or from below it, to round numbers. */
export interface Scale {
  ticks: number[];
  /** Where a value lies on the axis, from 0 to 1. */
  share(value: number): number;
}

/** The axis that these values need, with about four ticks, none between what is counted. What is no number is passed over. */
export function niceScale(values: number[]): Scale {
  const numbers = values.filter(Number.isFinite);
  const lowest = Math.min(0, ...numbers);
  const highest = Math.max(0, ...numbers);
  const wanted = (highest - lowest) / 4;
  const step = niceStep(numbers.every(Number.isInteger) ? Math.max(wanted, 1) : wanted);
  const first = Math.floor(lowest / step);
  const last = Math.max(Math.ceil(highest / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { ticks, share: (value) => (value / step - first) / (last - first) };
}

/** 1, 2 or 5 with noughts, at least as large as `wanted`. */
function niceStep(wanted: number): number {
  if (!(wanted > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5].find((digit) => digit * power >= wanted * 0.999_999) ?? 10) * power;
}
