/** Writes into a text field as if it was typed: it can be undone, and the field hears of it. */

/** Replaces what is between two places of the field. */
export function insertText(
  field: HTMLTextAreaElement | null,
  text: string,
  from: number,
  to: number,
): void {
  if (field === null) return;
  field.focus();
  field.setSelectionRange(from, to);
  // Deprecated, and still the one way that keeps what can be undone.
  if (text !== "" && document.execCommand?.("insertText", false, text)) return;
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
