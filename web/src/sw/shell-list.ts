/** What the build tells the service worker. */

/** A file that the page needs to start. */
export type ShellFile = {
  /** Path on this server. */
  url: string;
  /** Changes with the content. */
  revision: string;
};
