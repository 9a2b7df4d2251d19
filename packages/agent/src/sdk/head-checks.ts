// agent/sdk: what a value of a file may be, before it is believed.

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
export const isReference = (value: unknown): value is number => isCount(value) && value <= 0xffff_ffff;
