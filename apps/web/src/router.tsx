import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { Shell } from './app/shell.tsx';
import { ErrorPage } from './features/about/error.page.tsx';
import NotFoundPage from './features/about/not-found.page.tsx';
import { Landing } from './features/home/landing.tsx';
import { SignedIn } from './app/signed-in.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundPage,
  errorComponent: ErrorPage,
});
/**
 * Everything under this is for signed-in people; others see the landing page at the same address
 * and come back to it after signing in.
 */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: () => <SignedIn landing={<Landing />} />,
});

type Page = Parameters<typeof lazyRouteComponent>[0];
const page = <Path extends string>(path: Path, load: Page) =>
  createRoute({ getParentRoute: () => inside, path, component: lazyRouteComponent(load) });

const routeTree = root.addChildren([
  inside.addChildren([
    page('/', () => import('./features/home/home.page.tsx')),
    page('/notifications', () => import('./features/home/notifications.page.tsx')),
    page('/applications', () => import('./features/applications/list.page.tsx')),
    page('/applications/$id', () => import('./features/applications/case.page.tsx')),
    page('/applications/$id/edit', () => import('./features/applications/edit.page.tsx')),
    page('/permits', () => import('./features/permits/list.page.tsx')),
    page('/permits/$id', () => import('./features/permits/permit.page.tsx')),
    page('/datasets', () => import('./features/datasets/catalogue.page.tsx')),
    page('/datasets/new', () => import('./features/datasets/new.page.tsx')),
    page('/datasets/$id', () => import('./features/datasets/dataset.page.tsx')),
    page('/dataset-versions/$id', () => import('./features/datasets/version.page.tsx')),
    page('/training-runs', () => import('./features/training/list.page.tsx')),
    page('/training-runs/new', () => import('./features/training/new.page.tsx')),
    page('/training-runs/compare', () => import('./features/training/compare.page.tsx')),
    page('/training-runs/$id', () => import('./features/training/run.page.tsx')),
    page('/ensembles/$id', () => import('./features/ensembles/ensemble.page.tsx')),
    page('/generator-imports/new', () => import('./features/generators/new.page.tsx')),
    page('/generator-imports/$id', () => import('./features/generators/import.page.tsx')),
    page('/cohorts', () => import('./features/cohorts/list.page.tsx')),
    page('/cohorts/new', () => import('./features/cohorts/new.page.tsx')),
    page('/cohorts/$id', () => import('./features/cohorts/cohort.page.tsx')),
    page('/receipts', () => import('./features/cohorts/receipts.page.tsx')),
    page('/audit', () => import('./features/audit/audit.page.tsx')),
    page('/provenance/$kind/$id', () => import('./features/audit/provenance.page.tsx')),
  ]),
  createRoute({
    getParentRoute: () => root,
    path: '/guides/$name',
    component: lazyRouteComponent(() => import('./features/guides/guide.page.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tillganglighet',
    component: lazyRouteComponent(() => import('./features/about/accessibility.page.tsx')),
  }),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
