import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process that answers each line on its standard input with one line of JSON, until that ends. */
export interface Answers<Answer> {
  ask(line: string): Promise<Answer>;
  close(): Promise<void>;
}

export function answersOf<Answer>(child: ChildProcess): Answers<Answer> {
  const answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    async ask(line) {
      child.stdin!.write(`${line}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('The measuring process has ended before its answer');
      return JSON.parse(value);
    },
    async close() {
      const exit = once(child, 'exit');
      child.stdin!.end();
      await exit;
    },
  };
}
