import { Type, type Static } from 'typebox';
import { After, ApplicationId, closed, Color, IndicatorCode, Lane, Level, Limit, orNull, RingId, stamp, TaxpayerId } from './common.ts';
import { claimColumns } from './claim.ts';
import { gradeColumns } from './taxpayer.ts';

/** Most rows of a page as JSON, and as an Arrow stream. */
export const MOST_ROWS = { json: 200, arrow: 10_000 } as const;

/** One word or several; several are alternatives. */
const oneOrMore = <T extends Parameters<typeof Type.Array>[0]>(word: T, most = 100) => Type.Union([word, Type.Array(word, { minItems: 1, maxItems: most })]);
const prefix = (pattern: string, description: string) => Type.String({ pattern, description });
const paging = {
  limit: Type.Optional(Limit(MOST_ROWS.arrow)),
  after: Type.Optional(After),
  count: Type.Optional(Type.Boolean({ description: '返回总数 tell the total' })),
};

/** What taxpayers are asked for; all parts must be met. */
export const taxpayerFilters = {
  ids: Type.Optional(Type.Array(TaxpayerId, { minItems: 1, maxItems: 1000, description: '纳税人识别号' })),
  name: Type.Optional(Type.String({ minLength: 2, maxLength: 100, pattern: '^[^\\p{Cc}\\p{Cs}]*$', description: '名称中的连续文字 part of the name' })),
  level: Type.Optional(oneOrMore(Level)),
  color: Type.Optional(oneOrMore(Color)),
  region: Type.Optional(oneOrMore(prefix('^[0-9]{1,6}$', '行政区划代码前缀 prefix of a division code'))),
  industry: Type.Optional(oneOrMore(prefix('^[A-Z]?[0-9]{0,4}$', '行业代码前缀 prefix of an industry code'))),
  indicator: Type.Optional(oneOrMore(IndicatorCode)),
  ring: Type.Optional(RingId),
  amount: Type.Optional(closed({ minimum: Type.Optional(Type.Number({ minimum: 0, maximum: 1e15 })), maximum: Type.Optional(Type.Number({ minimum: 0, maximum: 1e15 })) }, '涉及税额（元） amount at risk, yuan')),
};

export const TaxpayerSearch = closed({ ...taxpayerFilters, ...paging }, '按条件查询，按得分由高到低 by falling score');
export type TaxpayerSearchBody = Static<typeof TaxpayerSearch>;

export const ClaimSearch = closed({
  ids: Type.Optional(Type.Array(ApplicationId, { minItems: 1, maxItems: 1000 })),
  taxpayer: Type.Optional(Type.Array(TaxpayerId, { minItems: 1, maxItems: 1000 })),
  lane: Type.Optional(oneOrMore(Lane)),
  level: taxpayerFilters.level,
  color: taxpayerFilters.color,
  region: taxpayerFilters.region,
  industry: taxpayerFilters.industry,
  indicator: taxpayerFilters.indicator,
  period: Type.Optional(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}$', description: '所属期' })),
  open: Type.Optional(Type.Boolean({ description: '只看未办结的申请 open claims only' })),
  amount: taxpayerFilters.amount,
  ...paging,
}, '按条件查询退税申请：未办结的按办理顺序在前，其余按申请编号 open claims by their place in the queue, the others by number');
export type ClaimSearchBody = Static<typeof ClaimSearch>;

const page = <T extends Parameters<typeof Type.Array>[0]>(item: T) => closed({
  ...stamp, items: Type.Array(item), next: orNull(Type.String({ description: '下一页标记；末页为空 cursor of the next page' })), total: Type.Optional(Type.Integer()),
});
export const TaxpayerPage = page(closed(gradeColumns));
export const ClaimPage = page(closed(claimColumns));
