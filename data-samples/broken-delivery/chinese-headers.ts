/** The taxpayer register as a Chinese system exports it: Chinese headers and values. */
import type { Table } from './csv.ts';

const HEADERS: Readonly<Record<string, string>> = {
  taxpayer_id: '纳税人识别号', taxpayer_name: '纳税人名称', entity_kind: '主体类型', vat_status: '增值税纳税人身份', general_from: '一般纳税人生效日期',
  registered_on: '登记日期', industry_code: '行业代码', industry_section: '行业门类', registered_capital: '注册资本', paid_in_capital: '实收资本', address_key: '地址归一码',
  district_code: '行政区划代码', tax_authority_code: '主管税务机关代码', status: '纳税人状态', status_from: '状态起始日期', export_method: '出口退税方式',
  agent_id: '代理记账机构识别号', head_office_id: '总机构识别号',
};

const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  entity_kind: { enterprise: '企业', individual: '个体工商户', cooperative: '农民专业合作社', other_unit: '非企业单位', natural_person: '自然人' },
  vat_status: { general: '一般纳税人', small: '小规模纳税人' },
  status: { normal: '正常', abnormal: '非正常', absconded: '走逃失联', suspended: '停业', liquidation: '清算', bankrupt: '破产', deregistering: '注销申请中', deregistered: '注销' },
  export_method: { none: '无', exempt_credit_refund: '免抵退', exempt_refund: '免退' },
};

export function chineseTaxpayers(table: Table): Table {
  const translated = (column: string, cell: string | number): string | number => VALUES[column]?.[String(cell)] ?? cell;
  return {
    columns: table.columns.map((column) => HEADERS[column] ?? column),
    rows: table.rows.map((row) => row.map((cell, index) => translated(table.columns[index] ?? '', cell))),
  };
}
