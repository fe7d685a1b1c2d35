/** Tables of the delivery that the authority keeps itself. */
import type { OutputTable } from '../sql.ts';
import { bankSelect } from './bank.ts';
import { changesSelect } from './changes.ts';
import { comparisonsSelect } from './comparisons.ts';
import { eventsSelect } from './events.ts';
import { casesSelect, violationsSelect } from './offences.ts';
import { personsSelect } from './people.ts';
import { quotasSelect } from './quotas.ts';
import { ratingsSelect } from './ratings.ts';
import { feedbackSelect, tasksSelect } from './tasks.ts';

/** Registers have gaps: a code without its letter or with three digits, a day of registration that nobody typed in. */
const taxpayers = (): string => `select f.taxpayer_id, f.taxpayer_name, f.entity_kind, f.vat_status, f.general_from,
    case when draw(f.firm, 'register day') >= 0.01 then f.registered_on end as registered_on,
    case when draw(f.firm, 'register code') < 0.012 then substr(i.industry_code, 2) when draw(f.firm, 'register code') < 0.02 then substr(i.industry_code, 1, 4)
      else i.industry_code end as industry_code,
    i.section as industry_section, f.registered_capital,
    coalesce(f.paid_in_capital, case when draw(f.firm, 'register paid in') < 0.35 then f.registered_capital
      when draw(f.firm, 'register paid in') < 0.6 then f.registered_capital * 0
      else round(f.registered_capital * whole(1, 9, draw(f.firm, 'register paid share')) / 10, 2) end)::decimal(18, 2) as paid_in_capital,
    f.address_key, f.district_code, '1' || f.district_code || '0000' as tax_authority_code, f.status, f.status_from, f.export_method, a.taxpayer_id as agent_id,
      h.taxpayer_id as head_office_id
  from firm as f join industry as i using (industry) left join firm as a on a.firm = f.agent left join firm as h on h.firm = f.head_office where f.is_internal`;

const actions = (): string => `select application_id, node, officer_id, acted_at, action, indicator_code, note from officer_action`;

const whole = (table: string, select: () => string, orderBy: string): OutputTable => ({ table, select, orderBy, isMonthly: false });

export const registersOutputs: readonly OutputTable[] = [
  whole('taxpayers', taxpayers, 'taxpayer_id'),
  whole('taxpayer_changes', changesSelect, 'taxpayer_id, changed_on, field, new_value'),
  whole('persons', personsSelect, 'taxpayer_id, role, person_key, valid_from'),
  { table: 'events', select: eventsSelect, orderBy: 'occurred_at, taxpayer_id, event_kind', isMonthly: true },
  { table: 'invoice_quotas', select: quotasSelect, orderBy: 'month, taxpayer_id, granted_at', isMonthly: true },
  whole('credit_ratings', ratingsSelect, 'taxpayer_id, valid_from'),
  whole('violations', violationsSelect, 'violation_id'),
  whole('inspection_cases', casesSelect, 'case_id'),
  whole('filing_comparisons', comparisonsSelect, 'taxpayer_id, period, comparison_kind, found_on'),
  whole('bank_transactions', bankSelect, 'transaction_id'),
  whole('officer_actions', actions, 'application_id, acted_at, node, officer_id'),
  whole('response_tasks', tasksSelect, 'task_id'),
  whole('response_feedback', feedbackSelect, 'task_id, indicator_code'),
];
