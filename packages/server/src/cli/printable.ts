/**
 * Text from the network (host names, names of networks) without what would steer a terminal: control
 * characters, and the marks that turn the direction of writing.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
}

/** At most `width` characters; what is cut off is shown by an ellipsis. */
export function fitted(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width < 1 ? '' : `${characters.slice(0, width - 1).join('')}…`;
}
