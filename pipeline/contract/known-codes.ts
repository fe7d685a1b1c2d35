/** What a code of the input contract means, for readers of a report: Chinese first. */
export interface CodeText {
  readonly zh: string;
  readonly en: string;
}

/** A row with one of these is quarantined whole. */
export const REJECT_CODES = {
  E_COLUMNS: { zh: '字段数与表头不一致', en: 'number of fields differs from the header' },
  E_MISSING: { zh: '必填项为空', en: 'required value empty' },
  E_ID_FORMAT: { zh: '识别号、发票代码或号码格式不符', en: 'own id, invoice code or number not in an accepted form' },
  E_ID_PRECISION: { zh: '识别号因科学计数法丢失位数', en: 'digits of an id lost to scientific notation' },
  E_DATE: { zh: '日期无法识别或超出范围', en: 'not a date, or out of range' },
  E_PERIOD: { zh: '所属期无法识别或超出范围', en: 'not a period, or out of range' },
  E_AMOUNT_PARSE: { zh: '金额或数量无法识别', en: 'money or quantity not readable' },
  E_RANGE: { zh: '数值超出该列的规定范围', en: 'number outside the stated range of the column' },
  E_ENUM: { zh: '取值不在代码表内', en: 'value not in the list' },
  E_PARTITION: { zh: '分区值与列值矛盾', en: 'partition value contradicts the column' },
  E_DUPLICATE_KEY: { zh: '主键与已接受的行相同而内容不同', en: 'same key as an accepted row, other contents' },
  E_KEY_CONFLICT: { zh: '同一发票的购销方、日期或金额税额与已接受的副本不同', en: 'same invoice, but seller, buyer, date, amount or tax differ from the accepted copy' },
  E_SUPERSEDED: { zh: '同一发票已有状态更新的副本', en: 'same invoice facts, older status than the accepted copy' },
  E_REF: { zh: '所依附的上级记录不存在', en: 'required parent row absent' },
} as const satisfies Record<string, CodeText>;

/** The row is kept; the code is counted and shown beside every indicator that used the row. */
export const WARNING_CODES = {
  W_TOTAL_MISMATCH: { zh: '金额加税额与价税合计不符', en: 'amount + tax differs from the total' },
  W_SIGN: { zh: '金额与税额符号相反，或红字发票金额为正', en: 'amount and tax of opposite sign, or red with a positive amount' },
  W_STATUS_INFERRED: { zh: '发票状态由其他信息推定', en: 'invoice status inferred from other values' },
  W_REVERSED_WITHOUT_RED: { zh: '蓝字发票标记已红冲但无对应红字发票', en: 'marked as reversed, but no red invoice points to it' },
  W_USCC_CHECKDIGIT: { zh: '统一社会信用代码校验码不符', en: 'check character of the 18-character id is wrong' },
  W_ID_ROUNDED: { zh: '识别号疑被电子表格截断为15位有效数字', en: 'id looks rounded by a spreadsheet to 15 digits' },
  W_ID_SCIENTIFIC: { zh: '识别号由科学计数法或小数形式还原', en: 'id restored from scientific notation or a trailing .0' },
  W_ID_FORMAT: { zh: '对方识别号或代码格式不符，按外部单位保留或置空', en: 'counterparty id or code of unusual form: kept as external party, or emptied' },
  W_PARTY_NAMELESS_ID: { zh: '对方无识别号，以名称区分', en: 'party without id, told apart by its name' },
  W_NUMBER_PADDED: { zh: '发票号码已补足前导零', en: 'leading zeros of an invoice number restored' },
  W_NO_CODE: { zh: '旧式发票缺发票代码', en: 'legacy invoice number without code' },
  W_FORM_IDENTITY: { zh: '申报表表内或表间关系不平（差额超过1元）', en: 'a form identity fails by more than 1 yuan' },
  W_SELF_INVOICE: { zh: '购销方为同一单位', en: 'seller and buyer are the same' },
  W_LATE_RATE: { zh: '税率在开票日已不适用或尚未施行（仅供参考）', en: 'general rate not in force on the issue date (information only)' },
  W_REPEATED_ROW: { zh: '重复行较多，可能重复报送', en: 'many repeated rows: a book may have been loaded twice' },
  W_SHARED_BOOK: { zh: '两户报送的发票大量相同', en: 'two owners deliver many of the same invoices' },
  W_COPY_DIFFERENCE: { zh: '同一发票各副本的可选列不一致', en: 'copies of one invoice disagree in an optional column' },
  W_NOT_IN_TAXPAYERS: { zh: '不在登记名单内，按外部单位保留，不评分', en: 'own id not in taxpayers: kept as external party, not scored' },
  W_REF_UNRESOLVED: { zh: '未找到所指的发票', en: 'pointer without a matching invoice' },
  W_ROUNDED: { zh: '金额已四舍五入到分', en: 'money rounded to two decimals' },
  W_AMOUNT_SCIENTIFIC: { zh: '金额由科学计数法还原', en: 'amount expanded from scientific notation' },
  W_PARTITION: { zh: '分区值与行日期不一致', en: 'partition value differs from the date of the row' },
  W_LINE_SUM: { zh: '明细合计与票面金额相差超过1元', en: 'sum of the lines differs from the header by more than 1 yuan' },
  W_PERIOD_GAP: { zh: '两个已报送所属期之间缺期', en: 'a period is missing between two delivered ones' },
  W_OVERLAP: { zh: '起止日期重叠或先后颠倒', en: 'validity intervals overlap, or dates are in the wrong order' },
  W_NEGATIVE: { zh: '不应为负的数值为负', en: 'negative where not expected' },
} as const satisfies Record<string, CodeText>;

