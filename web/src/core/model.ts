/**
 * What views draw: snapshots of everything the app knows, with the actions that are possible now.
 *
 * An action that is not possible is `undefined`; a control is disabled by that alone. Every id is a
 * string; every moment is in ms since 1970 by the server's clock, so that it can be compared with
 * `App.now()`.
 */

export * from "./model/app";
export * from "./model/calls";
export * from "./model/connection";
export * from "./model/conversations";
export * from "./model/guests";
export * from "./model/outcome";
export * from "./model/people";
export * from "./model/place";
export * from "./model/session";
