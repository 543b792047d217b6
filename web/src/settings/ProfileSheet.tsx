/** One's own account: name and picture, password, and where one is signed in. */

import type { PersonView, ProfileActions } from "../core/model";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import { DeletionForm } from "./DeletionForm";
import { PasswordForm } from "./PasswordForm";
import { ProfileForm } from "./ProfileForm";
import styles from "./ProfileSheet.module.css";
import { SignIns } from "./SignIns";

type ProfileSheetProps = {
  me: PersonView;
  /** Undefined while offline. */
  profile: ProfileActions | undefined;
  close: () => void;
};

export function ProfileSheet({ me, profile, close }: ProfileSheetProps) {
  const { t } = useLocale();
  return (
    <Sheet title={t.profile.title} close={close}>
      <div className={styles.body}>
        {profile === undefined && <p className={styles.detail}>{t.profile.offline}</p>}
        <ProfileForm me={me} save={profile?.save} />
        <PasswordForm change={profile?.changePassword} />
        {profile && <SignIns profile={profile} />}
        {profile && <DeletionForm profile={profile} />}
      </div>
    </Sheet>
  );
}
