import { RegionScope } from '../../pipeline/shared/region-scope.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import type { Grant } from './identity.ts';
import { ADMINISTRATORS, ROLES } from './roles.ts';

const MOST = 100;

/** Grants as they were read, with everything that is wrong with them. */
export interface CheckedGrants {
  /** Empty where something is wrong. */
  readonly grants: readonly Grant[];
  /** What is not understood. */
  readonly faults: readonly string[];
  /** Roles that one identity must not have together. */
  readonly conflicts: readonly string[];
}

/**
 * Reads grants that come from outside: [{"roles": ["reviewer"], "regions": ["5301"]}]. Roles and regions must be known and
 * present, and whoever is one of the three administrators (GB/T 22239-2019 8.1.5) may hold nothing else in any grant.
 */
export function checkGrants(value: unknown): CheckedGrants {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST) return { grants: [], faults: [`grants must be a list of 1 to ${MOST}`], conflicts: [] };
  const faults = value.flatMap((grant: unknown, at) => faultsOf(grant).map((fault) => `grant ${at + 1}: ${fault}`));
  if (faults.length > 0) return { grants: [], faults, conflicts: [] };
  const grants = (value as readonly Grant[]).map(({ roles, regions }) => ({ roles: [...roles], regions: [...regions] }));
  const conflicts = conflictsOf(grants);
  return { grants: conflicts.length > 0 ? [] : grants, faults, conflicts };
}

/** Grants that a person typed. Throws USAGE naming everything that is wrong. */
export function requireGrants(value: unknown): readonly Grant[] {
  const { grants, faults, conflicts } = checkGrants(value);
  if (faults.length > 0) throw new VatRiskError('USAGE', `A grant needs roles (${Object.keys(ROLES).join(', ')}) and regions (1 to 6 digits, or *).`, { details: faults });
  if (conflicts.length > 0) throw new VatRiskError('USAGE', 'An administrator of the system, of security or of audit (三员) holds no other role; make one token for each.', { details: conflicts });
  return grants;
}

function conflictsOf(grants: readonly Grant[]): string[] {
  const roles = [...new Set(grants.flatMap((grant) => grant.roles))].sort();
  return roles.length > 1 ? roles.filter((role) => ADMINISTRATORS.includes(role)).map((role) => `${role} together with ${roles.filter((other) => other !== role).join(', ')}`) : [];
}

function faultsOf(grant: unknown): string[] {
  if (typeof grant !== 'object' || grant === null || Array.isArray(grant)) return ['no mapping of roles and regions'];
  const { roles, regions, ...rest } = grant as { roles?: unknown; regions?: unknown };
  return [
    ...Object.keys(rest).map((name) => `${quoted(name)} is neither roles nor regions`),
    ...faultsOfList(roles, 'roles', (role) => Object.hasOwn(ROLES, role)),
    ...faultsOfList(regions, 'regions', isRegion),
  ];
}

function faultsOfList(list: unknown, name: string, isKnown: (word: string) => boolean): string[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST) return [`${name} must be a list of 1 to ${MOST}`];
  return list.filter((word: unknown) => typeof word !== 'string' || !isKnown(word)).map((word: unknown) => `${name}: ${quoted(word)} is not known`);
}

function isRegion(prefix: string): boolean {
  try {
    RegionScope.of([prefix]);
    return true;
  } catch {
    return false;
  }
}

/** A word from outside, short and on one line. */
function quoted(word: unknown): string {
  return JSON.stringify(typeof word === 'string' ? word.slice(0, 30) : typeof word);
}

