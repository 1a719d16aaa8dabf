import { contract } from './contract.js';

await contract('native');
