import { riskIsAsExplained } from './risk.ts';

riskIsAsExplained(1);
