import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { maskName } from '../../pipeline/shared/mask.ts';
import { ClaimRepository } from '../repositories/claims.ts';
import { SearchRepository, type ClaimPlace } from '../repositories/search.ts';
import { ClaimDetail, claimColumns } from '../schemas/claim.ts';
import { ApplicationId, closed, answers, snapshotProblems, Unmask } from '../schemas/common.ts';
import { ClaimPage, ClaimSearch } from '../schemas/search.ts';
import type { Services } from '../services.ts';
import { answerSearch, searchResponses } from './search-answer.ts';
import { answerSensitive, stampOf } from './sensitive.ts';

const tags = ['claims'];

/** Routes about refund applications. */
export const claimRoutes: FastifyPluginCallbackTypebox<{ services: Services }> = (app, { services }, done) => {
  app.get('/claims/:applicationId', {
    config: { permission: 'claim:read', action: 'claim.read' },
    schema: { tags, summary: '一笔退税申请 one refund application', params: closed({ applicationId: ApplicationId }), querystring: Unmask, response: answers(ClaimDetail, snapshotProblems('not-found', 'purpose-missing')) },
  }, (request, reply) => {
    const id = request.params.applicationId;
    return answerSensitive(services, request, reply, { object_type: 'claim', object_id: id }, null, async ({ snapshot, scope, isMasked }) => {
      const claim = await new ClaimRepository(snapshot).claim(scope, id);
      return { body: { ...stampOf(snapshot), ...claim, taxpayer_name: isMasked ? maskName(claim.taxpayer_name) : claim.taxpayer_name }, rows: 1 };
    });
  });

  app.post('/claims/search', {
    config: { permission: 'claim:read', action: 'claim.search' },
    schema: { tags, summary: '查询退税申请 search refund applications', querystring: Unmask, body: ClaimSearch, response: searchResponses(ClaimPage) },
  }, (request, reply) => answerSearch<ClaimPlace>(services, request, reply, {
    objectType: 'claims', body: request.body, columns: claimColumns, place: ['number', 'string'],
    find: ({ snapshot, scope }, wish) => new SearchRepository(snapshot).claims(scope, request.body, wish),
  }));
  done();
};
