/** Words for codes, Chinese first. A grade is a lead for a person to verify, never a finding. */
export const LEVEL_LABELS: Readonly<Record<string, string>> = {
  high: '高 high',
  medium: '中 medium',
  low: '低 low',
  none: '无 none',
  insufficient_data: '数据不足 insufficient data',
};

export const LANE_LABELS: Readonly<Record<string, string>> = {
  fast: '快速退税 fast',
  normal: '一般审核 normal',
  suspend: '建议暂停 suspend',
  condition_not_met: '条件不符 condition not met',
  amount_correction: '金额更正 amount correction',
};
