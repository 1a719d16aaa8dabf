/** Debian leaves the sbin folders out of an ordinary user's path, where ip, tc, nft and traceroute are. */
export function pathWithSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` };
}
