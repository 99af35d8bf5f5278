output "instance_profile" {
  description = "Name of the instance profile, which a job names."
  value       = aws_iam_instance_profile.nodes.name
}
