/** Says when this device cannot keep what is read for a time without a network. */

import { HardDrive } from "lucide-react";
import { useState } from "react";

import type { StorageState } from "../core/model";
import { Banner } from "./Banner";
import { useLocale } from "./locale";

type StorageBannerProps = {
  storage: StorageState;
};

export function StorageBanner({ storage }: StorageBannerProps) {
  const { t } = useLocale();
  const [read, setRead] = useState<StorageState>("ok");
  if (storage === "ok" || storage === read) return null;
  return (
    <Banner
      look={storage === "full" ? "danger" : "calm"}
      icon={HardDrive}
      text={t.storage[storage]}
      action={{ label: t.storage.understood, onPress: () => setRead(storage) }}
    />
  );
}
