/** Size and calendar of one generated delivery. Month 0 is the first; the last is always LAST_MONTH. */
export interface DeliveryShape {
  readonly taxpayers: number;
  readonly invoices: number;
  readonly months: number;
  readonly seed: number;
  readonly lines: boolean;
}

const LAST_MONTH = { year: 2026, month: 10 };

/** Day up to which the delivery is complete: the filing deadline of the last month. */
export const CUTOFF = '2026-11-15';

/** Share of the rows that are red invoices; each reverses one blue invoice in full. */
const RED_SHARE = 0.02;

/** Rows of the invoice table before the red ones are added, and the distance between two reversed rows. */
export function blueCounts(shape: DeliveryShape): { blue: number; red: number; step: number } {
  const red = Math.floor(shape.invoices * RED_SHARE);
  const blue = shape.invoices - red;
  return { blue, red, step: Math.max(1, Math.floor(blue / Math.max(1, red))) };
}

/** `YYYY-MM` of a month by its offset from the first. */
export function monthLabel(shape: DeliveryShape, offset: number): string {
  const ordinal = LAST_MONTH.year * 12 + LAST_MONTH.month - 1 - (shape.months - 1) + offset;
  return `${Math.floor(ordinal / 12)}-${String((ordinal % 12) + 1).padStart(2, '0')}`;
}

/** Parties that are no taxpayers of the province; they follow the taxpayers in the numbering. */
export function externalCount(shape: DeliveryShape): number {
  return Math.max(10, Math.floor(shape.taxpayers / 5));
}
