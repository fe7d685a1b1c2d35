export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface ProblemType {
  readonly status: number;
  readonly title: Words;
  /** What happened and what to do, where nothing more can be said. */
  readonly detail: Words;
}

const type = (status: number, zh: string, en: string, detailZh: string, detailEn: string): ProblemType => ({ status, title: { zh, en }, detail: { zh: detailZh, en: detailEn } });

/** Every problem the API answers with (RFC 9457); the type is urn:vatrisk:problem:<name>. */
export const PROBLEM_TYPES = {
  'request-invalid': type(400, '请求不符合要求', 'The request is not as described', '请按 errors 所列各项更正后重试。', 'Correct what errors lists and send it again.'),
  'cursor-invalid': type(400, '翻页标记无效', 'The page cursor is not valid', '翻页标记须原样取自上一页的 next，并与同一查询条件一起使用；请从第一页重新开始。', 'A cursor is taken unchanged from next of the page before and sent with the same question; begin again with the first page.'),
  'purpose-missing': type(400, '未说明用途', 'No purpose was stated', '查看未脱敏信息须在请求头 X-Purpose 中说明用途（如案件编号，至少4个字，可用百分号编码）。', 'To see names unmasked, state a purpose of four characters or more in the header X-Purpose, such as a case number; percent-encode what is not ASCII.'),
  'token-missing': type(401, '未提供凭证', 'No credentials', '请在请求头 Authorization 中提供 Bearer 凭证。', 'Send a bearer token in the header Authorization.'),
  'token-invalid': type(401, '凭证无效', 'The credentials are not valid', '凭证无法识别或签名不符；请重新登录或联系系统管理员。', 'The token is unknown or its signature does not hold; log in again or ask the system administrator.'),
  'token-expired': type(401, '凭证已过期', 'The credentials have expired', '请重新登录或申请新的凭证。', 'Log in again or ask for a new token.'),
  'token-revoked': type(401, '凭证已停用', 'The credentials were revoked', '请联系系统管理员。', 'Ask the system administrator.'),
  'grants-invalid': type(403, '授权信息无效', 'The grants are not valid', '凭证中的角色或行政区划授权无法识别；请联系安全管理员。', 'Roles or regions of the token are not understood; ask the security administrator.'),
  'duties-not-separate': type(403, '三员职责未分离', 'Duties are not separate', '系统管理、安全管理、审计管理三员不得兼任，也不得兼有业务角色。', 'System, security and audit administration may not be held together, nor with any other role.'),
  'permission-missing': type(403, '没有该项权限', 'The permission is missing', '当前角色不含此项操作的权限。', 'None of your roles may do this.'),
  'not-found': type(404, '未找到', 'Not found', '没有该对象，或其不在您的授权范围内。', 'There is no such thing, or it lies outside your regions.'),
  'export-not-ready': type(409, '导出尚未完成', 'The export is not finished', '请稍后再取；GET /api/v1/exports/{id} 给出进度。', 'Fetch it later; GET /api/v1/exports/{id} tells its progress.'),
  'snapshot-gone': type(410, '翻页所依据的结果已更新', 'The snapshot of this page is gone', '数据已更新为新的批次；请从第一页重新查询。', 'A newer night has been published; begin again with the first page.'),
  'body-too-large': type(413, '请求内容过大', 'The body is too large', '请缩小请求内容或分批提交。', 'Send less, or in parts.'),
  'media-type-unsupported': type(415, '不支持的内容类型', 'The media type is not supported', '请求内容须为 application/json。', 'Send application/json.'),
  'too-many-requests': type(429, '请求过于频繁', 'Too many requests', '请按 Retry-After 所示时间后重试。', 'Try again after the time in Retry-After.'),
  'exports-waiting': type(429, '排队中的导出过多', 'Too many exports wait', '请待前面的导出完成后再提交。', 'Wait until earlier exports have finished.'),
  'request-header-too-large': type(431, '请求头过大', 'The header is too large', '请缩短请求头。', 'Send shorter headers.'),
  internal: type(500, '内部错误', 'Internal error', '服务出现意外错误，已记入日志；请向运维人员提供 instance。', 'Something unexpected happened and was logged; give instance to the operators.'),
  'snapshot-missing': type(503, '尚无可用结果', 'No snapshot is served', '尚未发布任何批次，请稍后再试。', 'No night has been published yet; try again later.'),
  'snapshot-old': type(503, '当前批次版本过旧', 'The snapshot is too old', '当前批次由旧版本发布，不含所需内容；请重新运行后再试。', 'The night was published by an older version without what this needs; run it again.'),
  'audit-unavailable': type(503, '审计日志无法写入', 'The audit log cannot be written', '无法留痕时不提供涉税信息；请联系运维人员。', 'What cannot be recorded is not given out; tell the operators.'),
  'issuer-unreachable': type(503, '身份认证服务不可用', 'The issuer cannot be reached', '暂时无法核验凭证，请稍后再试。', 'Credentials cannot be checked just now; try again later.'),
  busy: type(503, '服务繁忙', 'The service is busy', '请稍后重试。', 'Try again in a moment.'),
  'query-timeout': type(503, '查询超时', 'The query took too long', '请缩小查询范围后重试。', 'Narrow the question and try again.'),
} as const satisfies Readonly<Record<string, ProblemType>>;

export type ProblemName = keyof typeof PROBLEM_TYPES;
export const PROBLEM_NAMES = Object.keys(PROBLEM_TYPES) as readonly ProblemName[];
