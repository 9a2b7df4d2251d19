// web/samples: which samples a view shows, from its address. Pure.
export const reasons = ['drift', 'quarantine', 'steady'] as const;
export type Reason = (typeof reasons)[number];
export const shows = ['unlabelled', 'labelled', 'dismissed', 'all'] as const;
export type Show = (typeof shows)[number];

export interface SampleFilter {
  readonly model: string | undefined;
  readonly device: string | undefined;
  readonly since_ms: number | undefined;
  readonly reason: Reason | undefined;
  readonly show: Show;
}

export function filterOf(asked: Readonly<Record<string, string>>): SampleFilter {
  const since_ms = Number(asked['since'] ?? '');
  return {
    model: asked['model'] || undefined,
    device: asked['device'] || undefined,
    since_ms: since_ms > 0 && Number.isFinite(since_ms) ? since_ms : undefined,
    reason: reasons.find((each) => each === asked['reason']),
    show: shows.find((each) => each === asked['show']) ?? 'unlabelled',
  };
}

/** The address of the samples that a view of something else speaks of. */
export function samplesHref(of: { model?: string | undefined; device?: string | undefined; since_ms?: string | number | undefined; reason?: Reason }): string {
  const asked = new URLSearchParams();
  for (const [name, value] of [
    ['model', of.model],
    ['device', of.device],
    ['reason', of.reason],
    ['since', of.since_ms],
  ] as const)
    if (value !== undefined && value !== '') asked.set(name, String(value));
  return asked.size === 0 ? '/samples' : `/samples?${asked}`;
}

/** What was set aside is looked at by how little sure the model was; the rest as it came. */
export const sortOf = (reason: Reason) => (reason === 'quarantine' ? 'least_confident' : 'oldest');

/** Samples that looked drifted come first, then what the model was not sure of: they are what a new version learns from. */
export const orderOf = (filter: SampleFilter): readonly Reason[] => (filter.reason ? [filter.reason] : reasons);