/** About a file, not a row. F_HEADER_EXTRA and F_TABLE_UNKNOWN only inform; the others refuse the file. */
export const FILE_CODES = {
  F_ENCODING: { zh: '文件编码既非UTF-8也非GB18030', en: 'neither UTF-8 nor GB18030' },
  F_HEADER_DUPLICATE: { zh: '两个表头对应同一列', en: 'two headers map to one column' },
  F_HEADER_MISSING: { zh: '缺少必需的列，或栏次无对应列', en: 'required column absent, or printed row without a column' },
  F_HEADER_EXTRA: { zh: '无法识别的列，已忽略', en: 'unknown or empty header, ignored' },
  F_TABLE_UNKNOWN: { zh: '无法识别的文件或文件夹，未读取', en: 'unknown file or folder name, not read' },
} as const satisfies Record<string, CodeText>;

/** Why an indicator is not assessed: never the same as clear. */
export const NOT_ASSESSED_CODES = {
  N_TABLE_ABSENT: { zh: '所需数据表未报送', en: 'a needed table was not delivered' },
  N_NO_ROWS: { zh: '该纳税人在所需数据表中无记录', en: 'no rows of the taxpayer in a needed table' },
  N_COVERAGE: { zh: '数据覆盖期间不足', en: 'the data cover too little of the window' },
  N_TOO_YOUNG: { zh: '登记时间过短', en: 'registered too recently' },
  N_DENOMINATOR: { zh: '分母为零、为负或缺失', en: 'denominator zero, negative or missing' },
  N_PEER_SMALL: { zh: '可比同类户数不足', en: 'too few peers for a comparison' },
  N_LEGAL_BASIS: { zh: '缺少使用该数据的法定依据', en: 'the lawful basis for using the data is missing' },
} as const satisfies Record<string, CodeText>;

/** Every code of the input contract, in one place. */
export const KNOWN_CODES = { ...REJECT_CODES, ...WARNING_CODES, ...FILE_CODES, ...NOT_ASSESSED_CODES } as const;

export type RejectCode = keyof typeof REJECT_CODES;
export type WarningCode = keyof typeof WARNING_CODES;
export type FileCode = keyof typeof FILE_CODES;
export type NotAssessedCode = keyof typeof NOT_ASSESSED_CODES;
export type KnownCode = keyof typeof KNOWN_CODES;
