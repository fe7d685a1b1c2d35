import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

// Runs, exports and callers change without a new snapshot: answers about them bear no tag.
const UNTAGGED: ReadonlySet<string> = new Set(['run:read', 'export:create', 'identified']);
const NOT_MODIFIED = { description: 'If-None-Match 所列即当前内容 what If-None-Match names is still so', type: 'null' };
// Told here and not to the validator: what is wrong with a purpose has a problem type of its own.
const PURPOSE = { type: 'object', properties: { 'X-Purpose': { type: 'string', description: '显示完整名称时必填的用途，如案件编号，4至200个字，可用百分号编码 purpose, needed with unmask; percent-encode what is not ASCII' } } };

/** How the API describes itself: OpenAPI 3.1 from the schemas of the routes. */
export function openApiDocument(): FastifyDynamicSwaggerOptions {
  return {
    refResolver: { buildLocalReference: (schema, _base, _fragment, at) => (typeof schema['$id'] === 'string' ? schema['$id'] : `schema-${at}`) },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '增值税风险扫描 vatrisk',
        version: '1',
        description: '每户纳税人、每笔留抵退税申请的风险等级、理由与证据。结果为供人工核查的疑点与线索，不作为认定依据。\n\nRisk grades of taxpayers and refund applications with their reasons and evidence: leads for a person to verify, never findings. Fields of a taxpayer are named as the columns of the published snapshot; money is text with two decimals, in yuan.',
      },
      tags: [
        { name: 'taxpayers', description: '纳税人' }, { name: 'claims', description: '退税申请' }, { name: 'rings', description: '团伙线索' }, { name: 'indicators', description: '指标目录' },
        { name: 'exports', description: '案源导出' }, { name: 'runs', description: '批次' }, { name: 'me', description: '当前身份' }, { name: 'operations', description: '运行' },
      ],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: '统一身份认证签发的 JWT，或 vatrisk token create 签发的凭证 a JWT of the issuer, or a token of "vatrisk token create"' } } },
    },
    transform: ({ schema, url, route }) => {
      const permission = route.config?.permission;
      const isTagged = route.method === 'GET' && permission !== undefined && !UNTAGGED.has(permission);
      const takesPurpose = 'unmask' in ((schema?.querystring as { properties?: object } | undefined)?.properties ?? {});
      const description = permission === 'identified' ? '须有有效凭证 needs valid credentials' : `权限 permission: ${permission ?? ''}`;
      return {
        schema: {
          ...schema,
          ...(isTagged ? { response: { ...(schema?.response as object), 304: NOT_MODIFIED } } : {}),
          ...(takesPurpose ? { headers: PURPOSE } : {}),
          ...(permission === undefined ? {} : { security: [{ bearer: [] }], description }),
        },
        url,
      };
    },
  };
}
