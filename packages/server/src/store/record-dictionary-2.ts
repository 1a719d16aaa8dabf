import { RECORD_DICTIONARY } from './record-dictionary.js';

/**
 * What record-dictionary.ts is, for format 2: the words of hops as they are since capacities are measured. Never
 * to be changed either.
 */
export const RECORD_DICTIONARY_2 = [
  '"cause":"load-lost","reason":"packets as large as the load are not seen to get here"',
  '"cause":"source-limited","reason":"packets arrive as fast as this machine sends them"',
  '"cause":"user-space-stamps","reason":"only this process stamps packets, too coarsely for this"',
  '"cause":"reverse-path","reason":"answers as large as the load may have come back more slowly"',
  '"cause":"budget","reason":"too few trains were sent"',
  '"cause":"silent","reason":"the hop answers nothing"',
  RECORD_DICTIONARY,
  '"socket":"native","stamps":"kernel","hops":[],"loop":null,"startedAt":17',
  '"verdict":"silent","evidence":"0 of 3 probes answered; 3 of 3 behind it"},"capacity":{"kind":"unmeasured","cause":"off","reason":"not asked for"}',
  '"capacity":{"kind":"unmeasured","cause":"rate-limited","reason":"the hop limits how often it answers"}',
  '"capacity":{"kind":"unmeasured","cause":"noisy","reason":"packets arrive too close together to tell them apart"}',
  '"stamp":"kernel","replyHopLimit":25},{"attempt":2,"address":"',
  '"}],"rtt":0,"jitter":0,"loss":{"sent":3,"received":3,"ratio":0,"verdict":"none","evidence":"3 of 3 answered"},',
  '"capacity":{"kind":"at-least","mbps":,"cause":"noisy","reason":"',
  '"capacity":{"kind":"estimate","mbps":9,"low":9,"high":9,"confidence":0.95,"samples":1},"mpls":[],"unreachable":null,"mtu":null,"destination":false,"discarded":0},"about":{"address":"',
  '","special":null,"place":{"city":"","subdivisions":[],"country":"","countryCode":"","lat":,"lon":,"radiusKm":null,"timezone":"Europe/","source":"DB-IP City Lite"},"network":{"asn":,"name":"","prefix":null,"source":"DB-IP ASN Lite"},"threats":[]},"hostname":"',
].join('');
