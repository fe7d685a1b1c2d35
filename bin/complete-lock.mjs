#!/usr/bin/env node
// A registry mirror may carry binary packages of some platforms only. npm then leaves the others out of the lock file, and
// `npm ci` refuses a lock that lacks them. This adds an entry for every optional platform package that is named but missing;
// npm skips it where the platform differs. npm also copies what a package asks for word for word, also where package.json overrides it: this writes
// what is installed instead, so that no address outside the registry stands in the lock. Run it after every `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x'];

/** The lock with what `overrides` (package → wanted) replaces written as what is installed. */
export function settleOverrides(lock, overrides) {
  const settled = (wants) => Object.fromEntries(Object.entries(wants).map(([name, wanted]) => [name, /^https?:/u.test(wanted) ? (overrides[name] ?? wanted) : wanted]));
  const packages = Object.entries(lock.packages).map(([path, one]) => [path, one.dependencies === undefined ? one : { ...one, dependencies: settled(one.dependencies) }]);
  return { ...lock, packages: Object.fromEntries(packages) };
}

/** The lock with the missing entries added, sorted, and their names. */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  const added = [];
  for (const owner of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      const words = name.split(/[-/.]/u);
      const os = SYSTEMS.filter((system) => words.includes(system));
      const cpu = PROCESSORS.filter((processor) => words.includes(processor));
      if (packages[path] !== undefined || os.length + cpu.length === 0) continue;
      const libc = words.includes('musl') || words.includes('musleabihf') ? ['musl'] : words.includes('gnu') || words.includes('gnueabihf') ? ['glibc'] : [];
      packages[path] = {
        version,
        ...(cpu.length > 0 ? { cpu } : {}),
        ...(owner.dev === true ? { dev: true } : {}),
        ...(libc.length > 0 ? { libc } : {}),
        optional: true,
        ...(os.length > 0 ? { os } : {}),
      };
      added.push(path);
    }
  }
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { lock: { ...lock, packages: sorted }, added };
}

if (process.argv[1]?.endsWith('complete-lock.mjs')) {
  const file = new URL('../package-lock.json', import.meta.url);
  const { overrides = {} } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const { lock, added } = completeLock(settleOverrides(JSON.parse(readFileSync(file, 'utf8')), overrides));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${added.length} entries added\n`);
}
