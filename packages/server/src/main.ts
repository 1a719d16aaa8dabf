import { run } from './cli/run.js';

// `locator serve`, for `npm start` and containers.
process.exitCode = await run(['serve', ...process.argv.slice(2)]);
