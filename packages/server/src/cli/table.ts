import { fitted } from './printable.js';

/** One column of a table; a `right` one has numbers. */
export interface Column {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
}

/** Spaces between columns. */
export const GAP = 2;

/** Columns and the gaps between them. */
export function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP, -GAP);
}

/** One line: what does not fit its column is cut. */
export function line(columns: readonly Column[], cells: readonly string[]): string {
  return columns
    .map(({ width, right }, index) => {
      const cell = fitted(cells[index] ?? '', width);
      return right ? cell.padStart(width) : cell.padEnd(width);
    })
    .join(' '.repeat(GAP))
    .trimEnd();
}
