import { createSocket, type Socket } from 'node:dgram';
import { ProbeError } from '../errors.js';

/** Any port will do: connecting a datagram socket only looks the route up, no packet leaves. */
const DISCARD_PORT = 9;

/** As `findSource` does, with what every system has. */
export function findDatagramSource(address: string): Promise<string> {
  return address.includes(':') ? six.find(address) : four.find(address);
}

interface Question {
  readonly address: string;
  readonly resolve: (source: string) => void;
  readonly reject: (error: ProbeError) => void;
}

/** Questions of one family: however many are asked at once, one descriptor answers them, one after the other. */
class Router {
  readonly #family: 4 | 6;
  readonly #waiting: Question[] = [];
  #socket: Socket | null = null;

  constructor(family: 4 | 6) {
    this.#family = family;
  }

  find(address: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ address, resolve, reject });
      if (this.#socket === null) this.#open();
    });
  }

  #open(): void {
    const family = this.#family;
    const socket = createSocket({
      type: `udp${family}`,
      // They are addresses already.
      lookup: (address, _options, callback) => callback(null, address, family),
    });
    this.#socket = socket;
    socket.on('error', (cause) => {
      for (const question of this.#waiting.splice(0)) question.reject(unroutable(question, cause));
      this.#close();
    });
    this.#ask(socket);
  }

  #ask(socket: Socket): void {
    const question = this.#waiting[0]!;
    const settle = (cause?: Error) => {
      if (this.#socket !== socket) return;
      this.#waiting.shift();
      if (cause === undefined) {
        question.resolve(socket.address().address);
        socket.disconnect();
      } else question.reject(unroutable(question, cause));
      if (this.#waiting.length > 0) this.#ask(socket);
      else this.#close();
    };
    // Node's types leave out that the callback gets the error.
    socket.connect(DISCARD_PORT, question.address, settle as () => void);
  }

  #close(): void {
    this.#socket?.close();
    this.#socket = null;
  }
}

function unroutable({ address }: Question, cause: Error): ProbeError {
  return new ProbeError('TARGET_UNROUTABLE', address, cause);
}

const four = new Router(4);
const six = new Router(6);
