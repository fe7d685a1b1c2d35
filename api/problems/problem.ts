import { VatRiskError, type ErrorCode } from '../../pipeline/shared/errors.ts';
import { IdentityRefused } from '../identity/identity.ts';
import { PROBLEM_TYPES, type ProblemName, type Words } from './problem-types.ts';

/** One fault of a request: a JSON pointer to it and what is wrong. */
export interface RequestFault {
  readonly pointer: string;
  readonly detail: string;
}

/** A problem to be told to the caller. */
export class Problem extends Error {
  readonly problem: ProblemName;
  readonly detail: Words;
  readonly errors: readonly RequestFault[];

  constructor(problem: ProblemName, options: { detail?: Words; errors?: readonly RequestFault[]; cause?: unknown } = {}) {
    super(problem, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.problem = problem;
    this.detail = options.detail ?? PROBLEM_TYPES[problem].detail;
    this.errors = options.errors ?? [];
  }

  get status(): number {
    return PROBLEM_TYPES[this.problem].status;
  }
}

const OF_CODE: Readonly<Partial<Record<ErrorCode, ProblemName>>> = {
  SNAPSHOT_MISSING: 'snapshot-missing',
  SNAPSHOT_DAMAGED: 'snapshot-missing',
  SNAPSHOT_OLD: 'snapshot-old',
  AUDIT_UNAVAILABLE: 'audit-unavailable',
  POOL_BUSY: 'busy',
  QUERY_TIMEOUT: 'query-timeout',
};
// Errors of Fastify and of its plugins, by their stable codes.
const OF_FRAMEWORK: Readonly<Record<string, ProblemName>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
  FST_ERR_NOT_FOUND: 'not-found',
  FST_UNDER_PRESSURE: 'busy',
};

interface FrameworkError {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly validation?: readonly { readonly instancePath: string; readonly message?: string; readonly params?: Readonly<Record<string, unknown>> }[];
  readonly validationContext?: string;
}

/** Any error as a problem. What is not known becomes `internal`, and the cause is for the log alone. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof IdentityRefused) return new Problem(error.reason, { cause: error });
  if (error instanceof VatRiskError) return new Problem(OF_CODE[error.code] ?? 'internal', { cause: error });
  const { code, statusCode, validation, validationContext } = (error ?? {}) as FrameworkError;
  if (validation !== undefined) return new Problem('request-invalid', { errors: validation.map((fault) => faultOf(fault, validationContext ?? 'body')), cause: error });
  const known = typeof code === 'string' ? OF_FRAMEWORK[code] : undefined;
  if (known !== undefined) return new Problem(known, { cause: error });
  // The remaining errors of the framework below 500 are about the bytes of the request: JSON that is none, a length that is not kept.
  return new Problem(typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? 'request-invalid' : 'internal', { cause: error });
}

function faultOf({ instancePath, message, params }: NonNullable<FrameworkError['validation']>[number], context: string): RequestFault {
  const unknown = params?.['additionalProperty'];
  if (typeof unknown === 'string') return { pointer: `/${context}${instancePath}/${unknown.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: 'unknown field' };
  return { pointer: `/${context}${instancePath}`, detail: message ?? 'not valid' };
}

/** The body of a problem answer; `instance` is the number of the request. */
export function problemBody(problem: Problem, language: 'zh' | 'en', instance: string): object {
  return {
    type: `urn:vatrisk:problem:${problem.problem}`,
    title: PROBLEM_TYPES[problem.problem].title[language],
    status: problem.status,
    detail: problem.detail[language],
    instance,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
  };
}

/** Chinese unless English is asked for before it. */
export function languageOf(acceptLanguage: string | undefined): 'zh' | 'en' {
  const wishes = (acceptLanguage ?? '').split(',').map((part, at) => {
    const [tag = '', weight = ''] = part.trim().toLowerCase().split(';');
    const quality = /^\s*q=([01](?:\.\d{0,3})?)\s*$/u.exec(weight);
    return { tag: tag.trim(), quality: quality === null ? 1 : Number(quality[1]), at };
  });
  wishes.sort((a, b) => b.quality - a.quality || a.at - b.at);
  const wish = wishes.find(({ tag, quality }) => quality > 0 && /^(?:zh|en)(?:-|$)/u.test(tag));
  return wish?.tag.startsWith('en') === true ? 'en' : 'zh';
}
