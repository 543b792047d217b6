/** A password, hidden until one asks to see it. */

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";

import { IconButton } from "../ui/Button";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";

type PasswordFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: "current-password" | "new-password";
  hint?: string;
  problem?: string | undefined;
};

export function PasswordField({ label, ...field }: PasswordFieldProps) {
  const { t } = useLocale();
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...field}
      label={label}
      type={shown ? "text" : "password"}
      required
      trailing={
        <IconButton
          label={t.signIn.showPassword}
          pressed={shown}
          size="small"
          onPress={() => setShown(!shown)}
        >
          {shown ? <EyeOff size={18} /> : <Eye size={18} />}
        </IconButton>
      }
    />
  );
}
