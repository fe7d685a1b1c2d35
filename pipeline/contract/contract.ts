import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false };
const Name = Type.String({ pattern: '^[a-z][a-z0-9_]*$' });
const Text = Type.String({ minLength: 1 });
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
const oneOf = <const T extends string>(...values: T[]) => Type.Enum(values);

/** Column types of the contract and the DuckDB type each is stored in. Amounts are yuan; a ratio is a fraction of 1; ts is Shanghai time. */
export const SQL_TYPES = {
  text: 'VARCHAR',
  date: 'DATE',
  ts: 'TIMESTAMP',
  money: 'DECIMAL(18,2)',
  qty: 'DECIMAL(24,8)',
  ratio: 'DECIMAL(9,6)',
  int: 'INTEGER',
  bool: 'BOOLEAN',
  enum: 'VARCHAR',
  period: 'VARCHAR',
} as const;

const Range = Type.Object(
  {
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    above: Type.Optional(Type.Number()),
    below: Type.Optional(Type.Number()),
  },
  { ...closed, minProperties: 1 },
);

const Column = Type.Object(
  {
    name: Name,
    aliases: Type.Array(Text),
    type: oneOf('text', 'date', 'ts', 'money', 'qty', 'ratio', 'int', 'bool', 'enum', 'period'),
    /** What ingest must do with the cell beyond its type: party ids, invoice keys, hashes of persons, printed rows. */
    role: Type.Optional(
      oneOf(
        'own_taxpayer',
        'counterparty',
        'book_owner',
        'party_name',
        'person_hash',
        'invoice_code',
        'invoice_number',
        'blue_invoice_code',
        'blue_invoice_number',
        'form_row',
      ),
    ),
    /** party_name: the id column this name belongs to. */
    name_of: Type.Optional(Name),
    nullable: Type.Boolean(),
    unit: Text,
    /** The value an empty cell stands for, in keys and sums; the cell itself stays NULL. */
    null_means: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    /** E_RANGE outside. */
    range: Type.Optional(Range),
    pattern: Type.Optional(Text),
    /** What a value that misses `pattern` gets: a reject code, or NULL with W_ID_FORMAT. */
    on_mismatch: Type.Optional(oneOf('E_ID_FORMAT', 'E_ENUM', 'null_and_W_ID_FORMAT')),
    /** Codes shorter than this many characters are padded with 0 on the right. */
    right_pad_to: Type.Optional(Type.Integer({ minimum: 1 })),
    /** future: may lie ahead (to 2099-12-31), and never counts for the covered span or the default as-of day. */
    horizon: Type.Optional(oneOf('future')),
    form_row: Type.Optional(Type.String({ pattern: '^[mqc][0-9]{2}$' })),
    meaning: Type.Optional(Text),
    /** enum: each code with the Chinese values accepted for it. */
    values: Type.Optional(Type.Record(Type.String(), Type.Array(Text))),
  },
  closed,
);

/** Exactly one key. The first rule of the list that gives a date for the row wins. */
const KnownOn = Type.Object(
  {
    /** the date in this column */
    column: Type.Optional(Name),
    /** the filing deadline of this tax period: the 15th of the next month, moved by the calendar */
    deadline_of: Type.Optional(Name),
    /** the end of May after this calendar year */
    settlement_deadline_of: Type.Optional(Name),
    /** known with the row of that table: the return of the same taxpayer, period and version, or the row `references` names */
    row_of: Type.Optional(Name),
    /** nothing dates the row */
    always: Type.Optional(Type.Literal(true)),
  },
  { ...closed, minProperties: 1, maxProperties: 1 },
);

/** When the date in `on` lies after the as-of day (and `when` holds on the delivered row), the columns of `set` take these values; later rules win. */
const Later = Type.Object({ on: Name, when: Type.Optional(Text), set: Type.Record(Name, Scalar) }, closed);

