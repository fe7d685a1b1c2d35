import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { packagePath } from '../../pipeline/shared/package-root.ts';

export interface Route {
  readonly method: string;
  /** With parameters as :id. */
  readonly url: string;
  /** What the committed description says it asks for; undefined when it says nothing. */
  readonly permission: string | undefined;
}

/** Every route the app answers, hidden ones and HEAD included, read off its router: a route that is added is among them by itself. */
export function routesOf(app: FastifyInstance): readonly Route[] {
  const paths: string[] = [];
  return app.printRoutes({ commonPrefix: false }).split('\n').flatMap((line) => {
    const found = /^(?<indent>[│ ]*)[├└]── (?<part>\S+)(?: \((?<methods>[A-Z, ]+)\))?$/u.exec(line)?.groups;
    if (found === undefined) {
      if (line.trim() === '') return [];
      throw new Error(`a line of the router that is not understood: ${line}`);
    }
    const depth = (found['indent'] ?? '').length / 4;
    paths.splice(depth, paths.length, (found['part'] ?? ''));
    const url = paths.join('');
    return (found['methods'] ?? '').split(', ').filter((method) => method !== '').map((method) => ({ method, url, permission: permissionOf(method, url) }));
  });
}

const described = JSON.parse(readFileSync(packagePath('api', 'openapi.json'), 'utf8')) as { readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly description?: string }>>>> };

function permissionOf(method: string, url: string): string | undefined {
  const operations = described.paths[url.replaceAll(/:(\w+)/gu, '{$1}')];
  return /permission: (\S+)$/u.exec(operations?.[method === 'HEAD' ? 'get' : method.toLowerCase()]?.description ?? '')?.[1];
}
