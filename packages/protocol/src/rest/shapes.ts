// Shapes that several routes share.
import { type TSchema, Type } from 'typebox';

export const Name = Type.String({ minLength: 1, maxLength: 100 });
export const Id = Type.String({ minLength: 1, maxLength: 100 });
export const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const Time = Type.Number({ description: 'milliseconds since 1970-01-01 UTC' });
export const Labels = Type.Record(Type.String({ maxLength: 63 }), Type.String({ maxLength: 200 }));
export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
export const Ok = Type.Object({ ok: Type.Literal(true) });
/** Query numbers arrive as text; the server turns them into numbers before the check. */
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }));
export const byId = Type.Object({ id: Id });
export const byName = Type.Object({ name: Name });
export const closed = { additionalProperties: false } as const;
