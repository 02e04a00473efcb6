import { useTranslation } from 'react-i18next';
import styles from './synthetic-badge.module.css';

/** Says that an image or a cohort is synthetic. */
export function SyntheticBadge() {
  const { t } = useTranslation();
  return <span className={styles.badge}>{t('viewer.synthetic')}</span>;
}
