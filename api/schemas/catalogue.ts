import { Type } from 'typebox';
import { CatalogueEntrySchema, CatalogueSchema } from '../../pipeline/snapshot/catalogue.ts';
import { closed, stamp } from './common.ts';

const { code, version, status, name, question, policy, family, weight, coverage } = CatalogueEntrySchema.properties;

/** Answer of GET /indicators: the catalogue in short, and the words of all codes. */
export const Indicators = closed({
  ...stamp,
  indicators: Type.Array(closed({ code, version, status, name, question, policy, family, weight, coverage })),
  words: CatalogueSchema.properties.words,
  states: CatalogueSchema.properties.states,
});

/** Answer of GET /indicators/{code}: all of one indicator, with the thresholds of the night. */
export const Indicator = closed({ ...stamp, ...CatalogueEntrySchema.properties });
