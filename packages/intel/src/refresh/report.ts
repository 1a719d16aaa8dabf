/** What became of one list or database. */
export interface ListReport {
  /** As in `Source.name`. */
  readonly name: string;
  readonly url: string;
  /**
   * `too-soon`: nothing was asked, the last request is less than an hour old or the server asked for patience.
   * `failed`: no usable answer. `refused`: the answer was not fit to replace the list in use, which stays.
   */
  readonly result: 'updated' | 'unchanged' | 'too-soon' | 'failed' | 'refused';
  /** Entries now in use; null when there are none, or for a database. */
  readonly entries: number | null;
  readonly added: number;
  readonly removed: number;
  /** ISO 8601: when the list now in use was made. */
  readonly updatedAt: string | null;
  /** ISO 8601: the earliest time of the next request. */
  readonly nextAt: string | null;
  /** One sentence for people. */
  readonly sentence: string;
}

export interface UpdateReport {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly lists: readonly ListReport[];
  /** Entries over all lists. */
  readonly added: number;
  readonly removed: number;
}

export interface UpdateOptions {
  /** Takes a list from which more than half of the entries are gone. */
  readonly acceptShrink?: boolean;
  readonly signal?: AbortSignal;
}
