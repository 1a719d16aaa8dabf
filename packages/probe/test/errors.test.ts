import t from 'tap';
import { ProbeError } from '../src/errors.js';

t.equal(new ProbeError('TARGET_MISSING').code, 'TARGET_MISSING');
