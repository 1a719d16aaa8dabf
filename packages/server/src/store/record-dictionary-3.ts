/**
 * Text that many records of format 3 have in them, as record-dictionary.ts has that of format 1: the most common last.
 * Never to be changed.
 */
export const RECORD_DICTIONARY_3 = [
  '"Spamhaus DROP""Spamhaus ASN-DROP","prefix":"","reason":"","sblId":"SBL","listedAt":"2026-',
  '["shared","Shared Address Space","100.64.0.0/10","RFC 6598",false,null]',
  '"network-unreachable""host-unreachable""port-unreachable""administratively-prohibited"',
  '"forwarding""path-changed""unreachable-beyond"',
  '[{"label":24,"trafficClass":0,"bottom":true,"ttl":1}]',
  '["unmeasured","budget","too few trains were sent"]',
  '["unmeasured","load-lost","packets as large as the load are not seen to get here"]',
  '["unmeasured","user-space-stamps","only this process stamps packets, too coarsely for this"]',
  '["unmeasured","reverse-path","answers as large as the load may have come back more slowly"]',
  '["unmeasured","off","not asked for"]',
  '["at-least",1,"source-limited","packets arrive as fast as this machine sends them"]',
  ',"United Kingdom","GB","Europe/London",',
  ',"Japan","JP","Asia/Tokyo",',
  ',["Virginia"],"United States","US",38.,-77.,1000,"America/New_York","America/Los_Angeles","America/Chicago",',
  ',"Netherlands","NL",52.,4.,null,"Europe/Amsterdam",',
  ',"France","FR",48.,2.,null,"Europe/Paris",',
  ',"Germany","DE",50.,8.,null,"Europe/Berlin",',
  ' Telecom Communications Corporation Networks Limited Network Services Internet Online, Inc. LLC GmbH S.A. B.V. Ltd.',
  '{"target":"www..com","address":"","source":"192.168.1.","family":4,"protocol":"icmp","port":null,"reached":true,"end":"destination","unreachable":null,"loop":null,"startedAt":17,"durationMs":,"socket":"native","stamps":"kernel","hops":[[[1,"192.168.1.1",["192.168.1.1"],[[0,"192.168.1.1",0.,"kernel",64],',
  '["192.168.1.1",["private","Private-Use","172.16.0.0/12","10.0.0.0/8","192.168.0.0/16","RFC 1918",false,null],null,null,[]],null],',
  ',null,[],[],null,null,[3,0,1,"silent","0 of 3 probes answered; 3 of 3 behind it"],["unmeasured","silent","the hop answers nothing"],[],null,null,false,0],null,null],[[',
  '[3,2,0.33333333333333337,"unknown","2 of 3 answered"],',
  '[3,0,1,"rate-limited","',
  '["unmeasured","rate-limited","the hop limits how often it answers"],[],null,null,false,0],["',
  '["at-least",9,"noisy","packets arrive too close together to tell them apart"],[],null,null,false,0],["',
  ',"kernel",24],[1,"10.0.0.1",1.,"kernel",25],[2,"10.0.0.1",1.,"kernel",25]],0,0,[3,3,0,"none","3 of 3 answered"],["estimate",9,9,9,0.95,1],[],null,null,false,0],["',
  '",null,["",[],"","",,,null,"Europe/","DB-IP City Lite"],[6,"","0.0/16","DB-IP ASN Lite"],[]],"ae-.net"],[[',
].join('');
