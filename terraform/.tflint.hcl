# Only the rules of the language: those for AWS need a plugin that is not in any package registry.
plugin "terraform" {
  enabled = true
  preset  = "all"
}
