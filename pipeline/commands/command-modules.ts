import type { Command } from 'commander';

type Register = (program: Command) => void;

/** Every command with the module that registers it, in the order of the help. */
const MODULES: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => (await import('./run.ts')).registerRun,
  check: async () => (await import('./check.ts')).registerCheck,
  show: async () => (await import('./show.ts')).registerShow,
  evidence: async () => (await import('./evidence.ts')).registerEvidence,
  ring: async () => (await import('./ring.ts')).registerRing,
  export: async () => (await import('./export.ts')).registerExport,
  compare: async () => (await import('./compare.ts')).registerCompare,
  evaluate: async () => (await import('./evaluate.ts')).registerEvaluate,
  calibrate: async () => (await import('./calibrate.ts')).registerCalibrate,
  capacity: async () => (await import('./capacity.ts')).registerCapacity,
  indicator: async () => (await import('./indicator.ts')).registerIndicator,
  simulate: async () => (await import('./simulate.ts')).registerSimulate,
  token: async () => (await import('./token.ts')).registerToken,
  audit: async () => (await import('./audit.ts')).registerAudit,
  serve: async () => (await import('./serve.ts')).registerServe,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
};

/** Registers the command that is called; all of them where none is named, for help and for suggestions. Loading one takes half the time of loading all. */
export async function registerCommands(program: Command, words: readonly string[]): Promise<void> {
  const called = MODULES[words.find((word) => !word.startsWith('-')) ?? ''];
  for (const load of called === undefined ? Object.values(MODULES) : [called]) (await load())(program);
}
