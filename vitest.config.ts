import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['tests/support/setup.ts'],
    include: ['tests/**/*.test.ts'],
    // Two workers: each may hold an embedded database of about 400 MB.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
