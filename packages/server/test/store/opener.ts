/** Opens the file named by the first argument, adds one trace, and ends: run many at a time. */
import { openSqliteStore } from '../../src/store/sqlite-store.js';
import { add } from './contract.js';

const store = await openSqliteStore(process.argv[2]!);
await add(store, { target: 'a.example' });
await store.close();
