/** What the C libraries (glibc, musl, BSD, macOS) call the errors that a send can end with. */
const codes: ReadonlyMap<string, string> = new Map([
  ['Address family not supported by protocol', 'EAFNOSUPPORT'],
  ['Address family not supported by protocol family', 'EAFNOSUPPORT'],
  ['Address not available', 'EADDRNOTAVAIL'],
  ['Bad file descriptor', 'EBADF'],
  ["Can't assign requested address", 'EADDRNOTAVAIL'],
  ['Cannot assign requested address', 'EADDRNOTAVAIL'],
  ['Host is down', 'EHOSTDOWN'],
  ['Host is unreachable', 'EHOSTUNREACH'],
  ['Invalid argument', 'EINVAL'],
  ['Message too long', 'EMSGSIZE'],
  ['Message too large', 'EMSGSIZE'],
  ['Network is down', 'ENETDOWN'],
  ['Network is unreachable', 'ENETUNREACH'],
  ['Network unreachable', 'ENETUNREACH'],
  ['No buffer space available', 'ENOBUFS'],
  ['No route to host', 'EHOSTUNREACH'],
  ['Operation not permitted', 'EPERM'],
  ['Permission denied', 'EACCES'],
  ['Protocol not available', 'ENOPROTOOPT'],
  ['Protocol not supported', 'EPROTONOSUPPORT'],
  ['Resource temporarily unavailable', 'EAGAIN'],
]);

/** The code of an error that only has strerror's text; `UNKNOWN`, as Node says, where the text is another. */
export function errorCode(error: unknown): string {
  return (error instanceof Error ? codes.get(error.message) : undefined) ?? 'UNKNOWN';
}
