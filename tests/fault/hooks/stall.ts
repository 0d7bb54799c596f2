// Loaded into the product with --import: every FAULT_STALL_EVERY_MS its event loop stands still for FAULT_STALL_MS.
const still = new Int32Array(new SharedArrayBuffer(4));
const stall = () => Atomics.wait(still, 0, 0, Number(process.env.FAULT_STALL_MS ?? 3_000));
setInterval(stall, Number(process.env.FAULT_STALL_EVERY_MS ?? 5_000)).unref();
