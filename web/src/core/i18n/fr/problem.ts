import type { Catalogue } from "../en";

export const problem: Catalogue["problem"] = {
  unreachable: "Le serveur est injoignable. Vérifiez le réseau et réessayez.",
  malformed: "Le serveur n’a pas compris cette page. Rechargez-la.",
  not_found: "Le serveur ne connaît pas cela. Rechargez la page.",
  too_large: "C’est trop volumineux pour être envoyé.",
  wrong_protocol: "Cette page n’est plus à jour. Rechargez-la.",
  not_signed_in: "Vous êtes déconnecté. Connectez-vous à nouveau.",
  wrong_credentials: "Le nom ou le mot de passe est incorrect.",
  rate_limited: "Trop de tentatives. Patientez un instant et réessayez.",
  wrong_origin: "Cette adresse n’est pas autorisée. Ouvrez Palabre à son adresse habituelle.",
  not_a_member: "Vous ne faites pas partie de cette conversation.",
  no_such_person: "Cette personne n’existe pas.",
  empty: "Écrivez d’abord quelque chose.",
  too_long: "Ce message est trop long.",
  bad_title: "Donnez un nom au groupe, assez court.",
  bad_members: "Choisissez au moins une personne.",
  bad_username:
    "Un identifiant se compose de lettres, chiffres, points, tirets et tirets bas, 64 au plus.",
  username_taken: "Cet identifiant est déjà pris. Choisissez-en un autre.",
  bad_name: "Un nom compte de 1 à 60 caractères.",
  short_password:
    "Un mot de passe compte au moins 8 caractères. Quelques mots se retiennent facilement.",
  long_password: "Ce mot de passe est trop long.",
  common_password: "Ce mot de passe est l’un des premiers que l’on essaie. Choisissez-en un autre.",
  password_is_name:
    "Un nom en guise de mot de passe se devine tout de suite. Choisissez-en un autre.",
  wrong_code:
    "Ce n’est pas le code affiché par le serveur, ou il a expiré. Redémarrez le serveur pour en obtenir un autre.",
  already_set_up: "Ce lieu a déjà un propriétaire. Connectez-vous ou demandez une invitation.",
  link_gone: "Ce lien n’est plus valable. Demandez-en un nouveau.",
  call_over: "Cet appel est terminé.",
  call_full: "Cet appel est complet.",
  not_in_call: "Vous n’êtes plus dans cet appel.",
  not_allowed: "Vous n’avez pas le droit de faire cela.",
  bad_offer: "Ce navigateur et le serveur n’ont pas pu s’accorder sur le son et l’image.",
  unknown_section: "Ce navigateur et le serveur n’ont pas pu s’accorder sur le son et l’image.",
  out_of_range: "Le serveur n’a pas accepté cela.",
  unavailable: "Le serveur ne peut rien enregistrer pour le moment. Réessayez dans un instant.",
  internal: "Une erreur s’est produite sur le serveur. Réessayez.",
};
