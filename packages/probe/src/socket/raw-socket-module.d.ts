/** What is used of the npm package `raw-socket` 1.8.1, which has no types of its own. */
declare module 'raw-socket' {
  interface RawSocket {
    on(event: 'message', listener: (packet: Buffer, source: string) => void): void;
    on(event: 'error' | 'close', listener: () => void): void;
    /** `before` runs right before the system call; `after` gets an Error whose message is strerror's text. */
    send(
      buffer: Buffer,
      offset: number,
      length: number,
      address: string,
      before: () => void,
      after: (error: Error | null) => void,
    ): void;
    setOption(level: number, option: number, value: number): void;
    setOption(level: number, option: number, value: Buffer, length: number): void;
    pauseRecv(): void;
    resumeRecv(): void;
    close(): void;
  }

  const rawSocket: {
    /** Throws an Error whose message is strerror's text. */
    createSocket(options: { protocol: number; addressFamily: number; bufferSize: number }): RawSocket;
    readonly AddressFamily: { readonly IPv4: number; readonly IPv6: number };
    readonly SocketLevel: Readonly<Record<'SOL_SOCKET' | 'IPPROTO_IP' | 'IPPROTO_IPV6', number>>;
    /** IPV6_HDRINCL on Windows only. */
    readonly SocketOption: Readonly<
      Record<'SO_RCVBUF' | 'SO_SNDBUF' | 'IP_HDRINCL' | 'IPV6_UNICAST_HOPS', number> & {
        IPV6_HDRINCL?: number;
      }
    >;
  };
  export default rawSocket;
  export type { RawSocket };
}
