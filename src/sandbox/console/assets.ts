import { readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

const here = import.meta.dirname;
const require = createRequire(import.meta.url);

/** The folders whose modules run in the browser; what lies beside them runs here. */
const BROWSER_FOLDERS = new Set(['page', 'slack', 'teams', 'panel']);
const NAME = /^[a-z][a-z-]*$/;

export const readPage = (): Promise<string> => readFile(join(here, 'page/index.html'), 'utf8');

/** A style sheet by name, e.g. `slack.css`. */
export async function readStyle(name: string): Promise<string | undefined> {
  const [stem, ending, ...rest] = name.split('.');
  if (!stem || !NAME.test(stem) || ending !== 'css' || rest.length > 0) return undefined;
  return readIfThere(join(here, 'page', `${stem}.css`));
}

/** A browser module, its types stripped. There is no build step: the file served is the file written. */
export async function readModule(folder: string, name: string): Promise<string | undefined> {
  const [stem, ending, ...rest] = name.split('.');
  if (!BROWSER_FOLDERS.has(folder) || !stem || !NAME.test(stem) || ending !== 'ts' || rest.length > 0)
    return undefined;
  const source = await readIfThere(join(here, folder, `${stem}.ts`));
  if (source === undefined) return undefined;
  return nameVendorAddresses(withoutExperimentalWarning(() => stripTypeScriptTypes(source)));
}

/** `adaptivecards.js`, or a module of lit-html by its path in that package. */
export async function readVendorFile(path: string): Promise<string | undefined> {
  if (path === 'adaptivecards.js') {
    // The package's main entry is for bundlers; its dist file is a script that sets a global.
    return readIfThere(require.resolve('adaptivecards/dist/adaptivecards.min.js'));
  }
  const litModule = /^lit-html\/((?:directives\/)?[a-z-]+\.js)$/.exec(path)?.[1];
  if (!litModule) return undefined;
  // This resolves to lit's build for servers, in its folder `node`; the browser's lies above.
  const litRoot = join(require.resolve('lit-html'), '../..');
  return readIfThere(join(litRoot, litModule));
}

/** Browsers resolve no bare names, and an import map would need an inline script. */
function nameVendorAddresses(source: string): string {
  return source
    .replaceAll(/from 'lit-html'/g, "from '/console/vendor/lit-html/lit-html.js'")
    .replaceAll(/from 'lit-html\/([a-z/-]+\.js)'/g, "from '/console/vendor/lit-html/$1'");
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Node 24 calls `stripTypeScriptTypes` experimental, on stderr, in the middle of the product's log. */
function withoutExperimentalWarning<Result>(run: () => Result): Result {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}
