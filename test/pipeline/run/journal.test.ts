import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../pipeline/config/load-config.ts';
import { Journal, type RunRequest, type StepRecord } from '../../../pipeline/run/journal.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const config = await loadConfig();
const request: RunRequest = { runId: 'r1', inputs: ['/in'], asOf: null, startedAt: '2026-11-15T00:00:00.000Z', config, version: '0.1.0', catalogueHash: 'c' };
const step = (name: string, rows = 1): StepRecord => ({ name, seconds: 0.5, peak_rss_bytes: 1000, facts: { rows } });
const file = () => join(folder, 'journal.jsonl');
const namesOf = (journal: Journal) => journal.steps.map(({ name }) => name);

describe('the journal of a run', () => {
  it('gives back the request and the steps it was told, in order, after a restart', () => {
    const journal = Journal.start(folder, request);
    journal.done(step('load', 7));
    journal.note('INTERRUPTED');
    journal.done(step('features'));
    const again = Journal.reopen(folder);
    expect(again.request).toEqual(request);
    expect(again.steps).toEqual([step('load', 7), step('features')]);
  });

  it('keeps the latest record of a step that was done twice', () => {
    const journal = Journal.start(folder, request);
    journal.done(step('load', 1));
    journal.done(step('load', 2));
    expect(Journal.reopen(folder).steps).toEqual([step('load', 2)]);
  });

  it('has every entry on disk as soon as it was told', () => {
    const journal = Journal.start(folder, request);
    expect(readFileSync(file(), 'utf8')).toContain('"runId":"r1"');
    journal.done(step('load'));
    expect(readFileSync(file(), 'utf8')).toContain('"name":"load"');
  });

  it('forgets a step whose line was cut short at any byte, and no other', () => {
    const journal = Journal.start(folder, request);
    journal.done(step('load'));
    const before = readFileSync(file()).length;
    journal.done(step('features'));
    const whole = readFileSync(file());
    for (let bytes = before; bytes < whole.length - 2; bytes++) {
      writeFileSync(file(), whole);
      truncateSync(file(), bytes);
      expect(namesOf(Journal.reopen(folder)), `${bytes} bytes`).toEqual(['load']);
    }
  });

  it('keeps what a resumed run wrote after a line cut short, through a second kill', () => {
    const journal = Journal.start(folder, request);
    journal.done(step('load'));
    appendFileSync(file(), '{"kind":"done","step":{"name":"featu');
    const resumed = Journal.reopen(folder);
    resumed.done(step('features'));
    resumed.done(step('indicators'));
    expect(namesOf(Journal.reopen(folder))).toEqual(['load', 'features', 'indicators']);
  });

  it('says that an unknown run, or one without a request, cannot be resumed', () => {
    expect(() => Journal.reopen(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'RUN_NOT_RESUMABLE', exitCode: 2 }) as Error);
    writeFileSync(file(), '{"kind":"note","note":"x"}\n');
    expect(() => Journal.reopen(folder).request).toThrow(expect.objectContaining({ code: 'RUN_NOT_RESUMABLE' }) as Error);
    writeFileSync(file(), '{"kind":"requ');
    expect(() => Journal.reopen(folder).request).toThrow(expect.objectContaining({ code: 'RUN_NOT_RESUMABLE' }) as Error);
  });
});
