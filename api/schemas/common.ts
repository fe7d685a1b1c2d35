import { Type, type TSchema, type TProperties } from 'typebox';
import { PROBLEM_TYPES, type ProblemName } from '../problems/problem-types.ts';

/** An object without further members. */
export const closed = <P extends TProperties>(properties: P, description?: string) => Type.Object(properties, { additionalProperties: false, ...(description === undefined ? {} : { description }) });
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const TaxpayerId = Type.String({ pattern: '^[0-9A-Za-z_-]{1,32}$', description: '纳税人识别号 identifier of a taxpayer, such as 91530100MA6K000013' });
export const ApplicationId = Type.String({ pattern: '^[^\\s\\p{C}]{1,64}$', description: '退税申请编号 number of a refund application' });
export const RingId = Type.String({ pattern: '^[0-9A-Za-z]{1,32}$', description: '团伙编号 identifier of a ring' });
export const IndicatorCode = Type.String({ pattern: '^[A-Za-z]{2}-[0-9]{2}$', description: '指标编码 code of an indicator, such as VR-22' });
export const RunId = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$', description: '批次号 identifier of a run' });
export const Money = Type.String({ pattern: '^-?[0-9]+\\.[0-9]{2}$', description: 'yuan with two decimals, as text so that no digit is lost' });
export const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
export const Level = Type.Enum(['none', 'low', 'medium', 'high', 'insufficient_data']);
export const Color = Type.Enum(['none', 'blue', 'yellow', 'orange', 'red']);
export const Lane = Type.Enum(['fast', 'normal', 'suspend', 'condition_not_met', 'amount_correction']);
export const Words = closed({ zh: Type.String(), en: Type.String() });

/** Which night an answer is of; part of every answer about a taxpayer. */
export const stamp = { asOf: Type.String({ description: '数据截止日 day of knowledge of the snapshot' }), snapshotId: Type.String({ description: '批次号 run that published it' }) };

export const Unmask = closed({ unmask: Type.Optional(Type.Boolean({ description: '显示完整名称，须在 X-Purpose 中说明用途 names in full; needs a purpose in X-Purpose' })) });
export const After = Type.String({ maxLength: 1024, pattern: '^[0-9A-Za-z_-]+$', description: '上一页的 next cursor: next of the page before' });
export const Limit = (maximum: number) => Type.Integer({ minimum: 1, maximum, description: '每页条数 rows of a page' });

/** A problem (RFC 9457), known to all routes by its name. */
export const ProblemSchema = Type.Object({
  type: Type.String({ description: 'urn:vatrisk:problem:<name>' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String({ description: '中文或英文，依 Accept-Language Chinese or English by Accept-Language' }),
  instance: Type.String({ description: '请求编号 number of the request' }),
  errors: Type.Optional(Type.Array(closed({ pointer: Type.String(), detail: Type.String() }))),
}, { $id: 'Problem', additionalProperties: false });

/** Answers of a route to what goes wrong, by status. */
export function problemResponses(...names: readonly ProblemName[]): Record<number, object> {
  const statuses = [...new Set(names.map((name) => PROBLEM_TYPES[name].status))].sort();
  return Object.fromEntries(statuses.map((status) => {
    const own = names.filter((name) => PROBLEM_TYPES[name].status === status);
    return [status, { description: own.map((name) => `${name}: ${PROBLEM_TYPES[name].title.zh} ${PROBLEM_TYPES[name].title.en}`).join('; '), content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } }];
  }));
}

const ACCESS = ['request-invalid', 'token-missing', 'token-invalid', 'token-expired', 'token-revoked', 'grants-invalid', 'duties-not-separate', 'permission-missing', 'too-many-requests', 'internal', 'issuer-unreachable', 'audit-unavailable', 'busy'] as const;

/** What can go wrong on every route that asks who calls. */
export const accessProblems = (...more: readonly ProblemName[]) => problemResponses(...ACCESS, ...more);
/** … and on every route about a snapshot. */
export const snapshotProblems = (...more: readonly ProblemName[]) => accessProblems('snapshot-missing', 'snapshot-old', 'query-timeout', ...more);

/** Responses of a route: its answer, which the serializer holds to its schema, and its problems. */
export const answers = (answer: TSchema, problems: Readonly<Record<number, object>>): Record<number, object> => ({ 200: answer, ...problems });
