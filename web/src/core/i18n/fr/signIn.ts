import type { Catalogue } from "../en";

export const signIn: Catalogue["signIn"] = {
  title: "Connexion",
  welcome: "Prenez place sous l’arbre.",
  tagline: "Messages et appels pour votre équipe, sur votre propre serveur.",
  name: "Nom",
  password: "Mot de passe",
  showPassword: "Afficher le mot de passe",
  submit: "Se connecter",
  submitting: "Connexion…",
  demo: "Essayer en tant que",
  accounts: "Continuer en tant que",
  addTitle: "Ajouter un compte",
  cancel: "Retour",
  language: "Langue",
  loading: "Ouverture de Palabre…",
  unreachableTitle: "Le serveur ne répond pas",
  retry: "Réessayer",
};
