import { namesAreKept } from './names.ts';

namesAreKept(1);
