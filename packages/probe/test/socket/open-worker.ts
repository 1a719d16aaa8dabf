import { Worker } from 'node:worker_threads';

/** A worker thread that runs a TypeScript file: the loader of the main thread does not reach into it. */
export function openWorker(file: URL): Worker {
  const code = `import('tsx/esm/api').then(({ tsImport }) => tsImport('${file}', '${import.meta.url}'))`;
  return new Worker(code, { eval: true, execArgv: [] });
}
