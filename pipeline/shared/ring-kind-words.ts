/** What a member does in a ring, in the order in which members are listed. */
export const ROLES = ['controller', 'issuer', 'conduit', 'beneficiary', 'member'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_WORDS: Readonly<Record<Role, string>> = { controller: '控制方', issuer: '开票方', conduit: '过票方', beneficiary: '受益方', member: '成员' };

// What was seen, in neutral words: a kind is a lead for a person to verify.
export const KIND_WORDS: Readonly<Record<string, string>> = {
  closed_loop: '闭环开票',
  same_control: '同一控制',
  burst_and_vanish: '短期集中开票后停止',
  pass_through: '多层过票',
  goods_switch: '品名变换',
  income_splitting: '拆分收入',
  customs_graft: '海关缴款书嫁接',
  invoice_mill: '空壳批量开票',
  related_transfer: '关联低价转移',
  firm_splitting: '拆分主体',
};
