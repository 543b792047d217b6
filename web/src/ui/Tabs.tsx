/** Several views of one thing, one at a time. */

import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";

import styles from "./Tabs.module.css";

type TabsProps = {
  /** Read aloud. */
  label: string;
  tabs: readonly {
    id: string;
    title: string;
    /** A badge behind the title. */
    trailing?: ReactNode;
    disabled?: boolean;
    panel: ReactNode;
  }[];
};

export function Tabs({ label, tabs }: TabsProps) {
  return (
    <AriaTabs className={styles.tabs ?? ""}>
      <TabList className={styles.list ?? ""} aria-label={label}>
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            id={tab.id}
            className={styles.tab ?? ""}
            isDisabled={tab.disabled ?? false}
          >
            {tab.title}
            {tab.trailing}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className={styles.panel ?? ""}>
          {tab.panel}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
