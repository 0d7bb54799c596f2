import { parseArgs } from 'node:util';
import { openEmbedded } from '../src/store/embedded.ts';

// Asks the embedded database, which only one process may have open: stop the product first.
//   npx node examples/ask.ts "select id, source, refused from raw_alerts where refused is not null"
// `--folder data/sandbox` where it is not ./data. A statement that changes something is carried out.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string', default: process.env.DATA_DIR ?? 'data' } },
});
const [statement] = positionals;
if (!statement) throw new Error('Give a statement: npx node examples/ask.ts "select 1"');

const { lite, unlock } = await openEmbedded(values.folder);
const { rows, affectedRows } = await lite.query(statement);
if (rows.length > 0) console.dir(rows, { depth: null, maxArrayLength: null, maxStringLength: null });
else console.log(affectedRows ? `${affectedRows} rows changed` : 'nothing');
await lite.close();
unlock();
