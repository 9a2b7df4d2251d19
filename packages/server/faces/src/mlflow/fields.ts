// mlflow: the fields of a request, described once: the description parses, coerces, says what is wrong, types the handler and writes the reference page.

interface Common {
  readonly required?: true;
  /** Another name that the field may come under. */
  readonly alias?: string;
  readonly note?: string;
}
export interface TextField extends Common {
  readonly kind: 'string';
  readonly chars_max?: number;
  /** A longer value is cut to this length, unless the server was told to refuse it. */
  readonly cut_chars?: number;
  readonly rule?: RuleName;
  readonly default?: string;
}
export interface NumberField extends Common {
  readonly kind: 'int64' | 'double';
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
}
interface BoolField extends Common {
  readonly kind: 'bool';
  readonly default?: boolean;
}
export interface EnumField extends Common {
  readonly kind: 'enum';
  /** In the order of their numbers in MLflow's protocol; `first` is the number of the first one. */
  readonly names: readonly string[];
  readonly first?: number;
  readonly default?: string;
}
export interface ListField extends Common {
  readonly kind: 'list';
  readonly of: Field;
  readonly items_max?: number;
}
export interface MessageField extends Common {
  readonly kind: 'message';
  readonly fields: Fields;
}
/** An object whose keys the caller chooses; its values are text. */
export interface MapField extends Common {
  readonly kind: 'map';
  readonly keys_max: number;
  readonly key_chars_max: number;
  /** A longer value is cut to this length. */
  readonly cut_chars: number;
}
export type Field = TextField | NumberField | BoolField | EnumField | ListField | MessageField | MapField;
export type Fields = Readonly<Record<string, Field>>;

/** Rules of a text that a length does not say. */
export type RuleName = 'key' | 'run_id' | 'experiment_id' | 'model_name' | 'alias' | 'version' | 'trace_id' | 'timestamp' | 'duration' | 'webhook_name';

type ValueOf<F extends Field> = F extends TextField
  ? string
  : F extends NumberField
    ? number
    : F extends BoolField
      ? boolean
      : F extends EnumField
        ? F['names'][number]
        : F extends ListField
          ? readonly ValueOf<F['of']>[]
          : F extends MapField
            ? Readonly<Record<string, string>>
            : F extends MessageField
              ? InputOf<F['fields']>
              : never;
type IsThere<F> = F extends { required: true } | { default: unknown } | { kind: 'list' } | { kind: 'map' } ? true : false;
/** What a handler gets: lists and maps are never absent, and what is required or has a default is there. */
export type InputOf<Fs extends Fields> = { readonly [K in keyof Fs]: IsThere<Fs[K]> extends true ? ValueOf<Fs[K]> : ValueOf<Fs[K]> | undefined };

export const text = <const O extends Omit<TextField, 'kind'>>(options: O = {} as O) => ({ kind: 'string' as const, ...options });
export const int64 = <const O extends Omit<NumberField, 'kind'>>(options: O = {} as O) => ({ kind: 'int64' as const, ...options });
export const double = <const O extends Omit<NumberField, 'kind'>>(options: O = {} as O) => ({ kind: 'double' as const, ...options });
export const bool = <const O extends Omit<BoolField, 'kind'>>(options: O = {} as O) => ({ kind: 'bool' as const, ...options });
export const choice = <const N extends readonly string[], const O extends Omit<EnumField, 'kind' | 'names'>>(names: N, options: O = {} as O) => ({
  kind: 'enum' as const,
  names,
  ...options,
});
export const list = <const F extends Field, const O extends Omit<ListField, 'kind' | 'of'>>(of: F, options: O = {} as O) => ({
  kind: 'list' as const,
  of,
  ...options,
});
export const message = <const Fs extends Fields, const O extends Omit<MessageField, 'kind' | 'fields'>>(fields: Fs, options: O = {} as O) => ({
  kind: 'message' as const,
  fields,
  ...options,
});

export const map = <const O extends Omit<MapField, 'kind'>>(options: O) => ({ kind: 'map' as const, ...options });

export const required = { required: true } as const;

/** The object that the fields of a route name; `seen`: the handler shows what may be seen, and asks about what it makes. */
export type ObjectName = 'experiment' | 'experiment_name' | 'run' | 'logged_model' | 'trace' | 'model' | 'artifact' | 'seen';

export interface MlflowRoute<Fs extends Fields = Fields> {
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE')[];
  /** Below `/api`, and below `/ajax-api` too; `:name` fields come from the path. An absolute path, with `root`. */
  readonly path: string;
  /** Not below `/api`. */
  readonly root?: true;
  /** The least role; `guest` is anyone who is known. Of a route with an object, grants decide before it. */
  readonly access: 'public' | 'guest' | 'viewer' | 'editor' | 'admin';
  /** What grants are asked about; absent: the role alone decides, and guests are refused. */
  readonly on?: ObjectName;
  /** More than reading (`viewer`) and editing (`editor`) the object. */
  readonly deed?: 'remove';
  readonly tier: 0 | 1 | 2;
  readonly summary: string;
  readonly fields: Fs;
  /** The longest body; 8 MB without it. */
  readonly body_bytes_max?: number;
  /** The body is bytes, not JSON, and the handler is not among those of JSON. */
  readonly raw?: true;
}
export const route = <const Fs extends Fields>(description: MlflowRoute<Fs>): MlflowRoute<Fs> => description;
