import { computed, signal } from '@preact/signals';

/** What the page shows is what its URL says: a link restores it, back and forward work. */
export type ViewName = 'trace' | 'watch' | 'history' | 'monitors';

export interface Place {
  readonly view: ViewName;
  readonly target: string;
  readonly protocol: string;
  readonly family: string;
  /** Ids of two stored traces to compare. */
  readonly a: string;
  readonly b: string;
}

const views: readonly string[] = ['trace', 'watch', 'history', 'monitors'];
const current = signal(readPlace(location.search));

export const place = computed(() => current.value);

addEventListener('popstate', () => {
  current.value = readPlace(location.search);
});

export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const view = query.get('view') ?? 'trace';
  return {
    view: (views.includes(view) ? view : 'trace') as ViewName,
    target: query.get('target')?.trim() ?? '',
    protocol: query.get('protocol') ?? '',
    family: query.get('family') ?? '',
    a: query.get('a') ?? '',
    b: query.get('b') ?? '',
  };
}

/** The link to a place: only what differs from an empty page is said. */
export function linkTo(to: Partial<Place>): string {
  const { view, ...rest } = { ...emptyPlace, ...to };
  const query = new URLSearchParams();
  if (view !== 'trace') query.set('view', view);
  for (const [name, value] of Object.entries(rest)) if (value !== '') query.set(name, value);
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}

export function go(to: Partial<Place>, how: 'push' | 'replace' = 'push'): void {
  const link = linkTo(to);
  if (link !== location.pathname + location.search) {
    if (how === 'push') history.pushState(null, '', link);
    else history.replaceState(null, '', link);
  }
  current.value = readPlace(location.search);
}

const emptyPlace: Place = { view: 'trace', target: '', protocol: '', family: '', a: '', b: '' };
