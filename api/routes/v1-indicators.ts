import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Problem } from '../problems/problem.ts';
import { Indicator, Indicators } from '../schemas/catalogue.ts';
import { answers, closed, IndicatorCode, snapshotProblems } from '../schemas/common.ts';
import type { Services } from '../services.ts';
import { answerReference } from './reference.ts';

const tags = ['indicators'];

/** The catalogue of the night: what the 64 ask, with the thresholds and queries that were in force. */
export const indicatorRoutes: FastifyPluginCallbackTypebox<{ services: Services }> = (app, { services }, done) => {
  app.get('/indicators', {
    config: { permission: 'indicator:read', action: 'indicator.list' },
    schema: { tags, summary: '指标目录与代码含义 the catalogue, and the words of all codes', response: answers(Indicators, snapshotProblems()) },
  }, (request, reply) => answerReference(services, request, reply, ({ catalogue }) => ({
    indicators: catalogue.indicators, words: catalogue.words, states: catalogue.states,
  })));

  app.get('/indicators/:code', {
    config: { permission: 'indicator:read', action: 'indicator.read' },
    schema: { tags, summary: '一项指标：问题、阈值、依据、核查方法 one indicator', params: closed({ code: IndicatorCode }), response: answers(Indicator, snapshotProblems('not-found')) },
  }, (request, reply) => answerReference(services, request, reply, ({ catalogue }) => {
    const entry = catalogue.indicators.find(({ code }) => code === request.params.code.toUpperCase());
    if (entry === undefined) throw new Problem('not-found');
    return entry;
  }));
  done();
};
