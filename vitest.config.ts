import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['tests/support/setup.ts'],
    include: ['tests/**/*.test.ts'],
    // Two workers: each may hold an embedded database of about 400 MB.
    maxWorkers: 2,
    // As src/cli.ts has it: V8 frees WebAssembly code twice now and then, and the process with the tests is gone.
    execArgv: ['--no-wasm-code-gc'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
