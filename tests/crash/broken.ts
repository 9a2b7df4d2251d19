// tests/crash: where the program of a device says that it was started with a broken version.
export const brokenFile = (count_file: string): string => `${count_file}.broken`;
