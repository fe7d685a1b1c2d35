import { readFileSync } from 'node:fs';

/** Peak resident memory of a running process in bytes (VmHWM), or 0 once it is gone. */
export function peakResidentBytes(processId: number): number {
  return bytesOf(processId, 'VmHWM');
}

/** Resident memory of a running process in bytes (VmRSS), or 0 once it is gone. */
export function residentBytes(processId: number): number {
  return bytesOf(processId, 'VmRSS');
}

function bytesOf(processId: number, field: string): number {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'mu').exec(readFileSync(`/proc/${processId}/status`, 'utf8'));
    return found === null ? 0 : Number(found[1]) * 1024;
  } catch {
    return 0;
  }
}
