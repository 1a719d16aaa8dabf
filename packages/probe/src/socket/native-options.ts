import type { Loaded } from '../../native/load.mjs';

/** For measurements and tests: the defaults are what is best. */
export interface NativeOptions {
  /**
   * `auto`: the kernel's transmit stamps, identified in the best way it knows; `counted`: in the way of kernels
   * before 6.13; `none`: no transmit stamps of the kernel, as on a device that cannot give them.
   */
  readonly stamping?: 'auto' | 'counted' | 'none';
  /** Length of each receive queue. */
  readonly bufferBytes?: number;
  /** Where the native part comes from. */
  readonly load?: () => Loaded;
}
