// What comes from outside (a file, a server) as a terminal may be given it: a character that steers a terminal, ends a line or turns the direction of what is read
// is written as \u and its number, so that a name of a column can neither clear the screen nor forge a line.

const steers = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
const written = (letter: string): string => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`;

/** One line. */
export const plain = (text: string): string => text.replaceAll(steers, written);

/** Text of our own, of several lines and with tabs, in which something from outside may stand. */
export const plainLines = (text: string): string => text.replaceAll(steers, (letter) => (letter === '\n' || letter === '\t' ? letter : written(letter)));

/** JSON leaves DEL, what follows it, and what turns the direction as they are; `\u` and a number mean the same there. */
export const plainJson = (json: string): string => json.replaceAll(steers, (letter) => (letter === '\n' ? letter : written(letter)));
