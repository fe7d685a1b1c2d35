import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Problem } from '../problems/problem.ts';
import { EvidenceRepository } from '../repositories/evidence.ts';
import { RingRepository } from '../repositories/rings.ts';
import { SearchRepository, type TaxpayerPlace } from '../repositories/search.ts';
import { TaxpayerRepository } from '../repositories/taxpayers.ts';
import { closed, IndicatorCode, answers, snapshotProblems, TaxpayerId, Unmask } from '../schemas/common.ts';
import { TaxpayerRings } from '../schemas/ring.ts';
import { TaxpayerPage, TaxpayerSearch } from '../schemas/search.ts';
import { Evidence, gradeColumns, IndicatorResults, OutcomeQuery, Risk } from '../schemas/taxpayer.ts';
import type { Services } from '../services.ts';
import { answerSearch, searchResponses } from './search-answer.ts';
import { answerSensitive, stampOf } from './sensitive.ts';

const IdParams = closed({ id: TaxpayerId });
const tags = ['taxpayers'];
const subjectOf = (id: string) => ({ object_type: 'taxpayer', object_id: id });

/** Routes about one taxpayer, and the search for taxpayers. */
export const taxpayerRoutes: FastifyPluginCallbackTypebox<{ services: Services }> = (app, { services }, done) => {
  app.get('/taxpayers/:id/risk', {
    config: { permission: 'taxpayer:read', action: 'taxpayer.read' },
    schema: { tags, summary: '一户的等级、理由与覆盖 grade, lanes, reasons, coverage', params: IdParams, querystring: Unmask, response: answers(Risk, snapshotProblems('not-found', 'purpose-missing')) },
  }, (request, reply) => {
    const id = request.params.id.toUpperCase();
    return answerSensitive(services, request, reply, subjectOf(id), null, ({ snapshot, scope, isMasked }) => ({
      body: new TaxpayerRepository(snapshot).riskJson(scope, id, isMasked), rows: 1,
    }));
  });

  app.get('/taxpayers/:id/indicators', {
    config: { permission: 'taxpayer:read', action: 'taxpayer.indicators' },
    schema: { tags, summary: '64项指标结果 the 64 results', params: IdParams, querystring: OutcomeQuery, response: answers(IndicatorResults, snapshotProblems('not-found')) },
  }, (request, reply) => {
    const id = request.params.id.toUpperCase();
    return answerSensitive(services, request, reply, subjectOf(id), null, async ({ snapshot, scope }) => {
      const indicators = await new TaxpayerRepository(snapshot).indicators(scope, id, request.query.outcome);
      return { body: { ...stampOf(snapshot), taxpayer_id: id, indicators }, rows: indicators.length };
    });
  });

  app.get('/taxpayers/:id/indicators/:code/evidence', {
    config: { permission: 'taxpayer:read', action: 'taxpayer.evidence' },
    schema: { tags, summary: '某项指标背后的明细 rows behind one indicator', params: closed({ id: TaxpayerId, code: IndicatorCode }), querystring: Unmask, response: answers(Evidence, snapshotProblems('not-found', 'purpose-missing')) },
  }, (request, reply) => {
    const [id, code] = [request.params.id.toUpperCase(), request.params.code.toUpperCase()];
    return answerSensitive(services, request, reply, subjectOf(id), null, async ({ snapshot, scope, isMasked }) => {
      const entry = snapshot.catalogue.indicators.find((one) => one.code === code);
      if (entry === undefined) throw new Problem('not-found');
      const { rows, outside, sql } = await new EvidenceRepository(snapshot).rows(scope, id, entry, isMasked);
      const { order, columns } = entry.evidence;
      return { body: { ...stampOf(snapshot), taxpayer_id: id, code, order, columns, rows, outside, sql }, rows: rows.length };
    });
  });

  app.get('/taxpayers/:id/rings', {
    config: { permission: 'ring:read', action: 'taxpayer.rings' },
    schema: { tags, summary: '所在的团伙线索 its rings', params: IdParams, response: answers(TaxpayerRings, snapshotProblems('not-found')) },
  }, (request, reply) => {
    const id = request.params.id.toUpperCase();
    return answerSensitive(services, request, reply, subjectOf(id), null, async ({ snapshot, scope }) => {
      const rings = await new RingRepository(snapshot).some(scope, await new TaxpayerRepository(snapshot).ringIds(scope, id));
      return { body: { ...stampOf(snapshot), taxpayer_id: id, rings }, rows: rings.length };
    });
  });

  app.post('/taxpayers/search', {
    config: { permission: 'taxpayer:search', action: 'taxpayer.search' },
    schema: { tags, summary: '查询纳税人 search taxpayers', querystring: Unmask, body: TaxpayerSearch, response: searchResponses(TaxpayerPage) },
  }, (request, reply) => answerSearch<TaxpayerPlace>(services, request, reply, {
    objectType: 'taxpayers', body: request.body, columns: gradeColumns, place: ['number', 'string'],
    find: ({ snapshot, scope }, wish) => new SearchRepository(snapshot).taxpayers(scope, request.body, wish),
  }));
  done();
};
