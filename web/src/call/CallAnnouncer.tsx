/** Says to screen readers who comes and goes, raises a hand or shows an emoji. */

import { useEffect, useRef, useState } from "react";

import { type CallNews, callNews } from "../core/call/news";
import type { Catalogue } from "../core/i18n";
import type { CurrentCall } from "../core/model";
import { LiveText } from "../ui/LiveText";
import { useLocale } from "../ui/locale";

export function CallAnnouncer({ call }: { call: CurrentCall }) {
  const { t } = useLocale();
  const before = useRef(call);
  const [news, setNews] = useState<readonly CallNews[]>([]);
  useEffect(() => {
    const fresh = callNews(before.current, call);
    before.current = call;
    if (fresh.length > 0) setNews(fresh);
  }, [call]);
  return <LiveText>{news.map((one) => sentence(one, t)).join(" ")}</LiveText>;
}

function sentence(news: CallNews, t: Catalogue): string {
  const { said } = t.floor;
  switch (news.kind) {
    case "reaction":
      return said.reaction(news.person.name, news.emoji);
    case "locked":
      return news.locked ? said.locked : said.unlocked;
    default:
      return said[news.kind](news.person.name);
  }
}
