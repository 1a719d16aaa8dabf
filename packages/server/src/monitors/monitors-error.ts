/** The configured monitors could not be read. Its message completes a sentence that names the setting. */
export class MonitorsError extends Error {
  override readonly name = 'MonitorsError';
}
