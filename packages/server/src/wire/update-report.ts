import type { UpdateReport } from '@locator/intel';
import Type, { type Static } from 'typebox';

const text = Type.String();
const maybe = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);

export const UpdateReportSchema = Type.Object({
  started_at: text,
  added: Type.Integer({ description: 'Entries that are new, over all lists' }),
  removed: Type.Integer(),
  lists: Type.Array(
    Type.Object({
      name: text,
      url: text,
      result: Type.Enum(['updated', 'unchanged', 'too-soon', 'failed', 'refused'], {
        description:
          'too-soon: not asked, to stay within what the source allows; failed and refused keep the old list',
      }),
      entries: maybe(Type.Integer()),
      added: Type.Integer(),
      removed: Type.Integer(),
      updated_at: maybe(text),
      next_at: maybe(text),
      sentence: text,
    }),
  ),
});
export type UpdateReportJson = Static<typeof UpdateReportSchema>;

export function encodeUpdateReport({ startedAt, added, removed, lists }: UpdateReport): UpdateReportJson {
  return {
    started_at: startedAt,
    added,
    removed,
    lists: lists.map(({ updatedAt, nextAt, ...list }) => ({
      ...list,
      updated_at: updatedAt,
      next_at: nextAt,
    })),
  };
}
