/**
 * The few small pictures that stand beside words. Each state has a shape of its own, so that none depends on colour.
 */
import type { ReactNode } from "react";

const SHAPES = {
  check: <path d="M8 1.3a6.7 6.7 0 1 0 0 13.4A6.7 6.7 0 0 0 8 1.3Zm-1 9.8L3.9 8l1.2-1.2L7 8.7l4-4 1.2 1.2L7 11.1Z" />,
  cross: (
    <path d="M8 1.3a6.7 6.7 0 1 0 0 13.4A6.7 6.7 0 0 0 8 1.3Zm3.2 8.7L10 11.2l-2-2-2 2L4.8 10l2-2-2-2L6 4.8l2 2 2-2L11.2 6l-2 2 2 2Z" />
  ),
  ring: (
    <path
      d="M8 2.5A5.5 5.5 0 1 0 13.5 8 5.5 5.5 0 0 0 8 2.5Z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeDasharray="2.6 2"
    />
  ),
  octagon: (
    <path
      d="M5.3 1.2h5.4l3.8 3.9v5.7l-3.8 4H5.3l-3.8-4V5.1l3.8-3.9ZM7.2 4v5h1.6V4H7.2Zm0 6.3v1.7h1.6v-1.7H7.2Z"
      fillRule="evenodd"
    />
  ),
  triangle: <path d="M8 1.2 15.5 14.5H.5L8 1.2Zm-.8 4.8v4.2h1.6V6H7.2Zm0 5.3v1.6h1.6v-1.6H7.2Z" fillRule="evenodd" />,
  info: (
    <path
      d="M8 1.3a6.7 6.7 0 1 0 0 13.4A6.7 6.7 0 0 0 8 1.3Zm-.8 5.5h1.6v5H7.2v-5Zm0-2.6h1.6v1.6H7.2V4.2Z"
      fillRule="evenodd"
    />
  ),
  sealed: (
    <path
      d="M4.5 7V4.8a3.5 3.5 0 0 1 7 0V7h1.2v7.5H3.3V7h1.2Zm1.6 0h3.8V4.8a1.9 1.9 0 0 0-3.8 0V7Z"
      fillRule="evenodd"
    />
  ),
  unsealed: <path d="M4.5 7V4.2a3.5 3.5 0 0 1 6.8-1.1l-1.5.6a1.9 1.9 0 0 0-3.7.5V7h6.6v7.5H3.3V7h1.2Z" />,
  link: (
    <path
      d="M2 8.5h3.2L6.5 4l2.6 8.5 1.6-4H14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinejoin="round"
      strokeLinecap="round"
    />
  ),
  unlinked: (
    <path
      d="M2 8h3.5M10.5 8H14M6.5 4.5l3 7"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
    />
  ),
  download: <path d="M7.2 1.5h1.6v7l2.3-2.3 1.1 1.1L8 11.5 3.8 7.3l1.1-1.1 2.3 2.3v-7ZM2 12.6h12v1.6H2v-1.6Z" />,
  people: (
    <path d="M6 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 6 8Zm5.2 0a2.3 2.3 0 1 0-.9-4.4 4 4 0 0 1-.6 3.9c.4.3.9.5 1.5.5ZM.8 13.6c0-2.6 2.2-4.4 5.2-4.4s5.2 1.8 5.2 4.4H.8Zm11.9 0h2.6c0-2.3-1.6-3.9-4-3.9.9 1 1.4 2.3 1.4 3.9Z" />
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/** A picture of 16 by 16 in the colour of the text; hidden from readers of the screen, since words stand beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" fill="currentColor" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
