import { contract } from './contract.js';

await contract('raw-socket');
