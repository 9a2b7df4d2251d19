// Shapes that several routes share.
import { type TSchema, Type } from 'typebox';

export const Name = Type.String({ minLength: 1, maxLength: 100 });
/** What MLflow's clients may name so, too. */
export const ModelName = Type.String({ minLength: 1, maxLength: 256 });
export const AliasName = Type.String({ minLength: 1, maxLength: 255 });
export const ExperimentName = Type.String({ minLength: 1, maxLength: 500 });
/** Of experiments and models: the value of their tag `project`. */
export const Project = Type.String({ minLength: 1, maxLength: 100 });
export const Id = Type.String({ minLength: 1, maxLength: 100 });
export const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const Time = Type.Number({ description: 'milliseconds since 1970-01-01 UTC' });
export const Labels = Type.Record(Type.String({ maxLength: 63 }), Type.String({ maxLength: 200 }), { maxProperties: 64 });
export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
/** Names and values of docs/reference/hardware.md. */
export const Hardware = Type.Record(Type.String(), Type.String(), { description: 'facts of the machine; what it does not tell is absent' });
export const MayShare = Type.Boolean({ description: 'whoever asks may give grants on it' });
export const Ok = Type.Object({ ok: Type.Literal(true) });
/** Query numbers arrive as text; the server turns them into numbers before the check. */
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }));
/** What comes in is held to what a column takes; what goes out was. */
export const TimeIn = Type.Number({ minimum: -8.64e15, maximum: 8.64e15, description: 'milliseconds since 1970-01-01 UTC' });
export const RowId = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const WholeIn = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
export const CountIn = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
export const VersionIn = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
/** Up to a hundred years. */
export const DurationIn = (minimum = 0) => Type.Integer({ minimum, maximum: 3_155_760_000_000 });
export const byId = Type.Object({ id: Id });
export const byName = Type.Object({ name: Name });
export const byModelName = Type.Object({ name: ModelName });
export const closed = { additionalProperties: false } as const;
