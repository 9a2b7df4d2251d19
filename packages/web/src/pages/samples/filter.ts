// web/samples: which samples a view shows, from its address. Pure.
export const reasons = ['drift', 'quarantine', 'steady'] as const;
export type Reason = (typeof reasons)[number];
export const shows = ['unlabelled', 'labelled', 'dismissed', 'all'] as const;
export type Show = (typeof shows)[number];

export interface SampleFilter {
  readonly model: string | undefined;
  readonly device: string | undefined;
  readonly since_ms: number | undefined;
  /** One of these devices, such as those of an alert; ids with commas between. */
  readonly devices: string | undefined;
  /** These samples, such as those whose labels would settle an estimate; ids with commas between. */
  readonly ids: string | undefined;
  readonly reason: Reason | undefined;
  readonly show: Show;
}

export function filterOf(asked: Readonly<Record<string, string>>): SampleFilter {
  const since_ms = Number(asked['since'] ?? '');
  return {
    model: asked['model'] || undefined,
    device: asked['device'] || undefined,
    devices: asked['devices'] || undefined,
    ids: asked['ids'] || undefined,
    since_ms: since_ms > 0 && Number.isFinite(since_ms) ? since_ms : undefined,
    reason: reasons.find((each) => each === asked['reason']),
    show: shows.find((each) => each === asked['show']) ?? 'unlabelled',
  };
}

/** As many as the API takes; of more the first ones. */
export const listed_max = { devices: 100, ids: 200 } as const;

interface Spoken {
  readonly model?: string | undefined;
  readonly device?: string | undefined;
  readonly devices?: readonly string[];
  readonly ids?: readonly number[];
  readonly since_ms?: string | number | undefined;
  readonly reason?: Reason;
}

/** The address of the samples that a view of something else speaks of. */
export function samplesHref(of: Spoken): string {
  const asked = new URLSearchParams();
  for (const [name, value] of [
    ['model', of.model],
    ['device', of.device],
    ['devices', of.devices?.slice(0, listed_max.devices).join(',')],
    ['ids', of.ids?.slice(0, listed_max.ids).join(',')],
    ['reason', of.reason],
    ['since', of.since_ms],
  ] as const)
    if (value !== undefined && value !== '') asked.set(name, String(value));
  return asked.size === 0 ? '/samples' : `/samples?${asked}`;
}

/** How many a list of the address names. */
export const countOf = (list: string | undefined): number => (list === undefined ? 0 : list.split(',').length);

/** What was set aside is looked at by how little sure the model was; the rest as it came. */
export const sortOf = (reason: Reason) => (reason === 'quarantine' ? 'least_confident' : 'oldest');

/** Samples that looked drifted come first, then what the model was not sure of: they are what a new version learns from. */
export const orderOf = (filter: SampleFilter): readonly Reason[] => (filter.reason ? [filter.reason] : reasons);
