import { useParams, useSearch } from '@tanstack/react-router';

/** A parameter of the page's address, e.g. the id in /cohorts/$id. */
export function useRouteParam(name: 'id' | 'kind' | 'name'): string {
  const params: Record<string, unknown> = useParams({ strict: false });
  const value = params[name];
  if (typeof value !== 'string') throw new Error(`This page needs "${name}" in its address.`);
  return value;
}

/** A value of the address's query, null when it is not there. */
export function useSearchParam(name: string): string | null {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const value = search[name];
  return typeof value === 'string' ? value : null;
}
