/** Words about devices that cannot be used. */

import type { Catalogue } from "../core/i18n";
import type { DeviceControl, DeviceRefusal } from "../core/model";

export function isRefused({ state }: Pick<DeviceControl, "state">): boolean {
  return state.kind === "refused";
}

/** What helps; where a browser hides its leave depends on the browser. */
export function remedy(reason: DeviceRefusal, userAgent: string, t: Catalogue): string {
  if (reason !== "denied") return t.call.refused[reason];
  if (/iPhone|iPad/.test(userAgent)) return t.join.denied.ios;
  if (/Firefox\//.test(userAgent)) return t.join.denied.firefox;
  if (/Chrom(e|ium)\//.test(userAgent)) return t.join.denied.chromium;
  if (/Safari\//.test(userAgent)) return t.join.denied.safari;
  return t.call.refused.denied;
}
