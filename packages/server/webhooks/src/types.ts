// webhooks: the nouns.

/** MLflow's names of what happens: entity and action. */
export const webhook_events = [
  'registered_model.created',
  'model_version.created',
  'model_version_tag.set',
  'model_version_tag.deleted',
  'model_version_alias.created',
  'model_version_alias.deleted',
  'prompt.created',
  'prompt_version.created',
  'prompt_tag.set',
  'prompt_tag.deleted',
  'prompt_version_tag.set',
  'prompt_version_tag.deleted',
  'prompt_alias.created',
  'prompt_alias.deleted',
] as const;
export type WebhookEvent = (typeof webhook_events)[number];

/** What happens to an alert. */
export const alert_events = ['alert.opened', 'alert.device_joined', 'alert.resolved'] as const;
export type AlertEvent = (typeof alert_events)[number];

/** Where news of alerts go: a POST that is signed, a POST in the shape of Slack's incoming webhooks, an e-mail. */
export const channel_kinds = ['webhook', 'slack', 'email'] as const;
export type ChannelKind = (typeof channel_kinds)[number];

/** Who hears news: MLflow's webhooks hear of the registry, channels of alerts. */
export type ReceiverKind = 'mlflow' | ChannelKind;

/** As it is shown: never its secret, which the address of a Slack channel is too. */
export interface ChannelView {
  readonly name: string;
  readonly kind: ChannelKind;
  /** An address; e-mail: recipients with commas between. */
  readonly to: string;
  /** Of alerts of this model alone; null: of all. */
  readonly model: string | null;
  readonly events: readonly AlertEvent[];
  readonly enabled: boolean;
  readonly has_secret: boolean;
  readonly updated_ms: number;
  readonly last_ms: number | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly failures: number;
  readonly waiting: number;
}
export interface NewChannel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly to: string;
  readonly model?: string | undefined;
  readonly events?: readonly AlertEvent[] | undefined;
  readonly secret?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** As it is shown: never its secret. */
export interface WebhookView {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly is_active: boolean;
  readonly has_secret: boolean;
  readonly created_ms: number;
  readonly updated_ms: number;
  /** Of the last call: when, its status or what went wrong, and how many in a row went wrong. */
  readonly last_ms: number | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly failures: number;
  readonly waiting: number;
}
export interface NewWebhook {
  readonly name: string;
  readonly description?: string | undefined;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly secret?: string | undefined;
  readonly is_active: boolean;
}

/** What is absent stays as it is. */
export type WebhookChange = { readonly [K in keyof NewWebhook]?: NewWebhook[K] | undefined };

/** One thing that happened. `news` numbers it, so that it is delivered to a webhook once. */
export interface News {
  readonly news: number;
  readonly at_ms: number;
  readonly event: WebhookEvent;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What came of one call. */
export interface Outcome {
  readonly status: number | null;
  /** The beginning of the answer. */
  readonly text: string;
  /** Null where the answer was a 2xx. */
  readonly error: string | null;
}
