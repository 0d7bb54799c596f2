import fs from 'node:fs';

// Loaded into the product with --import: its clock is wrong by FAULT_CLOCK_MS, and after SIGUSR2 by what FAULT_CLOCK_FILE says.
let wrongBy = Number(process.env.FAULT_CLOCK_MS ?? 0);
const file = process.env.FAULT_CLOCK_FILE;
process.on('SIGUSR2', () => {
  if (file) wrongBy = Number(fs.readFileSync(file, 'utf8'));
});

const RealDate = Date;
const now = () => RealDate.now() + wrongBy;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
