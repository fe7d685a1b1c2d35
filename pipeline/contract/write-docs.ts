import { writeFileSync } from 'node:fs';
import { packagePath } from '../shared/package-root.ts';
import { loadContract } from './load-contract.ts';
import { renderContract } from './render-docs.ts';

writeFileSync(packagePath('pipeline', 'contract', 'CONTRACT.md'), renderContract(loadContract()));
