/** Names to sign in with. */

/** A name to sign in with made of a person's own, as "sena.dossou" of "Séna Dossou"; empty when none can be. */
export function usernameFrom(fullName: string): string {
  return fullName
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[’']/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, ".")
    .replace(/^\.+|\.+$/g, "");
}
