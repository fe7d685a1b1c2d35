import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from '../../../pipeline/snapshot/durable.ts';
import { publishSnapshot } from '../../../pipeline/snapshot/publish.ts';

let out = '';
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'publish-'));
});
afterEach(() => {
  rmSync(out, { recursive: true });
});

function prepare(runId: string, text = runId): string {
  const folder = join(out, 'runs', runId, 'snapshot');
  mkdirSync(join(folder, 'evidence'), { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), text);
  writeFileSync(join(folder, 'evidence', 'rows.parquet'), text);
  return folder;
}
const current = () => readFileSync(join(out, 'CURRENT'), 'utf8');
const published = (runId: string) => readFileSync(join(out, 'snapshots', runId, 'manifest.json'), 'utf8');

describe('publishing', () => {
  it('moves the prepared folder to its final name and lets CURRENT name it in one line', () => {
    const prepared = prepare('r1');
    publishSnapshot(out, 'r1', prepared);
    expect(current()).toBe('r1\n');
    expect(readdirSync(join(out, 'snapshots', 'r1')).sort()).toEqual(['evidence', 'manifest.json']);
    expect(existsSync(prepared)).toBe(false);
  });

  it('keeps the former snapshot untouched', () => {
    publishSnapshot(out, 'r1', prepare('r1'));
    publishSnapshot(out, 'r2', prepare('r2'));
    expect([current(), published('r1'), published('r2')]).toEqual(['r2\n', 'r1', 'r2']);
  });

  it('may be repeated after the folder was moved but CURRENT was not yet replaced', () => {
    publishSnapshot(out, 'r1', prepare('r1'));
    publishSnapshot(out, 'r2', prepare('r2'));
    writeFileSync(join(out, 'CURRENT'), 'r1\n');
    publishSnapshot(out, 'r2', join(out, 'runs', 'r2', 'snapshot'));
    expect([current(), published('r2')]).toEqual(['r2\n', 'r2']);
  });

  it('replaces a folder of the same name that an earlier attempt left behind', () => {
    mkdirSync(join(out, 'snapshots', 'r1'), { recursive: true });
    writeFileSync(join(out, 'snapshots', 'r1', 'half'), '');
    publishSnapshot(out, 'r1', prepare('r1'));
    expect(readdirSync(join(out, 'snapshots', 'r1'))).not.toContain('half');
  });

  it('never lets CURRENT name a snapshot that is not there: nothing prepared and nothing moved is an error', () => {
    publishSnapshot(out, 'r1', prepare('r1'));
    expect(() => { publishSnapshot(out, 'r9', join(out, 'runs', 'r9', 'snapshot')); }).toThrow(expect.objectContaining({ code: 'RUN_NOT_RESUMABLE' }) as Error);
    expect(current()).toBe('r1\n');
  });

  it('leaves CURRENT as it was when the prepared folder cannot be moved', () => {
    publishSnapshot(out, 'r1', prepare('r1'));
    const prepared = prepare('r2');
    rmSync(join(out, 'snapshots'), { recursive: true });
    writeFileSync(join(out, 'snapshots'), 'a file where the folder should be');
    expect(() => { publishSnapshot(out, 'r2', prepared); }).toThrow();
    expect(current()).toBe('r1\n');
  });
});

describe('replaceFile', () => {
  it('replaces the text and leaves nothing beside it, also over a half-written attempt', () => {
    const path = join(out, 'CURRENT');
    writeFileSync(path, 'old');
    writeFileSync(`${path}.next`, 'a much longer half-written text');
    replaceFile(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(out)).toEqual(['CURRENT']);
  });
});
