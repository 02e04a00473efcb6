import type { Schemas } from '@scapis/client';

export type Graph = Schemas['ProvenanceGraph'];
export interface Placed {
  node: Graph['nodes'][number];
  x: number;
  y: number;
}
export interface Layout {
  nodes: Placed[];
  byId: Map<string, Placed>;
  width: number;
  height: number;
}

export const box = { width: 196, height: 56, gapX: 62, gapY: 18, pad: 12 } as const;

/**
 * Layers from left (origin) to right (what came of it). An edge points from the later thing to the
 * earlier, as PROV relations do, so a node's layer is one more than the highest of those it points
 * to. Within a layer, nodes stand near the middle of their neighbours (Sugiyama 1981).
 */
export function layOut(graph: Graph): Layout {
  const earlier = new Map<string, string[]>(graph.nodes.map((node) => [node.id, []]));
  for (const edge of graph.edges) if (earlier.has(edge.to)) earlier.get(edge.from)?.push(edge.to);
  const layerOf = new Map<string, number>();
  const visiting = new Set<string>();
  const layer = (id: string): number => {
    const known = layerOf.get(id);
    if (known !== undefined) return known;
    // Provenance has no cycles; a damaged graph must still be drawn.
    if (visiting.has(id)) return 0;
    visiting.add(id);
    const depth = Math.max(-1, ...(earlier.get(id) ?? []).map(layer)) + 1;
    visiting.delete(id);
    layerOf.set(id, depth);
    return depth;
  };
  const columns: Graph['nodes'][number][][] = [];
  for (const node of graph.nodes) (columns[layer(node.id)] ??= []).push(node);

  const rowOf = new Map<string, number>();
  columns.forEach((column) => {
    const wish = (id: string): number =>
      mean((earlier.get(id) ?? []).map((other) => rowOf.get(other) ?? 0));
    column.sort((a, b) => wish(a.id) - wish(b.id) || a.title.localeCompare(b.title));
    column.forEach((node, row) => rowOf.set(node.id, row - (column.length - 1) / 2));
  });
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const height = tallest * (box.height + box.gapY) - box.gapY + 2 * box.pad;
  const nodes = columns.flatMap((column, index) =>
    column.map((node) => ({
      node,
      x: box.pad + index * (box.width + box.gapX),
      y: height / 2 - box.height / 2 + (rowOf.get(node.id) ?? 0) * (box.height + box.gapY),
    })),
  );
  const width = columns.length * (box.width + box.gapX) - box.gapX + 2 * box.pad;
  return { nodes, byId: new Map(nodes.map((placed) => [placed.node.id, placed])), width, height };
}

const mean = (values: number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
