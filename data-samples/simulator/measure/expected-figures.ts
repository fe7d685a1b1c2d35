/**
 * What a province should look like: the published figure beside ours, where one was found and read, and the band in which ours may lie. Bands
 * are wide where the published figure is of another country or time. Figures without a source have a band only where common sense gives one.
 */

export interface Expected {
  readonly unit: string;
  readonly low?: number;
  readonly high?: number;
  readonly published?: string;
  readonly source?: string;
}

const CUMCM = 'CUMCM 2020 problem C, attachment 1: 16,736 anonymised real invoices of 24 firms, 2017–2020, of which 1,161 void';
const HUNGARY_2025 = 'Reisch, Borsos & Thurner 2025, arXiv 2503.20594 (VAT data, 711,248 firms)';
const HUNGARY_2023 = 'Diem et al. 2023, arXiv 2302.11451 (VAT data: 243,399 firms, 1,104,141 relations)';
const HUNGARY_2022 = 'Diem et al. 2022, Scientific Reports 12:7719; share quoted by its first author';
const JAPAN_2014 = 'Mizuno, Souma & Watanabe 2014, PLoS ONE 9(7) e100712 (over 500,000 firms, credit-bureau links)';
const CLAIMS_2022 = 'State Taxation Administration, 2022-05-10: 801.5 billion yuan to 1.45 million taxpayers in April 2022 (policy of 2022)';

const share = (low?: number, high?: number): Expected => ({ unit: 'share', ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) });

/** By the name of the figure, in the order of printing. */
export const EXPECTED: Readonly<Record<string, Expected>> = {
  'taxpayers': { unit: 'taxpayers' },
  'invoices': { unit: 'invoices' },
  'invoices per taxpayer and month': { unit: 'invoices', low: 0.5, high: 3 },
  'general taxpayers': share(0.1, 0.4),
  'suppliers of a firm, median': { unit: 'firms' },
  'suppliers of a firm, mean': { unit: 'firms' },
  'suppliers of a firm, tail exponent (Hill, top 5 %)': { unit: 'exponent', low: 1, high: 3 },
  'suppliers of a firm, tail exponent (log rank, top 5 %)': { unit: 'exponent', low: 1, high: 3 },
  'customers of a firm, median': { unit: 'firms' },
  'customers of a firm, mean': { unit: 'firms' },
  'customers of a firm, tail exponent (Hill, top 5 %)': { unit: 'exponent', low: 0.8, high: 2, published: '1.0 (Japan)', source: JAPAN_2014 },
  'customers of a firm, tail exponent (log rank, top 5 %)': { unit: 'exponent', low: 0.8, high: 2, published: '1.0 (Japan)', source: JAPAN_2014 },
  'links among taxpayers for each that trades': { unit: 'links', low: 2, high: 12, published: '4.5 (Hungary)', source: HUNGARY_2023 },
  'pairs of the first year that trade in the second': { ...share(0.35, 0.93), published: '0.45 (Hungary); 0.92 (Japan)', source: `${HUNGARY_2025}; ${JAPAN_2014}` },
  'links whose reverse exists': share(0, 0.15),
  'taxpayers in the largest strong component': { ...share(0.15, 0.55), published: '0.26 (Hungary)', source: HUNGARY_2022 },
  'taxpayers in the largest weak component': share(0.85, 1),
  'invoice amount, log10 standard deviation': { unit: 'decades', low: 0.5, high: 1.3, published: '1.15', source: CUMCM },
  'invoice amount within a seller, median log10 standard deviation': { unit: 'decades', low: 0.2, high: 0.6, published: '0.36 (23 sellers)', source: CUMCM },
  'invoice amount, tail exponent (Hill, top 5 %)': { unit: 'exponent', low: 0.7, high: 2.5, published: '1.0', source: CUMCM },
  'special invoices': share(0.3, 0.9),
  'red among invoices that are not void': { ...share(0.005, 0.05), published: '0.018', source: CUMCM },
  'void among invoices': { ...share(0, 0.1), published: '0.069 (before digital invoices, which cannot be voided)', source: CUMCM },
  'January invoices against an average month': { unit: 'ratio', low: 0.7, high: 1.4, published: '1.22 (2018–2019)', source: CUMCM },
  'February invoices against an average month': { unit: 'ratio', low: 0.4, high: 0.9, published: '0.51 (2018–2019)', source: CUMCM },
  'claimants among general taxpayers': share(0.005, 0.3),
  'claim, first quartile': { unit: 'yuan' },
  'claim, median': { unit: 'yuan' },
  'claim, third quartile': { unit: 'yuan' },
  'claim, 95th percentile': { unit: 'yuan' },
  'claim, mean': { unit: 'yuan', low: 100_000, high: 5_000_000, published: '553,000', source: CLAIMS_2022 },
  'taxpayers in an inspection case': share(0, 0.03),
  'taxpayers that cheat': share(0.005, 0.06),
  'taxpayers in rings': share(0.002, 0.05),
  'look-alikes among taxpayers': share(0.005, 0.1),
};
