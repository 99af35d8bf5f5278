output "service_role" {
  description = "Name of EMR's service role."
  value       = aws_iam_role.service.name
}

output "instance_profile" {
  description = "Name of the default instance profile of nodes."
  value       = module.nodes.instance_profile
}

output "custom_instance_profiles" {
  description = "Names of the custom instance profiles, by key."
  value       = { for key, role in module.custom : key => role.instance_profile }
}
