import { join } from 'node:path';
import t from 'tap';
import { openSqliteStore } from '../../src/store/sqlite-store.js';
import { storeContract } from './contract.js';

storeContract(t, async (t) => openSqliteStore(join(t.testdir(), 'traces.db')));
