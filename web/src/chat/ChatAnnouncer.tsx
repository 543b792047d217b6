/** Says to screen readers what others write, calmly; what one sees changes without a sound. */

import { useEffect, useState } from "react";

import type { App } from "../core/app";
import type { Catalogue, Language } from "../core/i18n";
import { type News, Newsreader } from "../core/news";
import { useClock } from "../ui/clock";
import { LiveText } from "../ui/LiveText";
import { useLocale } from "../ui/locale";
import { contentLine, typingLine } from "./say";

type ChatAnnouncerProps = {
  app: Pick<App, "conversations" | "open">;
};

export function ChatAnnouncer({ app }: ChatAnnouncerProps) {
  const { t, language } = useLocale();
  const now = useClock();
  const [news, setNews] = useState<readonly News[]>([]);
  const { conversations, open } = app;

  useEffect(() => {
    const reader = new Newsreader(
      {
        now,
        after: (ms, action) => {
          const timer = setTimeout(action, ms);
          return () => clearTimeout(timer);
        },
      },
      setNews,
    );
    const look = (): void => {
      const { rows, loaded } = conversations.get();
      reader.look(rows, loaded, open.get());
    };
    look();
    const stops = [conversations.subscribe(look), open.subscribe(look)];
    return () => {
      for (const stop of stops) stop();
      reader.stop();
    };
  }, [conversations, open, now]);

  // What disappears later must not stay in the page because it was once read aloud.
  useEffect(() => {
    if (news.length === 0) return;
    const timer = setTimeout(() => setNews([]), STAYS_MS);
    return () => clearTimeout(timer);
  }, [news]);

  return <LiveText>{news.map((one) => sentence(one, t, language)).join(" ")}</LiveText>;
}

function sentence(news: News, t: Catalogue, language: Language): string {
  switch (news.kind) {
    case "message": {
      const { sender, content } = news.entry;
      return t.chat.saidBy(sender.name, contentLine(content, sender, t, language));
    }
    case "messages":
      return t.chat.newIn(t.chat.newBelow(news.count), news.title);
    case "typing":
      return typingLine(news.people, t);
  }
}

/** Long enough to be read aloud, in ms. */
const STAYS_MS = 30_000;
