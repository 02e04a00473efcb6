import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRouteParam } from '../../api/route-params.ts';
import { useLocale } from '../../i18n/format.ts';
import layoutStyles from '../../ui/layout.module.css';
import { Page } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import NotFoundPage from '../about/not-found.page.tsx';
import { guideNames, isGuideName, loadGuide, type GuideName } from './guides.ts';
import styles from './guide.module.css';

/** A guide by task. Open to everyone, signed in or not. */
export default function GuidePage() {
  const name = useRouteParam('name');
  return isGuideName(name) ? <GuideView name={name} /> : <NotFoundPage />;
}

function GuideView({ name }: { name: GuideName }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const query = useQuery({
    queryKey: ['guide', name, locale],
    queryFn: () => loadGuide(name, locale),
    staleTime: Infinity,
  });
  return (
    <QueryBoundary query={query}>
      {(guide) =>
        guide === null ? (
          <NotFoundPage />
        ) : (
          <Page
            title={guide.title}
            lead={guide.locale === locale ? undefined : t('guides.englishOnly')}
          >
            <nav className={styles.others} aria-label={t('guides.all')}>
              {guideNames.map((each) => (
                <Link
                  key={each}
                  to="/guides/$name"
                  params={{ name: each }}
                  activeProps={{ 'aria-current': 'page' }}
                >
                  {t(`guides.names.${each}`)}
                </Link>
              ))}
            </nav>
            <div className={layoutStyles.proseCard} lang={guide.locale}>
              <nav aria-label={t('guides.contents')}>
                <ol className={styles.contents}>
                  {guide.sections.map(({ id, title }) => (
                    <li key={id}>
                      <a href={`#${id}`}>{title}</a>
                    </li>
                  ))}
                </ol>
              </nav>
              {/* Made by the build from docs/guides, raw HTML refused (markdown.ts). */}
              <div className={styles.guide} dangerouslySetInnerHTML={{ __html: guide.html }} />
            </div>
          </Page>
        )
      }
    </QueryBoundary>
  );
}
