// stats/report: text into HTML that is safe wherever it came from, and whose characters are its bytes: what is not ASCII becomes a reference by number.

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeText = (text: string): string => text.replace(/[&<>"']|[^\n -~]/gu, (letter) => named[letter] ?? `&#${letter.codePointAt(0)!};`);

/** Cut where it is longer, so that no name of a column or word decides how long a page is. */
export const shortText = (text: string, chars_max = 60): string => escapeText(text.length > chars_max ? `${text.slice(0, chars_max - 1)}…` : text);
