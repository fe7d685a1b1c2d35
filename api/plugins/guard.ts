import type {} from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { RegionScope } from '../../pipeline/shared/region-scope.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import { scopeOf, type Identity } from '../identity/identity.ts';
import type { Permission } from '../identity/roles.ts';
import { asProblem, Problem } from '../problems/problem.ts';
import { closed } from '../schemas/common.ts';
import type { Services } from '../services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to do, or `identified` where it is enough to be known. A route without it is open to everybody and gives out no taxpayer. */
    permission?: Permission | 'identified';
    /** How the audit log calls it, as noun and verb. */
    action?: string;
  }
  interface FastifyRequest {
    identity: Identity;
    /** Districts in which the caller has the permission of the route. */
    scope: RegionScope;
  }
}

const NOBODY: Identity = { id: '', kind: 'person', grants: [] };

/** What follows from the grants of an identity, worked out once: identities are kept from request to request and never change. */
interface Standing {
  readonly roles: readonly string[];
  readonly regions: readonly string[];
  readonly scopes: Map<Permission, RegionScope | null>;
}

const standings = new WeakMap<Identity, Standing>();

function standingOf(identity: Identity): Standing {
  let standing = standings.get(identity);
  if (standing === undefined) {
    standing = { roles: identity.grants.flatMap(({ roles }) => roles), regions: identity.grants.flatMap(({ regions }) => regions), scopes: new Map() };
    standings.set(identity, standing);
  }
  return standing;
}

/** The districts in which an identity has a permission, or null. */
function keptScopeOf(identity: Identity, permission: Permission): RegionScope | null {
  const { scopes } = standingOf(identity);
  let scope = scopes.get(permission);
  if (scope === undefined) {
    scope = scopeOf(identity, permission);
    scopes.set(permission, scope);
  }
  return scope;
}

/** What the audit log keeps of a caller and a request. */
export function auditOf(request: FastifyRequest, event: Pick<AuditEvent, 'outcome'> & Partial<AuditEvent>): AuditEvent {
  const { identity } = request;
  const { roles, regions } = standingOf(identity);
  const { object_type = '', object_id = '', purpose = '', reason = '', rows = 0, snapshot_id = '', outcome } = event;
  return {
    actor: identity.id, roles, regions, address: request.ip, action: request.routeOptions.config.action ?? 'request',
    object_type, object_id, purpose, outcome, reason, rows, request_id: request.id, snapshot_id,
  };
}

function guard(app: FastifyInstance, { services }: { services: Services }, done: () => void): void {
  const { authenticate, audit, settings } = services;
  const window = { timeWindow: '1 minute', max: settings.rate_limit_per_minute, cache: 50_000 };
  const identityLimit = app.createRateLimit({ ...window, keyGenerator: (request) => `identity:${request.identity.id}` });
  // Whoever is turned away writes to the audit log with every try: the log must not be filled up that way.
  const refusalLimit = app.createRateLimit({ ...window, keyGenerator: (request) => `address:${request.ip}` });

  // A route that says nothing of its query takes none: a filter that is misspelt or meant for another route must not be passed over.
  app.addHook('onRoute', (route) => {
    if (route.config?.permission !== undefined && route.schema?.querystring === undefined) route.schema = { ...route.schema, querystring: closed({}) };
  });
  app.decorateRequest('identity', null as unknown as Identity);
  app.decorateRequest('scope', null as unknown as RegionScope);
  app.addHook('onRequest', async (request, reply) => {
    const { permission } = request.routeOptions.config;
    if (permission === undefined) return;
    request.identity = NOBODY;
    try {
      request.identity = await authenticate(request.headers.authorization);
    } catch (error) {
      const wait = await spent(refusalLimit(request));
      if (wait !== null) void reply.header('Retry-After', wait);
      throw await refused(request, asProblem(error), wait);
    }
    const limit = await spent(identityLimit(request));
    if (limit !== null) {
      void reply.header('Retry-After', limit);
      throw await refused(request, new Problem('too-many-requests'), await spent(refusalLimit(request)));
    }
    if (permission === 'identified') return;
    const scope = keptScopeOf(request.identity, permission);
    if (scope === null) throw await refused(request, new Problem('permission-missing'), null);
    request.scope = scope;
  });
  done();

  /** Keeps a refusal in the audit log, unless the caller was told often enough. */
  async function refused(request: FastifyRequest, problem: Problem, isSpent: number | null): Promise<Problem> {
    if (isSpent !== null) return new Problem('too-many-requests');
    if (problem.status < 500) await audit.append(auditOf(request, { outcome: 'refused', reason: problem.problem }));
    return problem;
  }
}

/** Seconds until the next request is allowed, or null while there are some left. */
async function spent(limit: ReturnType<ReturnType<FastifyInstance['createRateLimit']>>): Promise<number | null> {
  const state = await limit;
  return state.isAllowed || !state.isExceeded ? null : state.ttlInSeconds;
}

/** Lets in who may come in, and keeps the rest out with a reason. Routes say by `config.permission` what they ask for. */
export const guardPlugin = fastifyPlugin(guard, { name: 'guard', dependencies: ['@fastify/rate-limit'] });
