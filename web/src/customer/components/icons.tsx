/** Line icons, 24 px box, drawn in the colour of the text. */
import type { ReactNode } from 'react';

function Icon({ children, size = 22 }: { children: ReactNode; size?: number }): JSX.Element {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const HeadsetIcon = (): JSX.Element => (
  <Icon size={18}>
    <path d="M4 14v-2a8 8 0 0 1 16 0v2" />
    <rect x="2.8" y="13.5" width="4.2" height="6" rx="1.6" />
    <rect x="17" y="13.5" width="4.2" height="6" rx="1.6" />
    <path d="M19 19.500c0 1.5-1.8 2.3-4.5 2.300H13" />
  </Icon>
);

export const MoreIcon = (): JSX.Element => (
  <Icon>
    <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="2.8" />
  </Icon>
);

export const PictureIcon = (): JSX.Element => (
  <Icon size={24}>
    <rect x="3.5" y="4.5" width="17" height="15" rx="3" />
    <circle cx="9" cy="10" r="1.6" />
    <path d="m4.5 17.5 4.7-4.2 3.3 2.9 3-2.7 4.5 3.9" />
  </Icon>
);

export const SendIcon = (): JSX.Element => (
  <Icon size={20}>
    <path d="M12 19V5.500M6 11l6-6 6 6" strokeWidth="2.2" />
  </Icon>
);

export const CloseIcon = (): JSX.Element => (
  <Icon size={20}>
    <path d="m6 6 12 12M18 6 6 18" />
  </Icon>
);

export const DownIcon = (): JSX.Element => (
  <Icon size={18}>
    <path d="M12 5v14M6 13l6 6 6-6" />
  </Icon>
);

export const PhoneIcon = (): JSX.Element => (
  <Icon size={18}>
    <rect x="6.5" y="2.8" width="11" height="18.4" rx="2.6" />
    <path d="M11 18h2" />
  </Icon>
);

export const RetryIcon = (): JSX.Element => (
  <Icon size={16}>
    <path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.400L19.5 9M19.5 4v5h-5" />
  </Icon>
);

export const SearchIcon = (): JSX.Element => (
  <Icon size={18}>
    <circle cx="11" cy="11" r="6.5" />
    <path d="m16 16 4.5 4.5" />
  </Icon>
);

/** The assistant's face: a speech bubble, no operator's logo. */
export const BotFace = (): JSX.Element => (
  <svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">
    <path
      fillRule="evenodd"
      d="M6.5 5h11A3.5 3.5 0 0 1 21 8.500v5a3.5 3.5 0 0 1-3.5 3.500h-5L8 20.500V17H6.500A3.5 3.5 0 0 1 3 13.500v-5A3.5 3.5 0 0 1 6.5 5Zm2.2 7.300a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.600Zm6.6 0a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.600Z"
    />
  </svg>
);

export const PersonFace = (): JSX.Element => (
  <svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">
    <circle cx="12" cy="8.5" r="4" />
    <path d="M4.5 20c.4-4 3.5-6.2 7.5-6.200s7.1 2.2 7.5 6.200Z" />
  </svg>
);
