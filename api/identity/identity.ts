import { RegionScope } from '../../pipeline/shared/region-scope.ts';
import { ROLES, type Permission, type Role } from './roles.ts';

/** Roles within regions: prefixes of division codes, * for everything. */
export interface Grant {
  readonly roles: readonly Role[];
  readonly regions: readonly string[];
}

/** Who calls: a person known to the bureau's issuer, or a system with a token of ours. */
export interface Identity {
  /** Subject of the JWT, or id of the token. */
  readonly id: string;
  readonly kind: 'person' | 'system';
  readonly grants: readonly Grant[];
}

/** The districts in which an identity has a permission, or null where no grant gives it. */
export function scopeOf(identity: Identity, permission: Permission): RegionScope | null {
  const regions = identity.grants.filter(({ roles }) => roles.some((role) => (ROLES[role] as readonly Permission[]).includes(permission))).flatMap((grant) => grant.regions);
  return regions.length === 0 ? null : RegionScope.of(regions);
}

/** Why a caller is not let in; each has its own problem type. */
export type RefusalReason = 'token-missing' | 'token-invalid' | 'token-expired' | 'token-revoked' | 'grants-invalid' | 'duties-not-separate' | 'issuer-unreachable';

/** A caller that is not let in. The message tells the operator why, never the token. */
export class IdentityRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.name = 'IdentityRefused';
    this.reason = reason;
  }
}

/** Tells who sent an Authorization header. Rejects with IdentityRefused. */
export type Authenticate = (authorization: string | undefined) => Promise<Identity>;
