/** What a caller may be allowed to do; every route names one. */
export const PERMISSIONS = ['taxpayer:read', 'taxpayer:search', 'taxpayer:unmask', 'claim:read', 'ring:read', 'indicator:read', 'run:read', 'export:create'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * Roles and what they may do. The three administrators (三员分立, GB/T 22239-2019 8.1.4.2 and 8.1.5) run the system, keep its
 * policy and read its log; none of them sees a taxpayer, and nobody is two of them.
 */
export const ROLES = {
  reviewer: ['taxpayer:read', 'taxpayer:search', 'taxpayer:unmask', 'claim:read', 'ring:read', 'indicator:read'],
  risk_analyst: ['taxpayer:read', 'taxpayer:search', 'taxpayer:unmask', 'claim:read', 'ring:read', 'indicator:read', 'run:read', 'export:create'],
  inspector: ['taxpayer:read', 'taxpayer:search', 'taxpayer:unmask', 'claim:read', 'ring:read', 'indicator:read', 'export:create'],
  operator: ['indicator:read', 'run:read'],
  system_admin: ['run:read'],
  security_admin: ['indicator:read'],
  // Reads and keeps the log with "vatrisk audit" on the machine; the role exists so that nobody else holds it.
  audit_admin: [],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;
export type Role = keyof typeof ROLES;

/** The three separate administrators. */
export const ADMINISTRATORS: readonly Role[] = ['system_admin', 'security_admin', 'audit_admin'];
