import { compileSql } from '../../pipeline/engine/templates.ts';

/** An authored text or expression with its `{{…}}` templates filled in, and without the semicolon at its end. */
export function compiled(sql: string): string {
  return compileSql(sql).trim().replace(/;$/u, '');
}
