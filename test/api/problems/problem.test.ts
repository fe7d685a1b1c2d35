import { describe, expect, it } from 'vitest';
import { IdentityRefused } from '../../../api/identity/identity.ts';
import { asProblem, languageOf, Problem, problemBody } from '../../../api/problems/problem.ts';
import { PROBLEM_NAMES, PROBLEM_TYPES } from '../../../api/problems/problem-types.ts';
import { ERROR_CATALOGUE, VatRiskError, type ErrorCode } from '../../../pipeline/shared/errors.ts';

describe('the language of an answer', () => {
  it.each([
    [undefined, 'zh'], ['', 'zh'], ['en', 'en'], ['en-GB', 'en'], ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'], ['en;q=0.5, zh;q=0.9', 'zh'], ['fr, en;q=0.3', 'en'], ['en;q=0, zh', 'zh'], ['en;q=0', 'zh'],
    ['de-DE', 'zh'], ['*', 'zh'], ['english', 'zh'], [';;;,,q=en', 'zh'], ['EN', 'en'],
  ] as const)('asked for as %s is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('problems', () => {
  it('say in both languages what happened and what to do', () => {
    for (const name of PROBLEM_NAMES) {
      const { title, detail, status } = PROBLEM_TYPES[name];
      expect([title.zh, detail.zh].every((text) => /[\u4e00-\u9fff]/u.test(text)) && [title.en, detail.en].every((text) => text !== '' && !/[\u4e00-\u9fff]/u.test(text)), name).toBe(true);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(problemBody(new Problem(name), 'en', 'request-1')).toEqual({ type: `urn:vatrisk:problem:${name}`, title: title.en, status, detail: detail.en, instance: 'request-1' });
    }
  });

  it('come of every error of ours, and tell nothing of its message', () => {
    for (const code of Object.keys(ERROR_CATALOGUE) as ErrorCode[]) {
      const body = JSON.stringify(problemBody(asProblem(new VatRiskError(code, 'hidden 91530100MA6K000013', { details: ['hidden too'] })), 'zh', ''));
      expect(body).not.toContain('hidden');
    }
    expect(asProblem(new VatRiskError('QUERY_TIMEOUT', '')).problem).toBe('query-timeout');
    expect(asProblem(new IdentityRefused('token-expired', 'hidden')).status).toBe(401);
    expect(asProblem(new TypeError('hidden'))).toMatchObject({ problem: 'internal', status: 500 });
    for (const thrown of ['text', null, undefined, 5]) expect(asProblem(thrown)).toMatchObject({ problem: 'internal' });
  });

  it('point to every fault of a request', () => {
    const error = { validationContext: 'querystring', validation: [{ instancePath: '', params: { additionalProperty: 'a/b~c' } }, { instancePath: '/limit', message: 'must be >= 1', params: {} }] };
    expect(asProblem(error).errors).toEqual([{ pointer: '/querystring/a~1b~0c', detail: 'unknown field' }, { pointer: '/querystring/limit', detail: 'must be >= 1' }]);
  });
});
