// web/charts: places for the nodes of a directed graph without cycles: a node stands one column right of the last that it needs. Pure, O(nodes + edges).
export interface Node {
  readonly id: string;
  readonly needs: readonly string[];
}

export interface Place {
  readonly column: number;
  readonly row: number;
}

export const row_px = 84;
const height_px_max = 420;
const turned_px_max = 640;

/** How high the graph is drawn: known before the code that draws it is here. `turned`: from top to bottom, for a narrow screen. */
export function heightOf(places: ReadonlyMap<string, Place>, turned: boolean): number {
  const rows = 1 + Math.max(0, ...[...places.values()].map((place) => (turned ? place.column : place.row)));
  return Math.min(turned ? turned_px_max : height_px_max, rows * row_px + 56);
}

export function layOut(nodes: readonly Node[]): Map<string, Place> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const columns = new Map<string, number>();
  const open = new Set<string>();
  const columnOf = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    // the server refuses cycles; a need that is open already would be one, and is drawn as if it were none
    if (open.has(id)) return 0;
    open.add(id);
    const needs = (byId.get(id)?.needs ?? []).filter((need) => byId.has(need));
    const column = needs.length === 0 ? 0 : 1 + Math.max(...needs.map(columnOf));
    open.delete(id);
    columns.set(id, column);
    return column;
  };
  const used = new Map<number, number>();
  return new Map(
    nodes.map((node) => {
      const column = columnOf(node.id);
      const row = used.get(column) ?? 0;
      used.set(column, row + 1);
      return [node.id, { column, row }];
    }),
  );
}