const Check = Type.Object(
  {
    code: Text,
    /** tells checks of one code apart, e.g. the number of a form identity */
    detail: Type.Optional(Text),
    /**
     * SQL over the typed columns of one row; true = the code applies. `{name}` (a letter first) stands for the setting ingest.<name>.
     * Without it the check needs the raw cell, several rows or another table, and ingest computes it.
     */
    when: Type.Optional(Text),
    meaning: Text,
  },
  closed,
);

const Reference = Type.Object({ columns: Type.Array(Name, { minItems: 1 }), table: Name, code: Text }, closed);

/** Shape of one `tables/<table>.yaml`. */
export const TableSchema = Type.Object(
  {
    table: Name,
    title_zh: Text,
    title_en: Text,
    purpose: Text,
    grain: Text,
    /** `invoice_key` is derived from invoice_code and invoice_number. */
    key: Type.Array(Name, { minItems: 1 }),
    key_is_all_columns: Type.Optional(Type.Literal(true)),
    key_without_invoice_code: Type.Optional(Type.Array(Name, { minItems: 1 })),
    required: Type.Boolean(),
    /** a taxpayer without rows in a delivered table: none = nothing happened, unknown = not assessed */
    empty_means: oneOf('none', 'unknown'),
    version: Type.Boolean(),
    /** a hive partition must agree with partition_column (strict: E_PARTITION; hint: W_PARTITION) */
    partition: oneOf('strict', 'hint', 'none'),
    partition_column: Type.Optional(Name),
    form: Type.Optional(oneOf('vat_main', 'vat_s1', 'vat_s2', 'small_scale')),
    own_taxpayer: Type.Optional(Name),
    known_on: Type.Array(KnownOn, { minItems: 1 }),
    later: Type.Optional(Type.Array(Later)),
    columns: Type.Array(Column, { minItems: 1 }),
    checks: Type.Optional(Type.Array(Check)),
    references: Type.Optional(Type.Array(Reference)),
  },
  closed,
);

const PrintedRows = Type.Union([Type.Literal('by_name'), Type.Record(Type.String(), Text)]);
const FormVersion = Type.Object(
  {
    form_version: Text,
    source: Text,
    valid_from: Type.Union([Type.String({ pattern: '^\\d{4}-\\d{2}$' }), Type.Null()]),
    valid_to: Type.Union([Type.String({ pattern: '^\\d{4}-\\d{2}$' }), Type.Null()]),
    copy_of: Type.Optional(Text),
    rows: Type.Optional(
      Type.Object({ vat_main: PrintedRows, small_scale: PrintedRows, vat_s1: PrintedRows, vat_s2: PrintedRows }, closed),
    ),
  },
  closed,
);
export const FormRowsSchema = Type.Object({ versions: Type.Array(FormVersion, { minItems: 1 }) }, closed);

const CalendarDay = Type.Object({ day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), is_working_day: Type.Boolean() }, closed);
export const CalendarSchema = Type.Object({ days: Type.Array(CalendarDay) }, closed);
export const ConsumerNamesSchema = Type.Object({ names: Type.Array(Text) }, closed);

export type ColumnContract = Static<typeof Column>;
export type ColumnType = ColumnContract['type'];
export type TableContract = Static<typeof TableSchema>;
export type TableCheck = Static<typeof Check>;
export type LaterRule = Static<typeof Later>;
export type KnownOnRule = Static<typeof KnownOn>;
export type FormName = NonNullable<TableContract['form']>;
export type FormRowsFile = Static<typeof FormRowsSchema>;

/** One printed row of one version of a form; `column_name` is a column, or for the schedules a row_no. */
export interface FormRow {
  readonly form: FormName;
  readonly form_version: string;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly printed_row: string;
  readonly column_name: string;
}

/** Everything a delivery is checked against. */
export interface Contract {
  readonly tables: readonly TableContract[];
  readonly formRows: readonly FormRow[];
  /** Exceptions from Monday–Friday. */
  readonly calendar: readonly Static<typeof CalendarDay>[];
  readonly consumerNames: readonly string[];
}
