/**
 * Says to screen readers who comes and goes, shares a screen, raises a hand or shows an emoji; and who
 * speaks, when it is asked for: said by itself it would talk over those whom it names.
 */

import { useEffect, useRef, useState } from "react";

import { type CallNews, callNews } from "../core/call/news";
import type { Catalogue } from "../core/i18n";
import type { CurrentCall } from "../core/model";
import { LiveText } from "../ui/LiveText";
import { useLocale } from "../ui/locale";
import { listNames } from "../ui/names";
import { useShortcuts } from "../ui/useShortcuts";

export function CallAnnouncer({ call }: { call: CurrentCall }) {
  const { t } = useLocale();
  const before = useRef(call);
  const [words, setWords] = useState("");
  const { tiles } = call;
  useShortcuts({
    speaking: () => {
      const names = tiles.filter(({ speaking }) => speaking).map(({ person }) => person);
      setWords(
        names.length === 0 ? t.floor.said.nobodySpeaks : t.floor.said.speaks(listNames(names, t)),
      );
    },
  });
  useEffect(() => {
    const fresh = callNews(before.current, call);
    before.current = call;
    if (fresh.length > 0) setWords(fresh.map((one) => sentence(one, t)).join(" "));
  }, [call, t]);
  return <LiveText>{words}</LiveText>;
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
