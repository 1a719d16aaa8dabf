/**
 * Text that nearly every record has in it, known to both ends so that it need not be stored: the words of a
 * record in the order in which they follow each other, the most common last (RFC 1951 looks backwards).
 *
 * Never to be changed: every stored record needs these very bytes to be read again. A better dictionary is a
 * new format number in record-codec.ts.
 */
export const RECORD_DICTIONARY = [
  '"Spamhaus DROP""Spamhaus ASN-DROP","prefix":"","reason":"","sblId":"SBL","listedAt":"2026-',
  '"special":{"kind":"shared","name":"Shared Address Space","prefix":"100.64.0.0/10","rfc":"RFC 6598"}',
  '"special":{"kind":"private","name":"Private-Use","prefix":"172.16.0.0/12","192.168.0.0/16","10.0.0.0/8","rfc":"RFC 1918"},"place":null,"network":null,"threats":[]},"hostname":null}',
  '"mpls":[{"label":24,"trafficClass":0,"bottom":true,"ttl":1}],',
  '"network-unreachable""host-unreachable""port-unreachable""administratively-prohibited"',
  '"verdict":"forwarding""rate-limited""path-changed""unreachable-beyond""unknown"',
  '"place":{"city":null,"subdivisions":["Virginia"],"country":"United States","countryCode":"US","lat":38.,"lon":-77.,"radiusKm":1000,"timezone":"America/New_York","America/Los_Angeles","America/Chicago"',
  '"country":"United Kingdom","countryCode":"GB","timezone":"Europe/London"',
  '"country":"Japan","countryCode":"JP","timezone":"Asia/Tokyo"',
  '"country":"Germany","countryCode":"DE","timezone":"Europe/Berlin"',
  '"country":"Netherlands","countryCode":"NL","timezone":"Europe/Amsterdam"',
  ' Telecom Communications Corporation Networks Limited Network Services Internet Online, Inc. LLC GmbH S.A. B.V. Ltd.',
  '{"target":"www..com","address":"","source":"192.168.1.","family":4,"protocol":"icmp","port":null,"reached":true,"end":"destination","unreachable":null,"startedAt":17,"durationMs":,"socket":"native","stamps":"kernel","hops":[',
  '{"hop":{"ttl":1,"address":null,"addresses":[],"samples":[],"rtt":null,"jitter":null,"loss":{"sent":3,"received":0,"ratio":1,"verdict":"silent","evidence":""},"capacity":{"kind":"unmeasured","reason":"silent"},"mpls":[],"unreachable":null,"destination":false,"discarded":0},"about":null,"hostname":null},',
  '"samples":[{"attempt":0,"address":"","rttMs":0.,"stamp":"user","replyHopLimit":null},',
  '"capacity":{"kind":"at-least","mbps":,"reason":"","capacity":{"kind":"estimate","mbps":,"low":,"high":,"confidence":0.95},"mpls":[],',
  '{"hop":{"ttl":10,"address":"10.0.0.1","addresses":["10.0.0.1"],"samples":[',
  '{"attempt":0,"address":"10.0.0.1","rttMs":1.,"stamp":"kernel","replyHopLimit":64},',
  '{"attempt":1,"address":"10.0.0.1","rttMs":1.,"stamp":"kernel","replyHopLimit":254},',
  '{"attempt":2,"address":"10.0.0.1","rttMs":1.,"stamp":"kernel","replyHopLimit":25}],',
  '"rtt":{"samples":3,"min":1.,"median":1.,"max":1.,"stddev":0.0,"stamps":"kernel"},',
  '"jitter":{"mean":0.,"rfc3550":0.0,"p95MinusMin":0.},',
  '"loss":{"sent":3,"received":3,"ratio":0,"verdict":"none","evidence":"3 of 3 probes answered"},',
  '"capacity":{"kind":"unmeasured","reason":"capacity is not measured yet"},"mpls":[],"unreachable":null,"destination":false,"discarded":0},',
  '"about":{"address":"10.0.0.1","special":null,',
  '"place":{"city":"","subdivisions":[""],"country":"","countryCode":"","lat":,"lon":,"radiusKm":null,"timezone":"Europe/","source":"DB-IP City Lite"},',
  '"network":{"asn":,"name":"","prefix":"0.0/24","source":"DB-IP ASN Lite"},"threats":[]},"hostname":"',
  '.net"},',
].join('');
