/** Line icons, 24 px box, drawn in the colour of the text. */
import type { ReactNode } from 'react';

function Icon({ children, size = 16 }: { children: ReactNode; size?: number }): JSX.Element {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const SoundIcon = ({ off }: { off: boolean }): JSX.Element => (
  <Icon size={18}>
    <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500Z" />
    {off ? <path d="m16 9.500 5 5m0-5-5 5" /> : <path d="M15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />}
  </Icon>
);

export const HelpIcon = (): JSX.Element => (
  <Icon size={18}>
    <circle cx="12" cy="12" r="9" />
    <path d="M9.500 9.500a2.600 2.600 0 1 1 3.700 2.300c-.8.4-1.200 1-1.200 1.900M12 17h.01" />
  </Icon>
);

export const PictureIcon = (): JSX.Element => (
  <Icon size={17}>
    <rect x="3.5" y="4.5" width="17" height="15" rx="3" />
    <circle cx="9" cy="10" r="1.6" />
    <path d="m4.500 17.500 4.700-4.200 3.300 2.900 3-2.700 4.500 3.900" />
  </Icon>
);

export const QuickIcon = (): JSX.Element => (
  <Icon size={17}>
    <path d="M13 3 5 13.500h6L10 21l8.500-11H12.500Z" />
  </Icon>
);

export const DownIcon = (): JSX.Element => (
  <Icon>
    <path d="m6 9.500 6 6 6-6" />
  </Icon>
);

export const LockIcon = (): JSX.Element => (
  <Icon size={14}>
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3" />
  </Icon>
);

export const Brand = (): JSX.Element => (
  <svg width="26" height="26" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">
    <path
      fillRule="evenodd"
      d="M6.500 4.500h11A3.500 3.500 0 0 1 21 8v5a3.500 3.500 0 0 1-3.500 3.500h-5L8 20v-3.500H6.500A3.500 3.500 0 0 1 3 13V8a3.500 3.500 0 0 1 3.500-3.500Zm2.200 7.300a1.300 1.300 0 1 0 0-2.600 1.300 1.300 0 0 0 0 2.600Zm6.600 0a1.300 1.300 0 1 0 0-2.600 1.300 1.300 0 0 0 0 2.600Z"
    />
  </svg>
);
