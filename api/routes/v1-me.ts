import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { scopeOf } from '../identity/identity.ts';
import { PERMISSIONS } from '../identity/roles.ts';
import { accessProblems, answers, closed } from '../schemas/common.ts';

const Me = closed({
  id: Type.String(), kind: Type.String(),
  grants: Type.Array(closed({ roles: Type.Array(Type.String()), regions: Type.Array(Type.String()) })),
  permissions: Type.Record(Type.String(), Type.Array(Type.String()), { description: '各项权限适用的行政区划前缀 regions of each permission' }),
});

/** Who the caller is taken for, and what it may do where. */
export const meRoute: FastifyPluginCallbackTypebox<object> = (app, _options, done) => {
  app.get('/me', {
    config: { permission: 'identified', action: 'me.read' },
    schema: { tags: ['me'], summary: '当前身份与权限 who you are and what you may do', response: answers(Me, accessProblems()) },
  }, (request, reply) => {
    const { identity } = request;
    const permissions = PERMISSIONS.flatMap((permission) => {
      const scope = scopeOf(identity, permission);
      return scope === null ? [] : [[permission, [...scope.prefixes]]];
    });
    void reply.header('Cache-Control', 'no-store');
    return { id: identity.id, kind: identity.kind, grants: identity.grants, permissions: Object.fromEntries(permissions) as Record<string, string[]> };
  });
  done();
};
