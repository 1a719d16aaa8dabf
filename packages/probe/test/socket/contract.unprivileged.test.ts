import { contract } from './contract.js';

await contract('unprivileged');
