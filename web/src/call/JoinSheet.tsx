/** Before one goes into a call: a look at oneself, the devices, and who is there. */

import type { JoinPreview } from "../core/model";
import { Button } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { listNames } from "../ui/names";
import { Sheet } from "../ui/Sheet";
import { isRefused } from "./devices";
import styles from "./JoinSheet.module.css";
import { SelfChoices, SelfLook } from "./SelfLook";

type JoinSheetProps = {
  preview: JoinPreview;
};

export function JoinSheet({ preview }: JoinSheetProps) {
  const { t } = useLocale();
  const { title, people, microphone, camera, join, cancel } = preview;
  const listens = isRefused(microphone) && isRefused(camera);
  return (
    <Sheet title={t.join.title(title)} closeLabel={t.join.cancel} close={cancel}>
      <div className={styles.body}>
        <SelfLook look={preview} />
        <SelfChoices look={preview} />
      </div>
      <footer className={styles.foot}>
        <p className={styles.people}>
          {people.length === 0 ? t.join.nobody : t.join.inside(listNames(people, t))}
        </p>
        <Button look="primary" wide onPress={join}>
          {listens ? t.join.listen : t.join.join}
        </Button>
      </footer>
    </Sheet>
  );
}
