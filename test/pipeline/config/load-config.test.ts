import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig, type ConfigSources } from '../../../pipeline/config/load-config.ts';
import type { VatRiskError } from '../../../pipeline/shared/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(text: string): string {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

async function faultOf(sources: ConfigSources): Promise<VatRiskError> {
  return loadConfig(sources).then(() => { throw new Error('expected a failure'); }, (error: unknown) => error as VatRiskError);
}

describe('loadConfig', () => {
  it('gives every key its default when nothing is said', async () => {
    const config = await loadConfig();
    expect(config.ingest.id_profile).toBe('strict');
    expect(config.engine).toEqual({ threads: 2, memory: '4GB', max_temp_directory_size: '200GB' });
    expect(config.run).toEqual({ keep_work: true, seed: 42 });
    expect(config.indicators).toEqual({});
  });

  it('gives two callers configurations of their own', async () => {
    const first = await loadConfig();
    (first.engine as { threads: number }).threads = 9;
    expect((await loadConfig()).engine.threads).toBe(2);
  });

  it('lets the file override the defaults, --set override the file, and a later --set override an earlier one', async () => {
    const file = fileOf('engine:\n  threads: 3\n  memory: 6GB\nrun:\n  seed: 1\n');
    const config = await loadConfig({ file, sets: ['engine.threads=4', 'engine.threads=5', 'ingest.id_profile=opaque', 'indicators.VR-18.spike_ratio_minimum=2.5'] });
    expect(config.engine).toEqual({ threads: 5, memory: '6GB', max_temp_directory_size: '200GB' });
    expect(config.run.seed).toBe(1);
    expect(config.ingest.id_profile).toBe('opaque');
    expect(config.indicators).toEqual({ 'VR-18': { spike_ratio_minimum: 2.5 } });
  });

  it('accepts an empty file and a file of comments', async () => {
    expect((await loadConfig({ file: fileOf('') })).engine.threads).toBe(2);
    expect((await loadConfig({ file: fileOf('# nothing\n') })).engine.threads).toBe(2);
  });

  it('names every fault at once, each with its key, and the nearest known key', async () => {
    const file = fileOf('ingest:\n  id_profil: opaque\n  excel_serial: 3\nenginee: {}\nquality:\n  max_quarantined_share: 2\n');
    const fault = await faultOf({ file, sets: ['engine.threads=none', 'run.sead=7'] });
    expect([fault.code, fault.exitCode]).toEqual(['CONFIG_INVALID', 2]);
    const text = fault.details.join('\n');
    expect(text).toContain('ingest.id_profil: unknown key; did you mean id_profile?');
    expect(text).toContain('enginee: unknown key; did you mean engine?');
    expect(text).toContain('run.sead: unknown key; did you mean seed?');
    expect(text).toMatch(/ingest\.excel_serial: .*boolean/u);
    expect(text).toMatch(/quality\.max_quarantined_share: .*1/u);
    expect(text).toMatch(/engine\.threads: .*integer/u);
  });

  it('does not guess when nothing is near', async () => {
    expect((await faultOf({ sets: ['zzzzzzzz=1'] })).details).toEqual(['zzzzzzzz: unknown key']);
  });

  it.each(['8', 'lots', '8 bananas', '-1GB', ''])('refuses %j as a size of memory before a run begins', async (memory) => {
    expect((await faultOf({ sets: [`engine.memory="${memory}"`] })).details.join()).toContain('engine.memory');
  });

  it.each(['8GB', '512MB', '1.5GB', '2GiB'])('accepts %s as a size of memory', async (memory) => {
    expect((await loadConfig({ sets: [`engine.memory=${memory}`] })).engine.memory).toBe(memory);
  });

  it('refuses a --set without a key or without a value sign with an example', async () => {
    for (const pair of ['engine.threads', '=3']) {
      const fault = await faultOf({ sets: [pair] });
      expect(fault.code).toBe('USAGE');
      expect(fault.message).toContain('KEY=VALUE');
    }
  });

  it('says that a file is missing, is not YAML, or holds no mapping', async () => {
    expect((await faultOf({ file: join(folder, 'absent.yaml') })).message).toContain('cannot be read');
    expect((await faultOf({ file: fileOf('engine: {threads: [1\n') })).message).toContain('is not YAML');
    expect((await faultOf({ file: fileOf('- engine\n') })).message).toContain('no mapping');
    expect((await faultOf({ sets: ['engine={'] })).code).toBe('CONFIG_INVALID');
  });

  it('does not let a key reach the prototype of every object', async () => {
    expect((await faultOf({ sets: ['__proto__.polluted=1'] })).exitCode).toBe(2);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
