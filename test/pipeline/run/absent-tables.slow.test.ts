import { describeAbsentTables, OPTIONAL_TABLES } from './absent-tables.ts';

// Every sixth table; all of them are in the exhaustive suite.
describeAbsentTables(OPTIONAL_TABLES.filter((_, at) => at % 6 === 0));
