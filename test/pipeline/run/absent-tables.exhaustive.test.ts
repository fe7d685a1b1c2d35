import { describeAbsentTables, OPTIONAL_TABLES } from './absent-tables.ts';

describeAbsentTables(OPTIONAL_TABLES);
