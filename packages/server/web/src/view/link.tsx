import type { ComponentChildren } from 'preact';
import { go, linkTo, type Place } from '../address.js';

/** A link within the page: followed without loading it anew, and still a link to copy or open in another tab. */
export function Link(props: {
  readonly to: Partial<Place>;
  readonly class?: string;
  readonly isCurrent?: boolean;
  readonly children: ComponentChildren;
}) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(props.to);
  };
  return (
    <a
      href={linkTo(props.to)}
      class={props.class}
      aria-current={props.isCurrent ? 'page' : undefined}
      onClick={follow}
    >
      {props.children}
    </a>
  );
}
