import { findDatabases } from './databases.ts';
import { openFarSide } from './far-side.ts';
import { measureDatabase } from './measure.ts';
import { printMachine, printTable } from './report.ts';
import { full, quick, warmUp } from './scale.ts';

// docs/performance.md says how to read what this prints. `--quick` only shows that it runs.
const isQuick = process.argv.includes('--quick');
const farSide = await openFarSide();
try {
  const databases = await findDatabases();
  printMachine(databases);
  for (const database of databases) {
    const result = await measureDatabase(
      database,
      farSide,
      isQuick ? quick : full,
      isQuick ? undefined : warmUp,
    );
    printTable(database.name, result);
  }
} finally {
  await farSide.close();
}
