/**
 * Loss as whole per cent, `"33%"`. `"0%"` and `"100%"` are kept for their exact meaning: nothing was lost,
 * nothing arrived. Whatever lies between is never rounded to either.
 */
export function packetLoss(loss: { readonly sent: number; readonly received: number }): string {
  const { sent, received } = loss;
  if (received <= 0) return '100%';
  if (received >= sent) return '0%';
  const percent = Math.round((1 - received / sent) * 100);
  return `${Math.min(99, Math.max(1, percent))}%`;
}
