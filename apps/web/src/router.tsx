import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Shell } from './components/shell.tsx';
import { ErrorPage } from './pages/about/error.page.tsx';
import NotFoundPage from './pages/about/not-found.page.tsx';
import { SignedIn } from './session/signed-in.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage, errorComponent: ErrorPage });
/** Everything under this is for signed-in people; others see the landing page at the same address and come back to it after signing in. */
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: SignedIn });

type Page = Parameters<typeof lazyRouteComponent>[0];
const page = <Path extends string>(path: Path, load: Page) => createRoute({ getParentRoute: () => inside, path, component: lazyRouteComponent(load) });

const routeTree = root.addChildren([
  inside.addChildren([
    page('/', () => import('./pages/home/home.page.tsx')),
    page('/notifications', () => import('./pages/home/notifications.page.tsx')),
    page('/applications', () => import('./pages/applications/list.page.tsx')),
    page('/applications/$id', () => import('./pages/applications/case.page.tsx')),
    page('/applications/$id/edit', () => import('./pages/applications/edit.page.tsx')),
    page('/permits', () => import('./pages/permits/list.page.tsx')),
    page('/permits/$id', () => import('./pages/permits/permit.page.tsx')),
    page('/datasets', () => import('./pages/datasets/catalogue.page.tsx')),
    page('/datasets/new', () => import('./pages/datasets/new.page.tsx')),
    page('/datasets/$id', () => import('./pages/datasets/dataset.page.tsx')),
    page('/dataset-versions/$id', () => import('./pages/datasets/version.page.tsx')),
    page('/training-runs', () => import('./pages/training/list.page.tsx')),
    page('/training-runs/new', () => import('./pages/training/new.page.tsx')),
    page('/training-runs/$id', () => import('./pages/training/run.page.tsx')),
    page('/generator-imports/new', () => import('./pages/generators/new.page.tsx')),
    page('/generator-imports/$id', () => import('./pages/generators/import.page.tsx')),
    page('/cohorts', () => import('./pages/cohorts/list.page.tsx')),
    page('/cohorts/new', () => import('./pages/cohorts/new.page.tsx')),
    page('/cohorts/$id', () => import('./pages/cohorts/cohort.page.tsx')),
    page('/receipts', () => import('./pages/cohorts/receipts.page.tsx')),
    page('/audit', () => import('./pages/audit/audit.page.tsx')),
    page('/provenance/$kind/$id', () => import('./pages/audit/provenance.page.tsx')),
  ]),
  createRoute({ getParentRoute: () => root, path: '/tillganglighet', component: lazyRouteComponent(() => import('./pages/about/accessibility.page.tsx')) }),
]);

export const router = createRouter({ routeTree, defaultPreload: 'intent', defaultPreloadStaleTime: 0, scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}
