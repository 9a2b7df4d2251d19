// web/executions: what a collect step waits for, read from the sentence that the step says: labels of which device, and how many. Pure.
export interface LabelsWanted {
  readonly device: string;
  readonly labelled: number;
  readonly wanted: number;
}

export function labelsWanted(wait_reason: string | null): LabelsWanted | null {
  const said = /^(\d+) of (\d+) labelled samples from device (\S+)$/.exec(wait_reason ?? '');
  return said && { labelled: Number(said[1]), wanted: Number(said[2]), device: said[3]! };
}
