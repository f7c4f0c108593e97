/** For tests: what a source file imports, and which of its exports are verbs. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

export const ROOT = resolve(import.meta.dirname, '../../../..');

export type Import = {
  /** From the root, with its ending. */
  file: string;
  /** From the root where a file of ours is meant, as it is written otherwise. */
  imported: string;
  /** `*` where all of it is meant. */
  names: string[];
};

/** Everything that a file imports or exports again, types and `import()` too. */
export function importsOf(file: string, code = readFileSync(join(ROOT, file), 'utf8')): Import[] {
  const { module, errors } = parseSync(file, code);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found = (specifier: string, names: (string | null)[]): Import => ({
    file,
    imported: specifier.startsWith('.') ? join(dirname(file), specifier) : specifier,
    names: names.map((name) => name ?? '*'),
  });
  const again = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, importName }) =>
      moduleRequest ? [found(moduleRequest.value, [importName.name])] : [],
    ),
  );
  const named = module.staticImports.map(({ moduleRequest, entries }) =>
    found(
      moduleRequest.value,
      entries.map(({ importName }) => importName.name),
    ),
  );
  // In a type it is no import of the module.
  const called = [...code.matchAll(/\bimport\(\s*(['"`])([^'"`\n]+)\1/g)];
  return [...named, ...again, ...called.map(([, , specifier = '']) => found(specifier, ['*']))];
}

const known = new Map<string, ReadonlySet<string>>();

/**
 * The verbs that a file exports: operations of endpoints and of page calls. `*` is among them where
 * the file is named after one; then nothing of it is a noun.
 */
export function verbsOf(file: string): ReadonlySet<string> {
  const before = known.get(file);
  if (before) return before;
  const code = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '';
  const declared = code.matchAll(/^export const (\w+): (?:Operation|AccountVerb|VisitVerb)</gm);
  const verbs = new Set([...declared].map(([, name = '']) => name));
  const own = basename(file, '.ts').replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  if (verbs.has(own)) verbs.add('*');
  known.set(file, verbs);
  return verbs;
}
