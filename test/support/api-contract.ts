import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import type { Answer } from './api-world.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
}

export interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { readonly properties: Readonly<Record<string, object>> } }>> };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, object>> }>>;
}

export interface OpenApi {
  readonly openapi: string;
  readonly info: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly name: string }[];
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** A route as the description names it, such as GET /api/v1/taxpayers/{id}/risk. */
export type RouteName = `${'GET' | 'POST'} /${string}`;

/** The description of the API as it is committed. */
export const OPENAPI_TEXT = readFileSync(packagePath('api', 'openapi.json'), 'utf8');
export const OPENAPI = JSON.parse(OPENAPI_TEXT) as OpenApi;
export const ROUTES = Object.entries(OPENAPI.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}` as RouteName));

export function operationOf(route: RouteName): Operation {
  const [method = '', path = ''] = route.split(' ');
  const operation = OPENAPI.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${route} is not described`);
  return operation;
}

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(OPENAPI, 'openapi');
const validators = new Map<string, ValidateFunction>();

/** What an answer does otherwise than its route promises: an unknown status, another media type, a body that its schema refuses. */
export function faultsOf(route: RouteName, { statusCode, headers, body }: Pick<Answer, 'statusCode' | 'headers' | 'body'>): readonly string[] {
  const [method = '', path = ''] = route.split(' ');
  const response = operationOf(route).responses[String(statusCode)];
  if (response === undefined) return [`status ${statusCode} is not documented`];
  const type = String(headers['content-type'] ?? '').split(';')[0] ?? '';
  if (response.content === undefined) return body === '' ? [] : ['a body is not documented'];
  // A file is described as bytes, whatever kind of file it is.
  if (Object.keys(response.content).join() === 'application/octet-stream') return type === '' ? ['no media type'] : [];
  if (response.content[type] === undefined) return [`media type ${type} is not documented for ${statusCode}`];
  if (!type.endsWith('json')) return [];
  const pointer = ['paths', path, method.toLowerCase(), 'responses', String(statusCode), 'content', type, 'schema'].map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `openapi#/${pointer}` });
  validators.set(pointer, validate);
  return validate(JSON.parse(body)) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** Name of the problem an answer tells, or '' when it tells none. */
export function problemOf(answer: Pick<Answer, 'headers' | 'body'>): string {
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return '';
  return (JSON.parse(answer.body) as { type: string }).type.replace('urn:vatrisk:problem:', '');
}
